"""Proofs that are checked without a solver: what writes them, and the one module that checks them."""
