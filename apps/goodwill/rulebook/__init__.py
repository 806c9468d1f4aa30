"""What administrators do to the rules of goodwill: one function per change, each with its entry."""
