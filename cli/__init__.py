"""The command `parley`: its commands and how they render."""
