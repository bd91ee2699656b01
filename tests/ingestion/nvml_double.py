"""A stand-in for NVML's Python module: as many GPUs as wanted, each function as the real one is called."""

# ruff: noqa: N802, ARG002 - NVML's own names and arguments
from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace


class Double:
    """Attributes that tests change.

    Attributes:
        energy: millijoules by GPU, None = has no counter.
        reasons, violations: as NVML has them.
        samples: who computed: process number, share in per cent, Unix seconds.
        now: Unix seconds; later samples are not there yet.
        errors: what the next calls for samples fail with.

    """

    class NVMLError(Exception):
        """As the module's own."""

        def __init__(self, value: int = 999) -> None:
            self.value = value

    def __init__(self, count: int = 1) -> None:
        self.energy: list[int | None] = [1000 * (number + 1) for number in range(count)]
        self.reasons, self.driver = 0x1, True
        self.violations = {0: 0, 1: 0}
        self.samples: list[tuple[int, int, float]] = []
        self.now: Callable[[], float] = lambda: math.inf
        self.errors: list[int] = []

    def nvmlInit(self) -> None:
        if not self.driver:
            raise self.NVMLError

    def nvmlDeviceGetCount(self) -> int:
        return len(self.energy)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        return index

    def nvmlDeviceGetName(self, gpu: int) -> bytes:
        return b"Card %d" % gpu

    def nvmlSystemGetDriverVersion(self) -> str:
        return "570.1"

    def nvmlDeviceGetMemoryInfo(self, gpu: int) -> SimpleNamespace:
        return SimpleNamespace(total=80 << 30)

    def nvmlDeviceGetEnforcedPowerLimit(self, gpu: int) -> int:
        return 700_000

    def nvmlDeviceGetMaxClockInfo(self, gpu: int, kind: int) -> int:
        raise self.NVMLError

    def nvmlDeviceGetClockInfo(self, gpu: int, kind: int) -> int:
        return 1980

    def nvmlDeviceGetTemperature(self, gpu: int, sensor: int) -> int:
        return 41

    def nvmlDeviceGetCurrentClocksThrottleReasons(self, gpu: int) -> int:
        return self.reasons

    def nvmlDeviceGetViolationStatus(self, gpu: int, policy: int) -> SimpleNamespace:
        return SimpleNamespace(violationTime=self.violations[policy])

    def nvmlDeviceGetTotalEnergyConsumption(self, gpu: int) -> int:
        found = self.energy[gpu]
        if found is None:
            raise self.NVMLError
        return found

    def nvmlDeviceGetProcessUtilization(self, gpu: int, since: int) -> list[SimpleNamespace]:
        if self.errors:
            raise self.NVMLError(self.errors.pop(0))
        found = [
            SimpleNamespace(pid=pid, smUtil=share, timeStamp=round(at * 1e6))
            for pid, share, at in self.samples
            if at <= self.now() and round(at * 1e6) > since
        ]
        if not found:
            raise self.NVMLError(6)  # NVML_ERROR_NOT_FOUND
        return found
