"""Parley broken on purpose: one fault at a time, and which of the witnesses that stand for a verdict notices it."""
