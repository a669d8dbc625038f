"""`parley list`."""
