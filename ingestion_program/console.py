"""The console: the end of what the team's code printed, kept only where no hidden data are at stake."""

from __future__ import annotations

from xtreme_tasks.faults import printable

KEPT_BYTES = 2000


class Console:
    """The last bytes of standard output and standard error together."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, piece: bytes) -> None:
        """Add what was printed."""
        self._tail = (self._tail + piece)[-KEPT_BYTES:]

    def text(self) -> str:
        """The end as lines of printable ASCII."""
        lines = self._tail.decode(errors="replace").splitlines()
        return "".join(printable(line, KEPT_BYTES) + "\n" for line in lines)
