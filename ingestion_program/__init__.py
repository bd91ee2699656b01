"""Step 1: run a team's code on the hidden inputs, measure it, and sign what came out."""
