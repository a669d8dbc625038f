"""The tree to checked declarations: names, types, and whatever else a declaration can be wrong in."""
