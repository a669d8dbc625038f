"""`parley eval`."""
