"""Of when the evidence is, whose it is, and how it is cited."""

from __future__ import annotations

from datetime import date

__all__ = ["COMPILED_ON", "LICENCE", "citation"]

# The day after which nothing new was looked for. Whoever adds what was published later moves it.
COMPILED_ON = date(2026, 11, 22)
LICENCE = "Apache License 2.0; the publications themselves belong to their owners"


def citation(version: str, of: str = "") -> str:
    """How to cite the evidence of this version of the package, or the part that is `of` something.

    >>> citation("0.1.0")[-38:]
    'compiled on 2026-11-22. lowdose 0.1.0.'
    """
    part = f": {of}" if of else ""
    return (
        f"The lowdose developers. Evidence on low-dose naltrexone{part}, "
        f"compiled on {COMPILED_ON.isoformat()}. lowdose {version}."
    )
