"""Results, audit, ranking and publication again and again, while the competition runs."""
