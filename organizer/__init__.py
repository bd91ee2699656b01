"""The organizer's commands: `competition prepare`, `build`, `run` and the rest."""
