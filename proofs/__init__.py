"""Claims, the prover, verdicts and counterexamples."""
