"""NVIDIA's GPUs by NVML, the driver's own interface: what they are, how they are doing, what energy they have used.

Whatever a GPU or a driver does not tell is left out; without the library or a driver there are no GPUs here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from ingestion_program.energy import Counter

Library = Any  # the module pynvml of nvidia-ml-py, or a test's stand-in
REASONS = {
    0x004: "power cap",
    0x008: "hardware slowdown",
    0x010: "sync boost",
    0x020: "software thermal",
    0x040: "hardware thermal",
    0x080: "power brake",
}
"""Bits of NVML's clocks event reasons that mean less speed than the GPU has; idle and chosen clocks do not."""
_POWER, _THERMAL = 0, 1  # NVML_PERF_POLICY_POWER, _THERMAL
_NONE_FOUND = (0, 6)  # NVML_SUCCESS (the module takes no samples for an error), NVML_ERROR_NOT_FOUND
_GREW = 7  # NVML_ERROR_INSUFFICIENT_SIZE: more samples than a moment ago
_TRIES = 3


class Sample(NamedTuple):
    """Somebody computed on a GPU.

    Attributes:
        pid: process number as the driver knows it: in a container the host's.
        at: Unix seconds at the end of the time that it tells of.

    """

    pid: int
    at: float


class Gpus:
    """All GPUs that this container sees.

    Args:
        library: NVML, initialised.

    """

    def __init__(self, library: Library) -> None:
        self._nvml = library
        self._handles = [library.nvmlDeviceGetHandleByIndex(index) for index in range(library.nvmlDeviceGetCount())]

    def __len__(self) -> int:
        return len(self._handles)

    def facts(self) -> dict[str, str]:
        """What stays: names, driver, memory, power limit, highest clocks."""
        nvml = self._nvml
        return {
            name: value
            for name, value in {
                "gpu": self._each(nvml.nvmlDeviceGetName, str),
                "gpu_driver": self._text(nvml.nvmlSystemGetDriverVersion),
                "gpu_memory_mib": self._each(nvml.nvmlDeviceGetMemoryInfo, lambda found: str(found.total >> 20)),
                "gpu_power_limit": self._each(nvml.nvmlDeviceGetEnforcedPowerLimit, lambda mw: f"{mw / 1000:.0f} W"),
                "gpu_highest_clock": self._each(lambda gpu: nvml.nvmlDeviceGetMaxClockInfo(gpu, 1), "{} MHz".format),
            }.items()
            if value
        }

    def state(self) -> dict[str, str]:
        """What changes: the clock of the multiprocessors, temperature, why the clock is lower than it could be."""
        nvml = self._nvml
        found = {
            "clock": self._each(lambda gpu: nvml.nvmlDeviceGetClockInfo(gpu, 1), "{} MHz".format),
            "temperature": self._each(lambda gpu: nvml.nvmlDeviceGetTemperature(gpu, 0), "{} C".format),
            "throttle": self._each(nvml.nvmlDeviceGetCurrentClocksThrottleReasons, reasons),
        }
        return {name: value for name, value in found.items() if value}

    def throttled(self) -> dict[str, float]:
        """Seconds, since the driver was loaded, that power or heat kept the GPUs from their clock, all together."""
        found = {}
        for name, policy in (("power", _POWER), ("heat", _THERMAL)):
            times = [self._read(self._nvml.nvmlDeviceGetViolationStatus, gpu, policy) for gpu in self._handles]
            if times and all(time is not None for time in times):
                found[name] = sum(time.violationTime for time in times) / 1e9
        return found

    def counters(self) -> list[Counter]:
        """The energy counter of every GPU that has one (Volta and later); in millijoules, 64 bits: it does not wrap."""

        def reader(gpu: object) -> Callable[[], float | None]:
            def read() -> float | None:
                found = self._read(self._nvml.nvmlDeviceGetTotalEnergyConsumption, gpu)
                return None if found is None else found / 1000

            return read

        every = [Counter(f"gpu {number}", "gpu", reader(gpu)) for number, gpu in enumerate(self._handles)]
        # Half of the GPUs would be half of the energy: all are counted or none.
        return every if all(counter.read() is not None for counter in every) else []

    def computing(self, since: float) -> list[Sample] | None:
        """Who computed on any GPU, as far as it was sampled after these Unix seconds; None where one does not say."""
        found: list[Sample] = []
        for gpu in self._handles:
            samples = self._samples(gpu, int(since * 1e6))
            if samples is None:
                return None
            stamped = [Sample(one.pid, one.timeStamp / 1e6) for one in samples if 0 < one.smUtil <= 100]
            found += [one for one in stamped if one.at > since]  # drivers are known to return old ones again
        return found

    def _samples(self, gpu: object, since: int) -> list[Any] | None:
        for _ in range(_TRIES):
            try:
                return list(self._nvml.nvmlDeviceGetProcessUtilization(gpu, since))
            except self._nvml.NVMLError as error:
                if error.value in _NONE_FOUND:
                    return []
                if error.value != _GREW:  # as on a GPU that is divided (MIG)
                    return None
        return None

    def _read(self, function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401 - NVML's own
        try:
            return function(*arguments)
        except self._nvml.NVMLError:
            return None

    def _each(self, function: Callable[[Any], Any], shown: Callable[[Any], str]) -> str:
        found = [self._read(function, gpu) for gpu in self._handles]
        return "" if not found or None in found else ", ".join(shown(_decoded(one)) for one in found)

    def _text(self, function: Callable[[], Any]) -> str:
        found = self._read(function)
        return "" if found is None else str(_decoded(found))


def _decoded(value: Any) -> Any:  # noqa: ANN401 - older releases of the library return texts as bytes
    return value.decode("ascii", "replace") if isinstance(value, bytes) else value


def reasons(bits: int) -> str:
    """The reasons in a word of bits; `none` where nothing slows the GPU."""
    return " + ".join(name for bit, name in REASONS.items() if bits & bit) or "none"


@cache
def gpus() -> Gpus | None:
    """This machine's GPUs; None without the library, a driver or a GPU. NVML stays open until the process ends."""
    try:
        library = importlib.import_module("pynvml")
    except ImportError:
        return None
    return open_gpus(library)


def open_gpus(library: Library) -> Gpus | None:
    """The GPUs of an NVML library; None where it finds none."""
    try:
        library.nvmlInit()
        found = Gpus(library)
    except library.NVMLError:
        return None
    return found if len(found) else None
