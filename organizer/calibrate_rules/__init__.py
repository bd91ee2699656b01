"""Thresholds of the efficiency rules, proposed from measurements, and what each choice would change."""
