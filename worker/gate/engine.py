"""The container engine behind the platform's worker: only what the gate admitted is created, within its limits."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from worker.gate.policy import ContainerLimits, check_binds
from xtreme_tasks.faults import OrganizerFault

# The engine's client comes with the platform's worker and has no type information.
Client = Any

LABEL = "xtreme-competition.gate"


@dataclass(frozen=True)
class Permission:
    """One container that may be created now.

    Attributes:
        image: as the platform names it.
        image_id: what is run instead: the id that was compared with the pinned digest.
        name: the container's.
        run_folder: on the engine's host; every mount lies in it.
        view: on the engine's host; what becomes /app/data.
        limits: of this container.

    """

    image: str
    image_id: str
    name: str
    run_folder: str
    view: str
    limits: ContainerLimits


class GatedClient:
    """The platform's client with two of its calls guarded; without a permission they refuse.

    Network off, no capability, limits of memory, /dev/shm, processes: whatever the platform's worker asked for.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._permission: Permission | None = None

    def __getattr__(self, name: str) -> Client:
        return getattr(self._client, name)

    @contextlib.contextmanager
    def permitting(self, permission: Permission) -> Iterator[None]:
        """Permit one container within the block."""
        self._permission = permission
        try:
            yield
        finally:
            self._permission = None

    def create_host_config(self, **asked: Client) -> Client:
        """The platform's host configuration within the gate's limits.

        Raises:
            OrganizerFault: E248.

        """
        permission = self._permitted("create_host_config")
        check_binds(asked.get("binds", {}), permission.run_folder, permission.view)
        limits = permission.limits
        asked |= {
            "cap_drop": ["ALL"],
            "network_mode": "none",
            "shm_size": limits.shm,
            "mem_limit": limits.memory,
            "memswap_limit": limits.memory,  # the same number: no swap
            "pids_limit": limits.pids,
        }
        return self._client.create_host_config(**asked)

    def create_container(self, image: str, **asked: Client) -> Client:
        """The one permitted container, from the image that was judged, without network.

        Raises:
            OrganizerFault: E248.

        """
        permission = self._permitted("create_container")
        if (image, asked.get("name")) != (permission.image, permission.name):
            raise OrganizerFault("E248", "create_container", "another image or name than the admitted one")
        asked |= {"network_disabled": True, "labels": {LABEL: permission.name}}
        return self._client.create_container(permission.image_id, **asked)

    def _permitted(self, call: str) -> Permission:
        if self._permission is None:
            raise OrganizerFault("E248", call, "nothing was admitted")
        return self._permission


class Alarm:
    """Kills a container after its time; the platform's own limit is swallowed by its log reader.

    Args:
        client: the engine's.
        name: the container's.
        seconds: from now.

    """

    def __init__(self, client: Client, name: str, seconds: float) -> None:
        self.fired = False
        self._client, self._name = client, name
        self._timer = threading.Timer(seconds, self._fire)
        self._timer.daemon = True

    def __enter__(self) -> Alarm:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def _fire(self) -> None:
        self.fired = True
        with contextlib.suppress(Exception):  # it ended by itself, or the engine is gone: `fired` tells either way
            self._client.kill(self._name)


def sweep(client: Client) -> list[str]:
    """Remove containers that an earlier gate left behind when it died; their names."""
    left = client.containers(all=True, filters={"label": LABEL})
    names = []
    for container in left:
        client.remove_container(container["Id"], force=True, v=True)
        names.append(str(container["Labels"][LABEL]))
    return names


def image_digests(client: Client, image: str) -> tuple[str, list[str]]:
    """The id of a local image, and the digests under which it is known.

    Raises:
        Exception: the client's own, if there is no such image.

    """
    found = client.inspect_image(image)
    known = [str(name).partition("@")[2] for name in found.get("RepoDigests") or []]
    return str(found["Id"]), [str(found["Id"]), *known]
