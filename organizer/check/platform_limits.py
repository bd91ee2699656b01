"""What the platform allows and assumes, in one place (Codabench 1.25: its models, unpacker and worker)."""

from __future__ import annotations

TITLE = 256  # competition title, phase name, task name, reward, contact e-mail
LEADERBOARD_TITLE = 64
LEADERBOARD_KEY = COLUMN_TITLE = COLUMN_KEY = 36
DOCKER_IMAGE = 128
SCORE_DECIMALS = 10  # a score is stored with ten decimals

DEFAULT_DOCKER_IMAGE = "codalab/codalab-legacy:py37"
DEFAULT_TIME_LIMIT = 600
DEFAULT_MAX_SUBMISSIONS = 100
DEFAULT_MAX_PER_DAY = 5
SHARED_QUEUE_TIME_LIMIT = 600
"""Seconds: MAX_EXECUTION_TIME_LIMIT of the platform's sample settings; longer limits are cut on the shared queue."""

BROKER_DEFAULT_SECONDS = 1800
"""RabbitMQ's default `consumer_timeout`: a job not acknowledged by then is handed out a second time. The worker
acknowledges late, so the job's whole duration counts. The platform's own broker is set by its operator."""
BROKER_SAMPLE_SECONDS = 100_000
"""WORKER_CONNECTION_TIMEOUT of the platform's sample settings (100,000,000 ms): what most instances run with."""

QUOTA_BYTES = 15 * 10**9
"""Default storage of an account; the bundle and what is unpacked from it both count."""
IMAGE_KINDS = ("png", "jpeg", "gif", "webp")
SUBMISSION_RULES = (
    "Add",
    "Add_And_Delete",
    "Add_And_Delete_Multiple",
    "Force_Last",
    "Force_Latest_Multiple",
    "Force_Best",
)
AUTOMATIC_RULES = ("Force_Last", "Force_Latest_Multiple", "Force_Best")
COMPUTATIONS = ("avg", "sum", "min", "max")

PROGRAM_SLOTS = ("ingestion_program", "scoring_program")
TASK_SLOTS = (*PROGRAM_SLOTS, "input_data", "reference_data")
PHASE_SLOTS = ("public_data", "starting_kit")
