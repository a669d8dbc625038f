"""The policy language: text, tree, names and types, diagnostics, layout. Nothing here knows a solver."""
