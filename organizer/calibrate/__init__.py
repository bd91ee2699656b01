"""How fast the worker is: measured on the quiet machine."""
