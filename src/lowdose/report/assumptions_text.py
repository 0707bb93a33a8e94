"""What one would have to measure to know more, in words: a line for each assumption that counts."""

from __future__ import annotations

import textwrap

from lowdose.mechanism.parameters import PARAMETERS
from lowdose.population.sensitivity import Influence, Sensitivity
from lowdose.report.charts.assumptions_chart import nothing_words, share_words, that_count

__all__ = ["assumptions_text"]

_WIDTH = 80


def assumptions_text(found: Sensitivity) -> str:
    """Say which assumptions move the benefit on the last day, the most important first."""
    head = "What would one have to measure to know more?"
    rows = that_count(found)
    if not rows:
        return f"{head}\n\n{_paragraph(nothing_words(found))}"
    return "\n\n".join(
        [head, _paragraph(_outcome(found)), _table(rows), _paragraph(_rest(rows[0]))]
    )


def _outcome(found: Sensitivity) -> str:
    return (
        f"With every number typical, the drug removes {_percent(found.typical)} % of the starting "
        f"rating by the last day. Over all that is uncertain it removes {_percent(found.mean)} % "
        f"on average, and between {_percent(found.low)} and {_percent(found.high)} % in nine "
        f"cases of ten. These numbers move that most:"
    )


def _table(rows: tuple[Influence, ...]) -> str:
    cells = [("assumption", "share of doubt", "% removed: low, high")]
    cells += [
        (
            PARAMETERS[one.name].about,
            share_words(one),
            f"{_percent(one.fifths[0])} and {_percent(one.fifths[-1])}",
        )
        for one in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _rest(first: Influence) -> str:
    one = PARAMETERS[first.name]
    return (
        "Share of doubt: how much of the variance a number has a hand in, by itself or with "
        "others (total Sobol index, 95 % interval), so shares add up to more than 100 %. Low and "
        "high: the mean where the number lies in the lowest and in the highest fifth of what is "
        f"believed of it, whatever the others are. To know more, measure first: {one.about} "
        f"(here {one.typical:g} {one.unit}; {one.source})."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _paragraph(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_on_hyphens=False)
