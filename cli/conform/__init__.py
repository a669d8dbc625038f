"""`parley conform`."""
