"""Step 2: judge the signed run, compute the scores, write the leaderboard's row and the detail page."""
