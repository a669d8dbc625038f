"""`parley verify`."""
