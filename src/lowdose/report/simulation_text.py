"""A simulation in words: what it rests on first, then a small table, then what is not settled."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lowdose.mechanism.blockade import STRUCTURES
from lowdose.mechanism.hypotheses import Hypothesis
from lowdose.population.simulate import QUANTILES, Simulated
from lowdose.regimen.limits import HIGHEST_MG
from lowdose.regimen.simulated_doses import beyond_low
from lowdose.report.side_effects_text import side_effects_text

__all__ = ["hypothesis_words", "outcome_words", "simulation_text", "sources_text"]

Numbers = NDArray[np.float64]
_WEEKS = (1, 2, 4, 8, 12, 16)
_WIDTH = 80
_LOW, _MIDDLE, _HIGH = (QUANTILES.index(share) for share in (0.05, 0.5, 0.95))
# heading, output, factor, decimals
_COLUMNS = (
    ("peak %", "blockade_central_max", 100, 0),
    ("trough %", "blockade_central_trough", 100, 0),
    ("tone", "tone_mean", 1, 2),
    ("relief %", "relief", 100, 0),
    ("symptom", "symptom", 1, 1),
)


def simulation_text(
    simulated: Simulated,
    doses_mg: Sequence[float],
    *,
    hours: Sequence[float] = (0.0,),
    regimen: str,
    hypothesis: Hypothesis,
    accounts: Mapping[str, tuple[float, float]],
    placebo: Numbers,
) -> str:
    """Say what a simulation found.

    doses_mg: (days,), of the whole day; hours: of a day's intakes. accounts: the typical person's
    highest blockade of the last day and the one at its end, by account of blockade. placebo:
    (days,), the typical person's rating where every dose is a placebo.
    """
    parts = [
        *_what_it_is(hypothesis),
        *_beyond(doses_mg),
        _paragraph(
            f"{regimen}; {simulated.days} days, {_crowd(simulated)}, blockade by the "
            f"account {_name(simulated.structure)}.{_parted(hours)}"
        ),
        _paragraph(outcome_words(simulated, placebo)),
        _table(simulated, doses_mg),
        _accounts(accounts, doses_mg),
        _paragraph(side_effects_text(doses_mg)),
    ]
    return "\n\n".join(parts)


def sources_text(simulated: Simulated) -> str:
    """What the numbers rest on, a line each."""
    lines = [
        textwrap.fill(
            one, _WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False
        )
        for one in simulated.sources
    ]
    return "\n".join(["What the numbers rest on (ids are rows of docs/facts.md):", *lines])


def hypothesis_words(hypothesis: Hypothesis) -> tuple[str, str, str]:
    """That this is a simulation, what its hypothesis is, and what the record says of that."""
    return (
        f"This is a simulation, not a forecast: it shows what would follow if the hypothesis "
        f"“{hypothesis.name}” were true. It prescribes nothing.",
        f"The hypothesis: {hypothesis.about}",
        f"What the record says of it: {hypothesis.record}",
    )


def _what_it_is(hypothesis: Hypothesis) -> list[str]:
    first, about, record = map(_paragraph, hypothesis_words(hypothesis))
    return [first, f"{about}\n{record}"]


def _beyond(doses_mg: Sequence[float]) -> list[str]:
    """Said wherever more is taken than low-dose naltrexone is."""
    if not beyond_low(doses_mg):
        return []
    return [
        _paragraph(
            f"Beyond low dose: up to {max(doses_mg):g} mg a day is taken here, and low dose ends "
            f"at {HIGHEST_MG:g} mg (PR07). This is simulated only, to be compared; no plan is "
            f"made for such doses, and the trials of low doses say nothing of them."
        )
    ]


def _parted(hours: Sequence[float]) -> str:
    if len(hours) == 1:
        return ""
    at = ", ".join(f"{hour:g}" for hour in hours[:-1])
    return (
        f" Doses are due {at} and {hours[-1]:g} hours after the first of the day (usual hours of "
        f"meals and bedtime: an assumption); a trough is the one before the first."
    )


def outcome_words(simulated: Simulated, placebo: Numbers) -> str:
    """The rating at the end, beside what a placebo would do."""
    symptom, relief = (simulated.quantiles[name][:, -1] for name in ("symptom", "relief"))
    drug = float(placebo[-1] - simulated.typical["symptom"][-1])
    own = f"{drug:.1f} points of it by the drug" if drug >= 0.05 else "none of it by the drug"
    return (
        f"Under this hypothesis the typical person's rating goes to "
        f"{simulated.typical['symptom'][-1]:.1f} of 10, {own}: a placebo would lead to "
        f"{placebo[-1]:.1f}. Nine people of ten end between {symptom[_LOW]:.1f} and "
        f"{symptom[_HIGH]:.1f}, with {100 * relief[_LOW]:.0f} to {100 * relief[_HIGH]:.0f} % of "
        f"the relief that is possible for them."
    )


def _table(simulated: Simulated, doses_mg: Sequence[float]) -> str:
    rows = [["after", "mg", *(heading for heading, *_ in _COLUMNS)]]
    for day in _days(simulated.days):
        cells = [_cell(simulated, day, *column[1:]) for column in _COLUMNS]
        rows.append([_when(day), f"{doses_mg[day - 1]:g}", *cells])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    note = _paragraph(
        "The person in the middle, and nine of ten. Peak and trough: receptors in the brain "
        "blocked at most, and just before the next dose. Tone: opioid signalling, 1 untreated. "
        "Relief: share of what is possible for the person. Symptom: 0 to 10, lower is better, "
        "with what a placebo would do."
    )
    return "\n".join([*lines, "", note])


def _days(days: int) -> list[int]:
    found = [7 * week for week in _WEEKS if 7 * week <= days]
    return found if found and found[-1] == days else [*found, days]


def _when(day: int) -> str:
    whole, rest = divmod(day, 7)
    noun = "day" if rest else "week"
    count = day if rest else whole
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _cell(simulated: Simulated, day: int, name: str, factor: float, decimals: int) -> str:
    place = day - 1 if simulated.hours is None else slice(24 * (day - 1), 24 * day)
    values = simulated.quantiles[name][:, place]
    if values.ndim > 1:
        values = values.max(axis=1) if name.endswith("_max") else values[:, -1]
    low, middle, high = (factor * values[each] for each in (_LOW, _MIDDLE, _HIGH))
    return f"{middle:.{decimals}f} ({low:.{decimals}f}–{high:.{decimals}f})"


def _accounts(accounts: Mapping[str, tuple[float, float]], doses_mg: Sequence[float]) -> str:
    head = _paragraph(
        f"How the drug blocks is not settled, and the accounts disagree. The typical person on "
        f"the last day, {_last_day(doses_mg)}:"
    )
    rows = [
        ("", "peak", "trough"),
        *(
            (_name(name), f"{100 * high:.0f} %", f"{100 * low:.0f} %")
            for name, (high, low) in accounts.items()
        ),
    ]
    lines = [f"{name:19}{high:>6}  {low:>6}" for name, high, low in rows]
    about = ["", *(STRUCTURES[name].about for name in accounts)]
    said = [
        f"{line}   {words}" if words else line for line, words in zip(lines, about, strict=True)
    ]
    return "\n".join([head, *(line for each in said for line in _hanging(each))])


def _last_day(doses_mg: Sequence[float]) -> str:
    if doses_mg[-1]:
        return f"at {doses_mg[-1]:g} mg"
    without = next(place for place, dose in enumerate(reversed(doses_mg)) if dose)
    return f"after {without} day{'' if without == 1 else 's'} without a dose"


def _hanging(line: str) -> list[str]:
    return textwrap.wrap(
        line,
        _WIDTH,
        subsequent_indent=" " * 36,
        drop_whitespace=True,
        break_on_hyphens=False,
        replace_whitespace=False,
    ) or [line]


def _crowd(simulated: Simulated) -> str:
    people = "1 person" if simulated.people == 1 else f"{simulated.people:,} people"
    return f"{people} with {simulated.condition}"


def _name(structure: str) -> str:
    return structure.replace("_", " ")


def _paragraph(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_on_hyphens=False)
