"""Limits of a phase: attempts, and the time that one run may take."""

from __future__ import annotations

from collections.abc import Iterator

from organizer.check.bundle_view import BundleView, at, at_key
from organizer.check.platform_limits import (
    BROKER_DEFAULT_SECONDS,
    BROKER_SAMPLE_SECONDS,
    DEFAULT_MAX_PER_DAY,
    DEFAULT_MAX_SUBMISSIONS,
    DEFAULT_TIME_LIMIT,
    SHARED_QUEUE_TIME_LIMIT,
)
from organizer.check.problem import Found, check, shown
from organizer.check.times import label


@check("C230", "note", "more than one attempt", "Set max_submissions: 1 if one attempt is what the rules promise.")
def attempts(view: BundleView) -> Iterator[Found]:
    """The default is far from one."""
    for phase in view.phases:
        count = phase.number("max_submissions") if "max_submissions" in phase.members else DEFAULT_MAX_SUBMISSIONS
        if count is not None and count > 1:
            yield Found(at_key(phase, "max_submissions"), f"phase {shown(label(phase))}: {count}")


@check("C231", "note", "no daily limit is written", "Write max_submissions_per_day; the day is that of UTC.")
def daily(view: BundleView) -> Iterator[Found]:
    """There is a default."""
    for phase in view.phases:
        if phase.get("max_submissions_per_day") is None:
            yield Found(at(phase), f"phase {shown(label(phase))}: the default is {DEFAULT_MAX_PER_DAY}")


LIMITS = {
    "max_submissions": "no limit at all",
    "max_submissions_per_day": "no limit at all",
    "execution_time_limit": f"the default of {DEFAULT_TIME_LIMIT} s",
}


@check("C232", "warning", "a limit of zero", "Write 1 or more, unless what zero means is what you want.")
def zero_limit(view: BundleView) -> Iterator[Found]:
    """The platform reads zero as if nothing had been written."""
    for phase in view.phases:
        for key, meaning in LIMITS.items():
            if phase.number(key) == 0:
                yield Found(at_key(phase, key), f"{key} 0 means {meaning}")


@check("C238", "error", "a limit below zero", "Write 1 or more.")
def negative_limit(view: BundleView) -> Iterator[Found]:
    """The platform refuses it."""
    for phase in view.phases:
        for key in LIMITS:
            count = phase.number(key)
            if count is not None and count < 0:
                yield Found(at_key(phase, key), f"{key} {count}")


@check("C233", "warning", "no execution_time_limit", "Write it in seconds, above what a run may take in your rules.")
def time_limit_missing(view: BundleView) -> Iterator[Found]:
    """The default is short."""
    for phase in view.phases:
        if phase.get("execution_time_limit") is None:
            yield Found(at(phase), f"phase {shown(label(phase))}: the default is {DEFAULT_TIME_LIMIT} s")


@check(
    "C234",
    "warning",
    "the time limit is above the shared queue's cap",
    "Name a queue of your own, or stay below the cap (the operator's MAX_EXECUTION_TIME_LIMIT).",
)
def above_cap(view: BundleView) -> Iterator[Found]:
    """On the shared queue the smaller of the two is passed on."""
    for phase in view.phases if view.yaml.get("queue") is None else ():
        seconds = phase.number("execution_time_limit") or 0
        if seconds > SHARED_QUEUE_TIME_LIMIT:
            yield Found(at_key(phase, "execution_time_limit"), f"{seconds} s, the cap is {SHARED_QUEUE_TIME_LIMIT} s")


@check(
    "C235",
    "note",
    "a run may outlast a broker that was left at its default",
    "Ask the instance's operator for the broker's consumer_timeout: a job that takes longer is handed out again.",
)
def above_broker_default(view: BundleView) -> Iterator[Found]:
    """RabbitMQ's own default; the platform's sample settings are more generous."""
    for phase in view.phases:
        seconds = phase.number("execution_time_limit") or 0
        if BROKER_DEFAULT_SECONDS < seconds <= BROKER_SAMPLE_SECONDS:
            what = f"{seconds} s; RabbitMQ's default is {BROKER_DEFAULT_SECONDS} s"
            yield Found(at_key(phase, "execution_time_limit"), f"{what}, the platform's {BROKER_SAMPLE_SECONDS} s")


@check(
    "C236",
    "warning",
    "a run may outlast the broker",
    "Shorten the runs, or have the operator raise WORKER_CONNECTION_TIMEOUT: the job is handed out a second time.",
)
def above_broker(view: BundleView) -> Iterator[Found]:
    """The worker acknowledges only at the end."""
    for phase in view.phases:
        seconds = phase.number("execution_time_limit") or 0
        if seconds > BROKER_SAMPLE_SECONDS:
            yield Found(
                at_key(phase, "execution_time_limit"), f"{seconds} s, the broker's limit is {BROKER_SAMPLE_SECONDS} s"
            )


CHECKS = (
    attempts,
    daily,
    zero_limit,
    negative_limit,
    time_limit_missing,
    above_cap,
    above_broker_default,
    above_broker,
)
