"""Which engine a command uses: the one that was named, or the best one that this machine has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from organizer.local_worker.docker_engine import DockerEngine, obstacle
from organizer.local_worker.engine import Engine, ProcessEngine
from xtreme_tasks.faults import OrganizerFault

EngineName = Literal["auto", "docker", "process"]
LOCAL_IMAGE = "xtreme-competition:local"
"""What worker/image.sh builds."""


@dataclass(frozen=True)
class Selection:
    """An engine, and one line that says which and why."""

    engine: Engine
    message: str


def select_engine(name: EngineName, image: str = LOCAL_IMAGE, network: bool = False) -> Selection:
    """The engine of that name; `auto` is containers where they can be run, else plain processes.

    Raises:
        OrganizerFault: E215 if containers were asked for and cannot be run.

    """
    if name == "process":
        return Selection(ProcessEngine(), "plain processes: no container, no image")
    reason = obstacle(image)
    if not reason:
        return Selection(DockerEngine(image, network), f"containers of {image}")
    if name == "docker":
        raise OrganizerFault("E215", "--engine docker", reason)
    return Selection(ProcessEngine(), f"plain processes, since {reason}")
