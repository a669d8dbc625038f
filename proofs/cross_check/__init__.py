"""Claims decided again, by others: what they say beside the verdict, and where they disagree."""
