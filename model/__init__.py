"""What declarations mean: words, configurations, the evaluator and the symbolic encoding."""
