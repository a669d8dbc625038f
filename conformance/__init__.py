"""Real implementations against a policy: running them, discovery, explaining what they reply, their logs."""
