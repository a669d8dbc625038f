"""`parley show`."""
