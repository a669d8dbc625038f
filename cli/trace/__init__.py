"""`parley trace`."""
