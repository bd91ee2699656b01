"""Containers as the platform's worker starts them, by the engine's API: Docker, or Podman's socket (DOCKER_HOST)."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

from organizer.local_worker.engine import LOG_BYTES, Step, StepResult
from xtreme_tasks.faults import OrganizerFault

# `docker.APIClient` and what it makes: the package is optional and has no type information.
Client = Any
HostConfig = Any

LABEL = "xtreme-competition.run"
"""Each container carries the run folder's name under it, so that one that was left behind can be found."""

READ_ONLY = frozenset({"/app/data"})
SHM_BYTES = 64 << 20
KILLED = 128 + signal.SIGKILL
NOT_STARTED = 127
# The engine itself answers within seconds; only `wait` takes as long as the step.
ANSWER_SECONDS = 60


class DockerEngine:
    """One container per step, with the platform's settings (those of its compute worker).

    No capability, no new privileges, the engine's default seccomp filter, uid 0, /dev/shm of 64 MB, every mount
    writable but /app/data, the command as arguments of the image's entry point if it has one. The paths of the mounts
    are the platform's, so `Step.options` and `Step.mountinfo` are not needed: the programs use their defaults.

    Args:
        image: name of a local image; never pulled.
        network: give the containers a network, as the stock worker does; the worker guide switches it off.

    """

    name = "docker"

    def __init__(self, image: str, network: bool = False) -> None:
        self.image, self.network = image, network

    def run(self, step: Step) -> StepResult:
        """Run one container to its end or its time limit, and remove it.

        Raises:
            OrganizerFault: E215 if the engine does not do what it is asked.

        """
        with connected() as client:
            container = client.create_container(
                self.image,
                command=shlex.split(step.command),
                host_config=self._host_config(client, step),
                volumes=list(step.mounts),
                working_dir="/app/program",
                environment=["PYTHONUNBUFFERED=1", "http_proxy=", "https_proxy="],
                network_disabled=not self.network,
                labels={LABEL: step.mountinfo.parent.name},
            )["Id"]
            try:
                return _to_the_end(client, container, step.seconds)
            finally:
                client.remove_container(container, force=True, v=True)

    def run_team(self, step: Step) -> StepResult:
        """A team's own command gets a container of its own, as on the platform."""
        return self.run(step)

    def _host_config(self, client: Client, step: Step) -> HostConfig:
        binds = {
            str(folder): {"bind": path, "mode": "ro" if path in READ_ONLY else "rw"}
            for path, folder in step.mounts.items()
        }
        return client.create_host_config(
            auto_remove=False,
            binds=binds,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            userns_mode="host",
            shm_size=SHM_BYTES,
            # The worker says `network_disabled`, which Podman takes no notice of; this is understood by both.
            network_mode=None if self.network else "none",
            # The platform keeps all that a container prints; here it is read while it runs, the first part is kept.
            log_config={"Type": "none"},
        )


@contextlib.contextmanager
def connected() -> Iterator[Client]:
    """A client of the engine that DOCKER_HOST names, or of the local one.

    Raises:
        OrganizerFault: E215 if the package `docker` is missing, or the engine does not answer or refuses.

    """
    try:
        import docker  # type: ignore[import-not-found,import-untyped,unused-ignore]
        import requests  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise OrganizerFault("E215", "", "the Python package docker is not installed") from None
    client = None
    try:
        client = docker.APIClient(version="auto", timeout=ANSWER_SECONDS, **docker.utils.kwargs_from_env())
        yield client
    except (docker.errors.DockerException, requests.RequestException) as error:
        raise OrganizerFault("E215", "", str(error)[:200]) from None
    finally:
        if client is not None:
            client.close()


def obstacle(image: str) -> str:
    """Why containers of an image cannot be run here; empty if they can."""
    try:
        with connected() as client:
            options = client.info().get("SecurityOptions") or []
            names = [tag for entry in client.images(image) for tag in entry.get("RepoTags") or []]
    except OrganizerFault as fault:
        return fault.detail
    if not names:
        return f"there is no image {image}"
    if os.geteuid() != 0 and not any("rootless" in option for option in options):
        # The container's root has no capability, so it could not even read the run's folders.
        return "the engine's root is not this user: run as root, or use a rootless engine"
    return ""


def _to_the_end(client: Client, container: str, seconds: float) -> StepResult:
    kept = (bytearray(), bytearray())
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        try:
            # Attached before the start, so that nothing is lost.
            stream = client.attach(container, stdout=True, stderr=True, stream=True, demux=True)
            stack.callback(_close, stream)
            client.start(container)
        except _api_error() as error:
            # The command cannot be run: Docker says so at the start, Podman when it prepares to be attached to.
            said = str(error.explanation or error).encode()[:LOG_BYTES]
            return StepResult(NOT_STARTED, time.monotonic() - began, b"", said)
        reader = threading.Thread(target=_keep, args=(stream, kept), daemon=True)
        reader.start()
        code = _wait(client, container, seconds)
        elapsed = time.monotonic() - began
        reader.join(ANSWER_SECONDS)
    return StepResult(code, elapsed, bytes(kept[0]), bytes(kept[1]))


def _close(stream: Any) -> None:  # noqa: ANN401 - the package's own type
    stream.close()
    stream._response.close()  # close() above leaves the reader's own handle on the socket open


def _api_error() -> type[Any]:
    import docker  # type: ignore[import-not-found,import-untyped,unused-ignore]

    error: type[Any] = docker.errors.APIError
    return error


def _wait(client: Client, container: str, seconds: float) -> int:
    """The exit code; at the limit the container is killed, with everything in it."""
    import requests  # type: ignore[import-untyped,unused-ignore]

    try:
        return int(client.wait(container, timeout=seconds)["StatusCode"])
    except (requests.ReadTimeout, requests.ConnectionError):
        client.kill(container)
        client.wait(container)
        return KILLED


def _keep(stream: Iterable[tuple[bytes | None, bytes | None]], kept: tuple[bytearray, bytearray]) -> None:
    """Read everything, else the container would block; keep the first part of each stream."""
    from docker.utils.socket import SocketError  # type: ignore[import-not-found,import-untyped,unused-ignore]

    with contextlib.suppress(OSError, SocketError):  # the engine may close first when the container is killed
        for parts in stream:
            for part, whole in zip(parts, kept, strict=True):
                whole += (part or b"")[: LOG_BYTES - len(whole)]
