"""`competition share-code`: the code of all teams as one archive, looked through for secrets first."""
