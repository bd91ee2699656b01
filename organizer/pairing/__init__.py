"""Who works with whom: pairs of people as an integer programme."""
