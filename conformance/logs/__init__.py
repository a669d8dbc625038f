"""Logs of an implementation: what their lines say, each thing kept once, and whether a configuration explains it."""
