"""Random texts that are well typed by construction, and properties that hold of all of them."""
