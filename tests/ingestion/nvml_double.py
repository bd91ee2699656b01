"""A stand-in for NVML's Python module: as many GPUs as wanted, each function as the real one is called."""

# ruff: noqa: N802, ARG002 - NVML's own names and arguments
from __future__ import annotations

from types import SimpleNamespace


class Double:
    """Attributes that tests change: `energy` (millijoules by GPU, None = has no counter), `reasons`, `violations`."""

    class NVMLError(Exception):
        """As the module's own."""

    def __init__(self, count: int = 1) -> None:
        self.energy: list[int | None] = [1000 * (number + 1) for number in range(count)]
        self.reasons, self.driver = 0x1, True
        self.violations = {0: 0, 1: 0}

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
