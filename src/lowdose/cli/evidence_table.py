"""Reading a table of effects for the commands that pool."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lowdose.errors import Fault, InputError

if TYPE_CHECKING:
    from lowdose.report.evidence_text import Pool

__all__ = ["pool_of_table", "table_text"]


def pool_of_table(file: str, measure: str) -> Pool:
    """What a table on disk, or on standard input (-), gives to pool.

    Raises `InputError` where it cannot be read, or with every fault of it.
    """
    from lowdose.evidence.table import MEASURES, PRINTED, parse_effect_table
    from lowdose.report.evidence_text import Pool

    name = "standard input" if file == "-" else Path(file).name
    table = parse_effect_table(table_text(file), name=name, measure=measure)
    about = {**PRINTED, **{known: one.about for known, one in MEASURES.items()}}
    return Pool(
        name,
        about.get(table.measure, "effects as given"),
        table.studies,
        tuple(table.effect.value.tolist()),
        tuple(table.effect.variance.tolist()),
        table.measure in PRINTED,
        table.notes,
        table.left_out,
        table.texts,
        table.counts,
    )


def table_text(file: str) -> str:
    """The text of a file, or of standard input for `-`.

    Raises InputError where it cannot be read, or is not UTF-8.
    """
    try:
        if file == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig")
        return Path(file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        remedy = 'in a spreadsheet: save as "CSV UTF-8"'
        raise InputError([Fault("--csv", repr(file), "text in UTF-8", remedy)]) from None
    except OSError as problem:
        said = f"{file!r}: {problem.strerror}"
        raise InputError([Fault("--csv", said, "a file that can be read")]) from None
