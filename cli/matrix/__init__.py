"""`parley matrix`."""
