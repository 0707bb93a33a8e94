"""Every check of every chapter, in the order of the flow."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from checks.check import Chapter, Check

__all__ = ["every_check", "find_helpers"]

ROOT = Path(__file__).parents[2]


def every_check(chapters: tuple[Chapter, ...] = tuple(Chapter)) -> list[Check]:
    """Quick ones and slow ones; nothing is worked out yet."""
    find_helpers()
    return [one for chapter in chapters for one in import_module(f"checks.{chapter}").checks()]


def find_helpers() -> None:
    """References of the tests and measurements of `benchmarks/` as modules."""
    for folder in (ROOT / "tests", ROOT / "benchmarks"):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
