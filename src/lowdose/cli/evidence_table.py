"""Reading a table of effects for the commands that pool."""

from __future__ import annotations

import sys
from pathlib import Path

from lowdose.errors import Fault, InputError
from lowdose.evidence.table import MEASURES, parse_effect_table
from lowdose.report.evidence_text import Pool

__all__ = ["pool_of_table"]


def pool_of_table(file: str, measure: str) -> Pool:
    """What a table on disk, or on standard input (-), gives to pool.

    Raises `InputError` where it cannot be read, or with every fault of it.
    """

    name = "standard input" if file == "-" else Path(file).name
    table = parse_effect_table(_text_of(file), name=name, measure=measure)
    chosen = MEASURES.get(table.measure)
    return Pool(
        name,
        chosen.about if chosen else "effects as given",
        table.studies,
        tuple(table.effect.value.tolist()),
        tuple(table.effect.variance.tolist()),
        bool(chosen and chosen.is_log),
    )


def _text_of(file: str) -> str:
    try:
        if file == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig")
        return Path(file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Fault("--csv", repr(file), "text in UTF-8")]) from None
    except OSError as problem:
        said = f"{file!r}: {problem.strerror}"
        raise InputError([Fault("--csv", said, "a file that can be read")]) from None
