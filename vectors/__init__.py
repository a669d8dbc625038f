"""Test vectors: boundary values, mutants, suites and their adequacy, and the formats that they are exported to."""
