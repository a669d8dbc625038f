"""Suites in other formats: one module each, a suite and its policy to text."""
