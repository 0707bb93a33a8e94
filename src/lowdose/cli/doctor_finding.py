"""What the doctor found: one thing looked at, what is so, and what is to be mended with its remedy.

Whatever stands here may be handed to strangers with a report of a fault, so a person's home is
written `~` and nothing that a person wrote, no address and no secret comes in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

__all__ = ["Finding", "Trouble", "looked", "shown"]


class Trouble(NamedTuple):
    """What is wrong, and what to do about it."""

    wrong: str
    remedy: str


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: its name, in one word.
        said: what is so.
        troubles: what is to be mended; empty where all is well.
        hints: what one could have besides; nothing is wrong without it.
        details: names and values, for JSON.
    """

    what: str
    said: str
    troubles: tuple[Trouble, ...] = ()
    hints: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def fine(self) -> bool:
        """Whether nothing is to be mended."""
        return not self.troubles


def looked(what: str, look: Callable[[], Finding]) -> Finding:
    """What `look` found; a fault in looking is a trouble of its own, and the others go on.

    >>> looked("disk", lambda: 1 / 0).troubles[0].wrong
    'it could not be looked at (ZeroDivisionError)'
    """
    try:
        return look()
    except Exception as error:  # whatever is broken here is what the doctor is asked about
        wrong = f"it could not be looked at ({type(error).__name__})"
        return Finding(what, "", (Trouble(wrong, "report it, with everything shown here"),))


def shown(path: Path | str) -> str:
    """A path as one may show it to others.

    >>> shown(Path.home() / "clinic")
    '~/clinic'
    """
    path = Path(path)
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
