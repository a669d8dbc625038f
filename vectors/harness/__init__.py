"""How strong a harness is: mutants of the policy as handlers, and which of them the harness catches."""
