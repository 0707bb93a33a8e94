"""The answer for the terminal: plain words first, then a small table, then what it rests on."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable

from lowdose.inference.result import Answer
from lowdose.report.answer_method import method_line
from lowdose.report.answer_numbers import adverse_table, course_table, level_tables
from lowdose.report.charts.elements import clean
from lowdose.report.document import Table
from lowdose.report.wording import capital, design_words, glued, plural, scale_words, step_words

__all__ = ["answer_text"]

_NARROWEST = 40
_BLOCKS = "▁▂▃▄▅▆▇█"
_INDENT = "  "
_MARGIN_CHARACTERS = 10


def answer_text(answer: Answer, *, width: int = 80, colour: bool = False) -> str:
    """Write an answer as lines of at most `width` characters; `colour` makes headings bold."""
    width = max(width, _NARROWEST)
    parts = [
        _bold(_wrapped(answer.headline, width), colour),
        *(_wrapped(sentence, width) for sentence in answer.sentences),
        _wrapped(f"Next step: {step_words(answer.next_step)}. {answer.reason}", width),
        _listed("Keep in mind", answer.warnings, width, colour),
        *(_table(table, width, colour) for table in _tables(answer)),
        _picture(answer, width, colour),
        _listed("What it rests on", _basis(answer), width, colour),
        _listed("Assumptions", answer.assumptions, width, colour),
        _wrapped(method_line(answer), width),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _tables(answer: Answer) -> tuple[Table, ...]:
    side_effects = (adverse_table(answer),) if answer.adverse else ()
    return (*level_tables(answer), course_table(answer), *side_effects)


def _basis(answer: Answer) -> tuple[str, ...]:
    return (
        f"{answer.rated_days} of {plural(answer.days, 'day')} rated; "
        f"{answer.symptom.name}, {scale_words(answer.symptom)}",
        capital(design_words(answer.design)),
    )


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> str:
    filled = textwrap.fill(
        glued(clean(text)),
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )
    return filled.replace("\u00a0", " ")


def _bold(text: str, colour: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if colour else text


def _listed(title: str, lines: Iterable[str], width: int, colour: bool) -> str:
    written = [_wrapped(line, width, f"{_INDENT}- ", f"{_INDENT}  ") for line in lines]
    return "\n".join([_bold(title, colour), *written]) if written else ""


def _table(table: Table, width: int, colour: bool) -> str:
    if not table.rows:
        return ""
    rows = [[clean(str(cell)) for cell in row] for row in (table.columns, *table.rows)]
    sizes = [max(len(row[n]) for row in rows) for n in range(len(table.columns))]
    if sum(sizes) + 2 * len(sizes) > width:
        lines = _stacked(rows, width)
    else:
        padded = ("  ".join(c.ljust(s) for c, s in zip(row, sizes, strict=True)) for row in rows)
        lines = [f"{_INDENT}{line.rstrip()}" for line in padded]
    return "\n".join([_bold(_wrapped(table.caption, width), colour), *lines])


def _stacked(rows: list[list[str]], width: int) -> list[str]:
    """A table too wide for the screen: one paragraph a row."""
    heads = rows[0]
    said = (
        f"{row[0]}: "
        + "; ".join(f"{head} {cell}" for head, cell in zip(heads[1:], row[1:], strict=True))
        for row in rows[1:]
    )
    return [_wrapped(line, width, _INDENT, f"{_INDENT}  ") for line in said]


def _picture(answer: Answer, width: int, colour: bool) -> str:
    """The ratings as a row of blocks: each the mean of a few days, blank where none was given."""
    ratings = answer.course.rating
    seen = [value for value in ratings if _known(value)]
    if len(seen) < 2:
        return ""
    a_block = math.ceil(len(ratings) / (width - _MARGIN_CHARACTERS))
    means = [_mean(ratings[n : n + a_block]) for n in range(0, len(ratings), a_block)]
    low, high = _ends(answer, means)
    blocks = "".join(" " if m is None else _block((m - low) / (high - low)) for m in means)
    each = "a day" if a_block == 1 else f"{a_block} days"
    title = f"The ratings (each block {each}, from {low:g} to {high:g})"
    return "\n".join([_bold(_wrapped(title, width), colour), f"{_INDENT}{blocks.rstrip()}"])


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _mean(values: tuple[float | None, ...]) -> float | None:
    known = [value for value in values if value is not None and math.isfinite(value)]
    return sum(known) / len(known) if known else None


def _ends(answer: Answer, means: list[float | None]) -> tuple[float, float]:
    low, high = answer.symptom.low, answer.symptom.high
    if not math.isfinite(high):
        high = math.ceil(max(mean for mean in means if mean is not None))
    return (low, high) if high > low else (low, low + 1)


def _block(share: float) -> str:
    return _BLOCKS[min(max(int(share * len(_BLOCKS)), 0), len(_BLOCKS) - 1)]
