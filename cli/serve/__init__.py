"""`parley serve`."""
