"""Made-up designs, data and results of trials, for the tests of their reports: no chance in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.analyse.values import Arm, Estimate, Flow, PersonEffect, Result
from lowdose.trial.design.read import parse_design
from lowdose.trial.design.timeline import timeline
from lowdose.trial.design.values import Design
from lowdose.trial.run.values import NOT_ALLOCATED, Left, TrialData, Truth

Array = NDArray[Any]

DRUGS = """
treatments.ldn = { name = "LDN 4.5 mg", steps = [
  { dose_mg = 1.5, days = 4 }, { dose_mg = 4.5, days = 1 },
] }
treatments.placebo = { placebo = true }
reference = "placebo"
"""
CROSSOVER = f"""
title = "Both for everyone"
condition = "fibromyalgia"
people = 8
blinding = "double"
sources = ["Made up for a test."]
outcome = {{ symptom = "pain", important = 1.0 }}
{DRUGS}
periods = [
  {{ name = "before", days = 5, everyone = "nothing" }},
  {{ name = "first", days = 14, skip_days = 4 }},
  {{ name = "washout", days = 7, everyone = "nothing" }},
  {{ name = "second", days = 14, skip_days = 4 }},
]
sequences = {{ LP = ["ldn", "placebo"], PL = ["placebo", "ldn"] }}
allocation = {{ block_sizes = [4, 6], factors = {{ sex = ["female", "male"] }} }}
expected = {{ effect = -0.8, effect_sd = 1.0, spread = 1.4, dropout = 0.1, missing = 0.1 }}
looks = {{ fractions = [0.5, 1] }}
"""
PARALLEL = f"""
title = "One or the other"
condition = "Crohn's disease"
people = 8
blinding = "double"
outcome = {{ symptom = "CDAI", scale = [0, 600], visit_weeks = [0, 2, 4], instrument = "CDAI" }}
{DRUGS}
periods = [{{ name = "treatment", weeks = 4 }}]
sequences = {{ L = ["ldn"], P = ["placebo"] }}
"""
N_OF_1 = f"""
title = "Does it help me"
condition = "fibromyalgia"
people = 8
blinding = "double"
outcome = {{ symptom = "sleep", better = "higher" }}
n_of_1 = {{ blocks = 3, treatments = ["ldn", "placebo"], days = 10, skip_days = 4 }}
{DRUGS}
"""
ALONE = N_OF_1.replace("people = 8", "people = 1")
FIXED = f"""
title = "Placebo first"
condition = "fibromyalgia"
people = 8
blinding = "single"
outcome = {{ symptom = "pain" }}
{DRUGS}
periods = [
  {{ name = "before", days = 7, everyone = "nothing" }},
  {{ name = "placebo", days = 14, everyone = "placebo" }},
  {{ name = "drug", days = 28, everyone = "ldn" }},
]
"""
OPEN = """
title = "Nothing or LDN"
condition = "CRPS"
people = 8
blinding = "open"
reference = "nothing"
outcome = { symptom = "pain" }
treatments.ldn = { name = "LDN", dose_mg = 3 }
periods = [{ name = "treatment", weeks = 3 }]
sequences = { L = ["ldn"], N = ["nothing"] }
"""
DOSES = """
title = "Which dose"
condition = "fibromyalgia"
people = 8
blinding = "double"
outcome = { symptom = "pain" }
treatments.ldn = { name = "LDN", dose_mg = 3 }
periods = [{ name = "treatment", weeks = 2, everyone = "ldn" }]
up_and_down = { doses_mg = [1.5, 3, 4.5], start_mg = 3 }
"""
WITHDRAWAL = f"""
title = "Stay or stop"
condition = "fibromyalgia"
people = 8
blinding = "double"
outcome = {{ symptom = "pain" }}
{DRUGS}
periods = [
  {{ name = "run-in", days = 14, everyone = "ldn" }},
  {{ name = "withdrawal", days = 14 }},
]
sequences = {{ L = ["ldn"], P = ["placebo"] }}
enrichment = {{ period = "run-in", percent = 30 }}
"""
TEXTS = {
    "crossover": CROSSOVER,
    "parallel": PARALLEL,
    "n-of-1": N_OF_1,
    "alone": ALONE,
    "fixed": FIXED,
    "open": OPEN,
    "doses": DOSES,
    "withdrawal": WITHDRAWAL,
}


def design_of(name: str, change: Callable[[str], str] = str) -> Design:
    """The design of this name; change: what to do to its text first."""
    return parse_design(change(TEXTS[name]), name=name)


def data_of(design: Design, *, virtual: bool = False, without: bool = False) -> TrialData:
    """Ratings by arithmetic; the fourth person leaves early, the last is not allocated.

    without: nobody ever wrote anything.
    """
    people, laid = design.people, timeline(design)
    who, day = np.arange(people)[:, None], np.arange(design.days)[None, :]
    sequence = np.arange(people) % len(design.sequences)
    days_in, left = np.full(people, design.days), np.full(people, int(Left.STAYED))
    if people > 4:
        days_in[3], left[3] = 16, Left.SIDE_EFFECTS
        sequence[-1], days_in[-1], left[-1] = NOT_ALLOCATED, 5, Left.CHANCE
    taken = laid.planned_mg[np.maximum(sequence, 0)]
    share = (3 + who * 7 + day * 5) % 11 / 10
    rating = design.outcome.low + share * (design.outcome.high - design.outcome.low)
    gone = (day >= days_in[:, None]) | ((who + day) % 6 == 0) | ~laid.rated[None, :] | without
    return TrialData(
        design=design,
        sequence=sequence[None],
        rating=np.where(gone, np.nan, rating)[None],
        taken_mg=taken[None],
        days_in=days_in[None],
        left=left[None],
        guess=np.full((1, people, len(design.periods)), np.nan),
        truth=Truth(np.zeros((1, people)), 0.0) if virtual else None,
    )


def changed(data: TrialData, how: Callable[[Array], Array]) -> TrialData:
    """The data with every array changed alike."""
    return replace(
        data,
        sequence=how(data.sequence),
        rating=how(data.rating),
        taken_mg=how(data.taken_mg),
        days_in=how(data.days_in),
        left=how(data.left),
        guess=how(data.guess),
    )


def result_of(
    design: Design, estimate: float = -0.82, se: float = 0.31, *, people: int | None = None
) -> Result:
    """A result that nobody worked out; people: with an own effect, else all allocated."""
    data = data_of(design)
    sequence, left = data.sequence[0], data.left[0]
    arms = tuple(
        Arm(
            one.name,
            int((sequence == index).sum()),
            {"side effects": int(((sequence == index) & (left == Left.SIDE_EFFECTS)).sum())},
            int(((sequence == index) & (left == Left.STAYED)).sum()),
        )
        for index, one in enumerate(design.sequences)
    )
    count = int((sequence >= 0).sum()) if people is None else people
    return Result(
        primary=Estimate("LDN minus placebo", estimate, se, 36.2, "REML, Kenward-Roger"),
        others=(Estimate("carry-over", 0.1, 0.4, 30.0, "crossover ANOVA"),),
        flow=Flow(sequence.size, int((sequence < 0).sum()), arms),
        people=tuple(_own(design, number) for number in range(count)),
        means={"ldn": (4.81, 1.4), "placebo": (5.63, 1.5)}
        if design.reference == "placebo"
        else None,
        guessed={"ldn": (3, 4), "placebo": (0, 0)} if design.reference == "placebo" else None,
        notes=("Ratings bunch at whole numbers.",),
    )


def _own(design: Design, number: int) -> PersonEffect:
    effect = -1.5 + number * 0.37 % 2
    alone = Estimate("own", 1.4 * effect, 0.7, 20.0) if number % 3 else None
    return PersonEffect(f"P{number + 1:03d}", design.sequences[0].name, effect, 0.4, alone)
