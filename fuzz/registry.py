"""Every target, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fuzz.target import Target
from fuzz.targets import archives, configuration, data, organizer_side, protocol, records

TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        target.name: target
        for module in (protocol, data, records, configuration, archives, organizer_side)
        for target in module.TARGETS
    }
)
