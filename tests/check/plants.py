"""Planted faults: for each check a change that it must find, and the remedy as a change that makes it silent.

The remedy is applied to the broken bundle, and is what the check says, not the broken change undone.
"""

from __future__ import annotations

from tests.check import plants_content, plants_yaml
from tests.check.plant import Plant

PLANTS: list[Plant] = [*plants_yaml.PLANTS, *plants_content.PLANTS]
