"""The official order on the hosted leaderboard: planned, shown, written, verified, and undone on request."""
