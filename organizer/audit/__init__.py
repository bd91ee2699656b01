"""What can be proved of a competition's results: the site, the signed records and the worker's journal compared."""
