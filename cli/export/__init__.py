"""`parley export`."""
