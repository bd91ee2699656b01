"""The attack suite: hostile submissions through the built bundle, and whether each ends as it states."""
