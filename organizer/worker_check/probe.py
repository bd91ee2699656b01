"""How the facts are found: a small interface with the machine behind it, so that tests can put another one there."""

from __future__ import annotations

import ctypes
import json
import platform
import shutil
import stat
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from organizer.local_worker.docker_engine import connected
from organizer.worker_check.facts import ImageFacts, KeyFile
from xtreme_tasks.faults import OrganizerFault

LANDLOCK_CREATE_RULESET = 444
PIDS = 64
COMMAND_SECONDS = 60

INSIDE = """
import ctypes, glob, json, os, shutil, socket, subprocess
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
try:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing: it only asks for a route
    routes = True
except OSError:
    routes = False
names = []
if shutil.which("nvidia-smi"):
    listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True)
    names = [line.split("(")[0].strip() for line in listed.stdout.splitlines() if line.startswith("GPU")]
shm = os.statvfs("/dev/shm")
print(json.dumps({
    "routes": routes,
    "interfaces": sorted(set(os.listdir("/sys/class/net")) - {"lo"}),
    "shm_mib": shm.f_blocks * shm.f_frsize >> 20,
    "landlock": max(0, ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint(1))),
    "seccomp": int(status["Seccomp"]),
    "capabilities": int(status["CapEff"], 16),
    "no_new_privileges": status["NoNewPrivs"].strip() == "1",
    "gpus": names or sorted(glob.glob("/dev/nvidia[0-9]*")),
    "base_models": sorted(
        path.split("/")[4][len("models--"):].replace("--", "/")
        for path in glob.glob("/opt/models/hub/models--*/refs/main")
    ),
}))
"""
"""Run by the image's own Python in a container; standard library only."""


class Probe(Protocol):
    """What is asked of the machine."""

    def kernel(self) -> str:
        """The kernel's release."""

    def landlock(self) -> int:
        """Landlock's ABI; 0 = none."""

    def command(self, words: Sequence[str]) -> str | None:
        """Standard output of a command; None if it is not there or fails."""

    def engine(self) -> str:
        """Name and version of the container engine (E215)."""

    def image(self, name: str) -> ImageFacts:
        """A local image (E215)."""

    def inside(self, image: str, shm_mib: int, gpu: bool) -> Mapping[str, Any]:
        """What `INSIDE` prints in a container that is started as the gate starts one (E215)."""

    def key(self, path: Path) -> KeyFile:
        """Owner and mode."""

    def free_gib(self, path: Path) -> float:
        """Free space on the disk of the nearest folder that exists."""


class Machine:
    """This machine."""

    def kernel(self) -> str:  # noqa: D102
        return platform.release()

    def landlock(self) -> int:  # noqa: D102
        call = ctypes.CDLL(None, use_errno=True).syscall
        return max(0, int(call(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(1))))

    def command(self, words: Sequence[str]) -> str | None:  # noqa: D102
        try:
            done = subprocess.run(list(words), capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout if done.returncode == 0 else None

    def engine(self) -> str:  # noqa: D102
        with connected() as client:
            found = client.version()
            parts = [part["Name"] for part in found.get("Components") or [] if part.get("Name")]
            return f"{parts[0] if parts else 'engine'} {found.get('Version', '')}"

    def image(self, name: str) -> ImageFacts:  # noqa: D102
        with connected() as client:
            for found in client.images(name):
                known = [str(item).partition("@")[2] for item in found.get("RepoDigests") or []]
                return ImageFacts(name, (str(found["Id"]), *known))
        return ImageFacts(name)

    def inside(self, image: str, shm_mib: int, gpu: bool) -> Mapping[str, Any]:  # noqa: D102
        with connected() as client:
            # The same settings as worker/gate/engine.py; `entrypoint` passes by a guard, which would refuse this.
            config = client.create_host_config(
                cap_drop=["ALL"],
                security_opt=["no-new-privileges"],
                userns_mode="host",
                network_mode="none",
                shm_size=shm_mib << 20,
                pids_limit=PIDS,
                device_requests=[{"Driver": "cdi", "DeviceIDs": ["nvidia.com/gpu=all"]}] if gpu else None,
            )
            made = client.create_container(
                image, entrypoint=["python3", "-c", INSIDE], host_config=config, network_disabled=True
            )["Id"]
            try:
                client.start(made)
                code = client.wait(made, timeout=COMMAND_SECONDS)["StatusCode"]
                printed = client.logs(made, stdout=True, stderr=code != 0).decode(errors="replace")
            finally:
                client.remove_container(made, force=True, v=True)
        try:
            found: dict[str, Any] = json.loads(printed)
        except ValueError:
            raise OrganizerFault("E215", image, f"exit code {code}: {printed[-200:]}") from None
        return found

    def key(self, path: Path) -> KeyFile:  # noqa: D102
        try:
            found = path.lstat()
        except OSError as error:
            return KeyFile(str(path), error=error.strerror or str(error))
        kind = "" if stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode) else "neither a file nor a folder"
        return KeyFile(str(path), found.st_uid, stat.S_IMODE(found.st_mode), kind)

    def free_gib(self, path: Path) -> float:  # noqa: D102
        while not path.exists() and path != path.parent:
            path = path.parent
        return shutil.disk_usage(path).free / 2**30
