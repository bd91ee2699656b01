"""The emulated platform for every test of the organizer's commands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.platform.site.server import Site


@pytest.fixture
def site() -> Iterator[Site]:
    """A fresh, empty site; a defect of the emulation itself fails the test."""
    with Site() as made:
        yield made
    assert not made.errors, made.errors[0]
