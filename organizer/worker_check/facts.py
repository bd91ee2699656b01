"""What is known of a worker: plain values, so that every check is a function of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KeyFile:
    """A file or folder that must be the owner's alone; `error` where it cannot be looked at."""

    path: str
    owner: int = -1
    mode: int = 0
    error: str = ""


@dataclass(frozen=True)
class BundleFacts:
    """One worker.json.

    Attributes:
        folder: its folder's name.
        programs: how many of the two programs it names with a digest.
        image, pinned: the image's name, and `sha256:...` where the build pinned it.
        sealed: whether there must be keys.
        base_models: that the pages promise to be in the image.
        error: why it cannot be read; empty if it can.

    """

    folder: str
    programs: int = 0
    image: str = ""
    pinned: str = ""
    sealed: bool = True
    error: str = ""
    base_models: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImageFacts:
    """A local image: its id and the digests under which registries know it; none if it is not there."""

    name: str
    digests: tuple[str, ...] = ()


@dataclass(frozen=True)
class InsideFacts:
    """What a container sees that is started as the gate starts one.

    Attributes:
        routes: whether a datagram socket to an outside address could be connected.
        interfaces: network interfaces besides the loopback.
        shm_mib: size of /dev/shm.
        landlock: its ABI; 0 = none.
        seccomp: mode of /proc/self/status; 2 = a filter.
        capabilities: effective ones, as a number.
        no_new_privileges: whether set.
        gpus: names of the GPUs.
        base_models: names of those in the image.
        error: why no container could be looked into.

    """

    routes: bool = False
    interfaces: tuple[str, ...] = ()
    shm_mib: int = 0
    landlock: int = 0
    seccomp: int = 0
    capabilities: int = 0
    no_new_privileges: bool = False
    gpus: tuple[str, ...] = ()
    error: str = ""
    base_models: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gpu:
    """One GPU as the driver reports it; clocks in MHz, None where it does not tell."""

    name: str
    persistence: bool
    application_clock: int | None = None
    largest_clock: int | None = None


@dataclass(frozen=True)
class Facts:
    """All that the checks look at.

    Attributes:
        kernel: release.
        landlock: ABI of this kernel; 0 = none.
        engine: version of the container engine; empty if it does not answer.
        engine_error: why it does not.
        bundles, keys, images: of the worker folder.
        inside: of one container; None where none could be started.
        wanted_gpu: whether this worker is meant to have a GPU.
        wanted_shm_mib: as gate.toml sets it.
        gpus: of this machine.
        free_gib: on the disk of the run folders.
        run_folder: where that is.
        synchronised: whether the clock is kept right; None where nobody can tell.

    """

    kernel: str
    landlock: int
    engine: str = ""
    engine_error: str = ""
    bundles: tuple[BundleFacts, ...] = ()
    keys: tuple[KeyFile, ...] = ()
    images: tuple[ImageFacts, ...] = ()
    inside: InsideFacts | None = None
    wanted_gpu: bool = True
    wanted_shm_mib: int = 2048
    gpus: tuple[Gpu, ...] = ()
    free_gib: float = 0.0
    run_folder: str = ""
    synchronised: bool | None = None
