"""A faithful local worker: runs a submission through the built zip and the worker folder as the platform does."""
