"""FINI's answers: read leniently, kept whole, and one error for what cannot be read."""
