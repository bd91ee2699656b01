"""Was a submission's answer looked up or copied? Statistics over predictions, for the organizer (docs/look-up.md)."""
