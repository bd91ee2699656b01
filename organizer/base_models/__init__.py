"""The base models in the competition image: which ones (`worker/models.toml`), and how they get there."""
