"""`competition build`: prepared data and the repository's programs become the upload and the worker folder."""
