"""What every measurement here needs: progress on the error stream, tables, errors of a share."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence

import numpy as np

__all__ = ["Progress", "binomial_error", "share_with_error", "table"]


class Progress:
    """Says on the error stream how far a measurement is, at most once a second."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._done = what, total, 0
        self._start = self._said = time.monotonic()

    def __call__(self, finished: int = 1) -> None:
        """Count what has just been finished."""
        self._done += finished
        now = time.monotonic()
        if now - self._said > 1.0 or self._done >= self._total:
            self._said = now
            seconds = now - self._start
            print(
                f"{self._what}: {self._done} of {self._total}, {seconds:.0f} s",
                file=sys.stderr,
                flush=True,
            )


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; floats are to be formatted by the caller."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def binomial_error(events: int, count: int) -> float:
    """Standard error of a share; one event is added to each side so that it is never zero."""
    share = (events + 1) / (count + 2)
    return float(np.sqrt(share * (1 - share) / count))


def share_with_error(events: int, count: int) -> str:
    """Such as "3.4 ± 0.8": the share and its standard error in percent."""
    return f"{100 * events / count:.1f} ± {100 * binomial_error(events, count):.1f}"
