"""The checks: each one is a value with a title and a function of the facts. A new check is one function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from organizer.worker_check.facts import Facts, InsideFacts, KeyFile
from xtreme_tasks.faults import printable

Status = Literal["right", "missing", "look"]
FREE_GIB = 50
LANDLOCK_ABI = 4
"""Landlock restricts TCP from ABI 4 on (kernel 6.7), and abstract sockets and signals from ABI 6 on (kernel 6.12)."""
SCOPES_ABI = 6
SECCOMP_FILTER = 2


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Attributes:
        status: `right`; `missing`: do what `remedy` says before the contest; `look`: not known or not needed to run.
        what: what was found.
        remedy: what to do; empty where all is right.

    """

    status: Status
    what: str
    remedy: str = ""


def _right(what: str) -> Finding:
    return Finding("right", what)


def engine(facts: Facts) -> Finding:
    """The container engine answers."""
    if facts.engine:
        return _right(facts.engine)
    remedy = "Install Docker or Podman, start it, run as root."
    if "Python package" in facts.engine_error:
        remedy = "pip install -c requirements/lock.txt -e '.[docker]'"
    return Finding("missing", facts.engine_error or "no answer", remedy)


def worker_folder(facts: Facts) -> Finding:
    """worker.json can be read and names both programs."""
    if not facts.bundles:
        remedy = "Copy the build's worker folder here as root and name it with --worker."
        return Finding("missing", "no bundle in the worker folder", remedy)
    for bundle in facts.bundles:
        if bundle.error or bundle.programs != 2:
            what = bundle.error or f"{bundle.programs} of 2 programs have a digest"
            return Finding("missing", f"{bundle.folder}: {what}", "Copy the worker folder of the build again.")
    return _right(", ".join(bundle.folder for bundle in facts.bundles))


def keys(facts: Facts) -> Finding:
    """Key files and their folders belong to root, and to nobody else."""
    wrong = [text for key in facts.keys if (text := _key_problem(key))]
    if wrong:
        remedy = "chown -R root:root the worker folder; chmod 0600 the files and 0700 the folders that are named."
        return Finding("missing", "; ".join(wrong[:3]), remedy)
    if not facts.keys:
        sealed = any(bundle.sealed for bundle in facts.bundles)
        return Finding("missing", "no key", "Copy the worker folder again.") if sealed else _right("unsealed: no keys")
    return _right(f"{len(facts.keys)} files and folders")


def _key_problem(key: KeyFile) -> str:
    if key.error:
        return f"{key.path}: {key.error}"
    if key.owner != 0:
        return f"{key.path}: owner {key.owner}, not root"
    return f"{key.path}: mode {key.mode:04o}" if key.mode & 0o077 else ""


def image(facts: Facts) -> Finding:
    """The competition image is on this machine and is the pinned one."""
    local = {item.name: item.digests for item in facts.images}
    loose = []
    for bundle in facts.bundles:
        if not local.get(bundle.image):
            return Finding("missing", f"{bundle.image} is not here", "Pull it, or build it here with worker/image.sh.")
        if bundle.pinned and bundle.pinned not in local[bundle.image]:
            what = f"{bundle.image} is another image than {bundle.pinned}"
            return Finding("missing", what, "Pull it by its digest, or build and pin again.")
        if not bundle.pinned:
            loose.append(bundle.image)
    if loose:
        remedy = f"Build again with --image-digest {local[loose[0]][0]}; the bundle stays the same."
        return Finding("look", f"{loose[0]} is here, but not pinned by digest", remedy)
    return _right("here, with the pinned digest")


def base_models(facts: Facts) -> Finding:
    """The image holds the base models that the pages promise."""
    promised = {name for bundle in facts.bundles for name in bundle.base_models}
    if not promised:
        return _right("none promised")

    def judge(inside: InsideFacts) -> Finding:
        missing = sorted(promised - set(inside.base_models))
        if not missing:
            return _right(", ".join(sorted(promised)))
        remedy = "Build the image WITH_MODELS=1, or say base_models = false in rules.toml and build the bundle again."
        return Finding("missing", f"not in the image: {', '.join(missing)}", remedy)

    return _inside(facts, judge)


def network(facts: Facts) -> Finding:
    """A container that is started as the gate starts it reaches nothing."""
    return _inside(facts, _network)


def _network(inside: InsideFacts) -> Finding:
    if inside.routes or inside.interfaces:
        found = ", ".join(inside.interfaces) or "a route"
        return Finding("missing", f"the container has {found}", "The engine ignores network none: use another engine.")
    return _right("no interface, no route")


def shm(facts: Facts) -> Finding:
    """The shared memory of a container has the size that is set."""
    found = facts.inside.shm_mib if facts.inside else 0

    def judge(_: InsideFacts) -> Finding:
        if found >= facts.wanted_shm_mib:
            return _right(f"{found} MiB")
        return Finding("missing", f"{found} MiB of {facts.wanted_shm_mib}", "The engine ignores shm_size.")

    return _inside(facts, judge)


def landlock(facts: Facts) -> Finding:
    """Landlock holds the team's code, in the kernel and through the engine's filter."""
    found = min(facts.landlock, facts.inside.landlock) if facts.inside and not facts.inside.error else facts.landlock
    if found < LANDLOCK_ABI:
        remedy = (
            "Use kernel 6.7 or newer with landlock in the list `lsm=`; old engines' filters hide it: update Docker."
        )
        return Finding("missing", f"ABI {facts.landlock} here, {found} with the container", remedy)
    if found < SCOPES_ABI:
        return Finding("look", f"ABI {found}: abstract sockets are not held", "Kernel 6.12 or newer holds them too.")
    return _right(f"ABI {found}")


def seccomp(facts: Facts) -> Finding:
    """The engine's seccomp filter is on, no capability is left, no privilege can be gained."""
    return _inside(facts, _seccomp)


def _seccomp(inside: InsideFacts) -> Finding:
    if inside.seccomp != SECCOMP_FILTER:
        remedy = "Remove seccomp=unconfined from the engine's settings; the kernel needs CONFIG_SECCOMP_FILTER."
        return Finding("missing", f"mode {inside.seccomp}", remedy)
    if inside.capabilities or not inside.no_new_privileges:
        what = f"capabilities {inside.capabilities:x}, no_new_privs {inside.no_new_privileges}"
        return Finding("missing", what, "The engine ignores cap_drop or no-new-privileges: use another engine.")
    return _right("filter on, no capability, no new privileges")


def gpu(facts: Facts) -> Finding:
    """The GPU is visible in a container."""
    if not facts.wanted_gpu:
        return _right("not wanted (--no-gpu)")
    if not facts.gpus:
        return Finding("missing", "nvidia-smi finds no GPU here", "Install the driver; --no-gpu if there is none.")

    def judge(inside: InsideFacts) -> Finding:
        if inside.gpus:
            return _right(", ".join(inside.gpus))
        remedy = "Install the NVIDIA container toolkit, then: nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml."
        return Finding("missing", "no GPU in a container", remedy)

    return _inside(facts, judge)


def persistence(facts: Facts) -> Finding:
    """Persistence mode: else the driver is loaded within every timed run."""
    if not facts.wanted_gpu or not facts.gpus:
        return Finding("look", "no GPU") if facts.wanted_gpu else _right("not wanted (--no-gpu)")
    if all(item.persistence for item in facts.gpus):
        return _right("on")
    return Finding("missing", "off", "nvidia-smi -pm 1, or the service nvidia-persistenced.")


def clocks(facts: Facts) -> Finding:
    """Clocks that do not wander with heat and history."""
    if not facts.wanted_gpu or not facts.gpus:
        return Finding("look", "no GPU") if facts.wanted_gpu else _right("not wanted (--no-gpu)")
    remedy = "nvidia-smi -lgc MHZ,MHZ with a clock that the card holds under load; it is lost at a restart."
    for item in facts.gpus:
        if item.application_clock is None or item.largest_clock is None:
            return Finding("look", f"{item.name} does not tell whether its clock is fixed", remedy)
        if item.application_clock >= item.largest_clock:
            what = f"{item.name}: {item.application_clock} of {item.largest_clock} MHz, so heat decides"
            return Finding("look", what, remedy)
    return _right(", ".join(f"{item.application_clock} MHz" for item in facts.gpus))


def disk(facts: Facts) -> Finding:
    """Free space for submissions, images and the journal."""
    if facts.free_gib >= FREE_GIB:
        return _right(f"{facts.free_gib:.0f} GiB free in {facts.run_folder}")
    what = f"{facts.free_gib:.0f} GiB free in {facts.run_folder}, {FREE_GIB} wanted"
    return Finding("missing", what, "Free some, or set HOST_DIRECTORY to a larger disk.")


def time(facts: Facts) -> Finding:
    """The clock is kept right: phase windows are judged by it."""
    if facts.synchronised:
        return _right("synchronised")
    status: Status = "look" if facts.synchronised is None else "missing"
    what = "nobody here can tell" if facts.synchronised is None else "not synchronised"
    return Finding(status, what, "Install and start chrony or systemd-timesyncd.")


def kernel(facts: Facts) -> Finding:
    """The kernel's release, for the report."""
    return _right(facts.kernel)


def _inside(facts: Facts, judge: Callable[[InsideFacts], Finding]) -> Finding:
    if facts.inside is None or facts.inside.error:
        what = facts.inside.error if facts.inside else "no container could be started"
        return Finding("missing", f"not tried: {what}", "Mend the engine and the image first.")
    return judge(facts.inside)


@dataclass(frozen=True)
class Check:
    """One check: what it is called on its line, and the function that looks."""

    title: str
    look: Callable[[Facts], Finding]

    def line(self, facts: Facts) -> str:
        """`right    network: no interface, no route`; with what to do behind it where something is missing."""
        found = self.look(facts)
        remedy = f" -> {found.remedy}" if found.remedy else ""
        return printable(f"{found.status:<8} {self.title}: {found.what}{remedy}")


CHECKS: tuple[Check, ...] = (
    Check("kernel", kernel),
    Check("engine", engine),
    Check("worker folder", worker_folder),
    Check("keys", keys),
    Check("image", image),
    Check("base models", base_models),
    Check("GPU in a container", gpu),
    Check("GPU persistence mode", persistence),
    Check("GPU clocks", clocks),
    Check("Landlock", landlock),
    Check("seccomp and capabilities", seccomp),
    Check("network off", network),
    Check("shared memory", shm),
    Check("free disk", disk),
    Check("time", time),
)
