"""`competition report`: the contest as one page, pictures and a table, from a results folder."""
