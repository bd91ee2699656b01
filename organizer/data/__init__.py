"""The contest's data: where they come from, how they are checked, divided and written."""
