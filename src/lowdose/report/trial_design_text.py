"""A design read aloud: what is asked, of whom, who gets what when, and how it is decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lowdose.report.paragraphs import wrapped
from lowdose.report.trial_design_words import design_summary
from lowdose.report.trial_treatment_words import (
    dose_words,
    interventions_table,
    period_given,
)
from lowdose.report.wording import capital, plural
from lowdose.trial.design.timeline import treatment_keys
from lowdose.trial.design.values import Design, Given, Method
from lowdose.trial.randomise.draw import block_sizes

__all__ = ["design_text", "timeline_picture"]

_WIDTH = 78
_MOST_ROWS = 12
_MOST_GAPS = 24
_WEEK = 7


def design_text(design: Design) -> str:
    """A design in plain words, with a picture of its periods, ending without a newline."""
    parts = (
        _head(design),
        _facts(design),
        ["Treatments:", *_treatments(design)],
        ["Who gets what when:", timeline_picture(design)],
        ["Periods:", *_periods(design)],
        _sources(design),
    )
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part)))


def _head(design: Design) -> Iterator[str]:
    yield wrapped(f"{design.title} ({design.name})")
    if design.question:
        yield wrapped(design.question)


def _facts(design: Design) -> Iterator[str]:
    facts = [*design_summary(design), ("Chance", _chance(design))]
    yield from (wrapped(f"{name}: {text}", "  ") for name, text in facts)


def _chance(design: Design) -> str:
    """How it is decided who gets what."""
    if len(design.sequences) < 2:
        return "Nothing is drawn: everyone goes through the same periods."
    allocation = design.allocation
    within = " and ".join(factor.name for factor in allocation.factors)
    if allocation.method is Method.MINIMISATION:
        return (
            f"Minimisation by {within}: each next person most likely goes where the groups "
            "stay alike."
        )
    if allocation.method is Method.SIMPLE:
        return "Drawn for each person on their own."
    if any(period.block for period in design.periods) and not allocation.block_sizes:
        return "Each person's order is drawn anew in each block."
    sizes = " or ".join(map(str, block_sizes(design)))
    strata = f", within each {within}" if within else ""
    return f"Drawn in blocks of {sizes} people{strata}."


def _treatments(design: Design) -> Iterator[str]:
    used = {row[0] for row in interventions_table(design).rows}
    for one in design.treatments:
        if one.name in used and one.given is not Given.NOTHING:
            doses = f": {dose_words(one)}" if one.given is Given.DRUG else ""
            yield wrapped(f"- {one.name}{doses}", "  ")


def _periods(design: Design) -> Iterator[str]:
    first = 1
    for number, one in enumerate(design.periods):
        if number < _MOST_ROWS:
            last = first + one.days - 1
            skipped = f"; the first {plural(one.skip_days, 'day')} left out" * bool(one.skip_days)
            given = period_given(design, one)
            yield wrapped(f"- {one.name}, days {first} to {last}: {given}{skipped}", "  ")
            first = last + 1
    if len(design.periods) > _MOST_ROWS:
        yield f"- and {plural(len(design.periods) - _MOST_ROWS, 'further period')}"


def _sources(design: Design) -> Iterator[str]:
    if design.sources:
        yield "Sources:"
        yield from (wrapped(f"- {source}", "  ") for source in design.sources)


def timeline_picture(design: Design) -> str:
    """A row of letters for each sequence, as wide as the trial is long; then what they mean.

    >>> from lowdose.trial.design.named import find_design
    >>> print(timeline_picture(find_design("crossover")))
      LP  ...... LLLLLLLLLLLLLLLLLLLLLLLLLLL ...... PPPPPPPPPPPPPPPPPPPPPPPPPPP
      PL  ...... PPPPPPPPPPPPPPPPPPPPPPPPPPP ...... LLLLLLLLLLLLLLLLLLLLLLLLLLL
          20 weeks; L LDN 4.5 mg, P placebo, . no treatment
    """
    letters = _letters(design)
    shown = design.sequences[:_MOST_ROWS]
    width = max(len(one.name) for one in shown)
    room = max(_WIDTH - width - 4, len(design.periods))
    rows = [
        f"  {one.name:<{width}}  {_row(design, number, letters, room)}"
        for number, one in enumerate(shown)
    ]
    left = len(design.sequences) - len(shown)
    if left:
        rows.append(f"  and {plural(left, 'further order')}")
    margin = " " * (width + 4)
    legend = f"{_length(design.days)}; {_legend(design, letters)}"
    return "\n".join([*rows, wrapped(legend, margin)])


def _length(days: int) -> str:
    weeks, left = divmod(days, _WEEK)
    return plural(days, "day") if left else plural(weeks, "week")


def _letters(design: Design) -> tuple[str, ...]:
    """A letter for each treatment: its first where they differ, else A, B, C; a dot for nothing."""
    given = [one for one in design.treatments if one.given is not Given.NOTHING]
    first = [capital(one.key)[0] for one in given]
    if len(set(first)) < len(first):
        first = [chr(ord("A") + place) for place in range(len(given))]
    letters = dict(zip((one.key for one in given), first, strict=True))
    return tuple(letters.get(one.key, ".") for one in design.treatments)


def _row(design: Design, sequence: int, letters: Sequence[str], room: int) -> str:
    """One letter for so many days; a blank between periods, unless there are very many."""
    gap = " " if len(design.periods) <= _MOST_GAPS else ""
    place = {one.key: number for number, one in enumerate(design.treatments)}
    a_letter = design.days / (room - len(gap) * (len(design.periods) - 1))
    keys = treatment_keys(design, sequence)
    return gap.join(
        letters[place[key]] * max(1, int(one.days / a_letter))
        for key, one in zip(keys, design.periods, strict=True)
    )


def _legend(design: Design, letters: Sequence[str]) -> str:
    orders = (treatment_keys(design, number) for number in range(len(design.sequences)))
    used = {key for order in orders for key in order}
    named = zip(letters, design.treatments, strict=True)
    return ", ".join(f"{letter} {one.name}" for letter, one in named if one.key in used)
