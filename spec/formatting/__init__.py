"""Trees and texts as they are printed: the canonical layout of a text, and expressions on one line."""
