"""Test vectors, suites and their adequacy, exporters, running implementations, reading their logs."""
