"""The competition's settings: image of the containers, queue, contact, switches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from organizer.check.bundle_view import BundleView, at_key
from organizer.check.platform_limits import DEFAULT_DOCKER_IMAGE, DOCKER_IMAGE, TITLE
from organizer.check.problem import Found, check, shown


@check(
    "C131",
    "warning",
    "no docker_image",
    "Write `docker_image:` with the image that your programs and the teams' code need, pinned by digest.",
)
def docker_image_missing(view: BundleView) -> Iterator[Found]:
    """The default image is years old."""
    if not (view.yaml.text("docker_image") or "").strip():
        yield Found(at_key(view.yaml, "docker_image"), f"the default is {DEFAULT_DOCKER_IMAGE}")


@check("C132", "error", "docker_image is too long or malformed", f"Use at most {DOCKER_IMAGE} characters, no spaces.")
def docker_image_wrong(view: BundleView) -> Iterator[Found]:
    """The platform's field is short: a long registry name and a digest together may not fit."""
    name = view.yaml.text("docker_image") or ""
    if len(name) > DOCKER_IMAGE:
        yield Found(at_key(view.yaml, "docker_image"), f"{len(name)} characters")
    elif name and re.search(r"[\s'\"$;|&<>]", name.strip()):
        yield Found(at_key(view.yaml, "docker_image"), f"{shown(name)} is no image's name")


@check(
    "C133",
    "warning",
    "docker_image is not pinned by digest",
    "Write name@sha256:DIGEST (`docker images --digests` shows it): a tag can change meanwhile.",
)
def docker_image_not_pinned(view: BundleView) -> Iterator[Found]:
    """Times are comparable only in the same image."""
    name = (view.yaml.text("docker_image") or "").strip()
    if name and not re.search(r"@sha256:[0-9a-f]{64}$", name):
        yield Found(at_key(view.yaml, "docker_image"), shown(name))


@check(
    "C134",
    "warning",
    "no queue of your own",
    "Make a queue on the platform, attach your worker, and write its Vhost as `queue:`. On the shared queue other "
    "people's programs run on the same workers and read the same /app/data.",
)
def queue_missing(view: BundleView) -> Iterator[Found]:
    """The shared queue also cuts the time limit and has unknown machines."""
    if view.yaml.get("queue") is None:
        yield Found(at_key(view.yaml, "queue"), "submissions go to the shared queue")


@check("C135", "error", "queue is not a Vhost", "Copy the Vhost (a UUID) from the platform's queue page, not the name.")
def queue_not_vhost(view: BundleView) -> Iterator[Found]:
    """The unpacker looks the queue up by its Vhost."""
    name = view.yaml.text("queue")
    if name is not None and not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", name.strip()):
        yield Found(at_key(view.yaml, "queue"), shown(name))


@check("C136", "error", "contact_email is no address", "Write one plain address like organizer@example.org.")
def contact_email(view: BundleView) -> Iterator[Found]:
    """The platform refuses it."""
    address = view.yaml.text("contact_email")
    if address is not None and not (
        re.fullmatch(r"[^@\s<>,;]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", address) and len(address) <= TITLE
    ):
        yield Found(at_key(view.yaml, "contact_email"), shown(address))


@check("C137", "error", "reward is too long", f"Shorten it to {TITLE} characters; details belong on a page.")
def reward(view: BundleView) -> Iterator[Found]:
    """The platform's field is short."""
    text = view.yaml.text("reward") or ""
    if len(text) > TITLE:
        yield Found(at_key(view.yaml, "reward"), f"{len(text)} characters")


@check("C138", "error", "competition_type is unknown", "Write competition or benchmark.")
def competition_type(view: BundleView) -> Iterator[Found]:
    """The platform's model knows two."""
    text = view.yaml.text("competition_type")
    if text is not None and text not in ("competition", "benchmark"):
        yield Found(at_key(view.yaml, "competition_type"), shown(text))


@check(
    "C139",
    "note",
    "anybody is let in although there is something to win",
    "Set registration_auto_approve: false and approve each account yourself: attempts are counted per account.",
)
def auto_approve(view: BundleView) -> Iterator[Found]:
    """Second accounts are second attempts."""
    if view.yaml.flag("registration_auto_approve", False) and view.yaml.get("reward"):
        yield Found(at_key(view.yaml, "registration_auto_approve"), "auto-approved, with a reward")


@check(
    "C140",
    "note",
    "teams may publish their submissions",
    "Set can_participants_make_submissions_public: false, at least until the last phase has ended.",
)
def submissions_public(view: BundleView) -> Iterator[Found]:
    """True is the default."""
    if view.yaml.flag("can_participants_make_submissions_public", True) is not False:
        yield Found(at_key(view.yaml, "can_participants_make_submissions_public"), "allowed")


@check(
    "C141",
    "note",
    "programs or input data are offered for download",
    "Set make_programs_available and make_input_data_available to false unless that is meant.",
)
def made_available(view: BundleView) -> Iterator[Found]:
    """False is the default; a link for everybody is shown otherwise."""
    for key in ("make_programs_available", "make_input_data_available"):
        if view.yaml.flag(key, False):
            yield Found(at_key(view.yaml, key), f"{key} is on")


@check(
    "C142",
    "note",
    "detailed results are public",
    "Write nothing into detailed_results.html that not everybody may read; hide_output does not hide it.",
)
def detailed_results(view: BundleView) -> Iterator[Found]:
    """Anonymous visitors can open these pages."""
    if view.yaml.flag("enable_detailed_results", False):
        yield Found(at_key(view.yaml, "enable_detailed_results"), "on")


@check("C143", "note", "submissions wait for the organizer", "Set auto_run_submissions: true unless that is meant.")
def not_run(view: BundleView) -> Iterator[Found]:
    """True is the default."""
    if view.yaml.flag("auto_run_submissions", True) is False:
        yield Found(at_key(view.yaml, "auto_run_submissions"), "the organizer must start each run")


CHECKS = (
    docker_image_missing,
    docker_image_wrong,
    docker_image_not_pinned,
    queue_missing,
    queue_not_vhost,
    contact_email,
    reward,
    competition_type,
    auto_approve,
    submissions_public,
    made_available,
    detailed_results,
    not_run,
)
