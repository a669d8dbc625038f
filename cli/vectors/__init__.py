"""`parley vectors`."""
