"""`parley check`."""
