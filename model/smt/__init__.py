"""Core formulas, policies and examples as terms of the solver, and its models read back."""
