"""`competition check`: reads a Codabench bundle as the platform will, and says what would go wrong, and the remedy."""
