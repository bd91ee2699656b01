"""Everything that a competition's site knows of its submissions, collected into one folder."""
