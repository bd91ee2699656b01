"""The platform's API as the organizer's commands use it."""
