"""What people write out of habit from other languages, and what it is called here."""
