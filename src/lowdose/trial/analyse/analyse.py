"""One trial analysed: what decides, what else was asked, who it rests on, and each person's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError
from lowdose.trial.analyse.hierarchical import own_effects, shrunken
from lowdose.trial.analyse.impute import Strategy, imputed_visits, pooled
from lowdose.trial.analyse.primary import Outcomes, estimates_by, outcomes_of, suitable
from lowdose.trial.analyse.up_and_down import effective_dose
from lowdose.trial.analyse.values import Arm, Estimate, Flow, PersonEffect, Result
from lowdose.trial.design.timeline import timeline
from lowdose.trial.design.values import Design, Given
from lowdose.trial.run.respond import responded
from lowdose.trial.run.up_and_down import Courses, courses_of
from lowdose.trial.run.values import WHY_LEFT, Left, TrialData

__all__ = ["analyse"]

Numbers = NDArray[np.float64]


def analyse(data: TrialData) -> Result:
    """Everything there is to say of one trial.

    Raises InputError where there is not exactly one trial, or no analysis suits the design.

    >>> from lowdose.trial.design.named import find_design
    >>> from lowdose.trial.run.conduct import conduct_of
    >>> from lowdose.trial.run.virtual import virtual_trials
    >>> design = find_design("cree-2010")
    >>> result = analyse(virtual_trials(design, conduct_of(design), 1))
    >>> result.primary.what, result.flow.enrolled
    ('LDN 4.5 mg minus placebo', 80)
    """
    if data.trials != 1:
        raise InputError([Fault("data", f"{data.trials} trials", "one trial")])
    if data.design.up_and_down:
        return _dose_found(data)
    ways = suitable(data.design)
    if not ways:
        wanted = "a design with a reference to compare with"
        raise InputError([Fault("design", data.design.name, wanted)])
    found = [estimates_by(data, way)[0] for way in ways]
    first, others = found[0], found[1:]
    seen = outcomes_of(data)
    return Result(
        primary=first,
        others=tuple(one for one in (*others, *_imputed(seen)) if np.isfinite(one.estimate)),
        flow=_flow(data),
        people=tuple(_people(data, seen)),
        means=_means(data.design, seen),
        guessed=_guessed(data),
        notes=tuple(_notes(data, first)),
    )


def _imputed(seen: Outcomes) -> Iterator[Estimate]:
    """Visits filled in many times over: at random, and as the reference after leaving.

    Only where a parallel trial has visits, and enough people came to them.
    """
    if seen.visits.shape[2] < 2 or not np.isfinite(seen.baseline).any():
        return
    baseline, visits, drug = seen.baseline[0], seen.visits[0], seen.drug[0]
    for strategy in (Strategy.MAR, Strategy.JUMP_TO_REFERENCE):
        with suppress(InputError):
            filled = imputed_visits(baseline, visits, drug, strategy=strategy)
            found = pooled(filled).estimate
            yield replace(found, what=f"last visit, {found.what or 'difference'}")


def _dose_found(data: TrialData) -> Result:
    """The doses that half and nearly all respond to; people without a dose are left out."""
    rule = data.design.up_and_down
    assert rule is not None, "asked for in dose finding only"
    given = data.taken_mg[0].max(axis=1)
    there = (given > 0) & np.isfinite(data.rating[0]).any(axis=1)
    courses = courses_of(rule, given[there].tolist(), responded(data)[0][there].tolist())
    half, most = (_dose(courses, share) for share in (0.5, 0.95))
    notes = [
        "Without a placebo, response to expectation is part of what is called a response here.",
        *_notes(data, half),
    ]
    return Result(primary=half, others=(most,), flow=_flow(data), notes=tuple(notes))


def _dose(courses: Courses, share: float) -> Estimate:
    found = effective_dose(courses, share)
    spread = (found.high_mg - found.low_mg) / (2 * 1.959964)
    return Estimate(
        f"dose that {100 * share:g} % of people respond to, mg",
        found.dose_mg if np.isfinite(found.dose_mg) else float("nan"),
        spread if np.isfinite(spread) else float("nan"),
        method="up and down, centred isotonic, half the bootstrap interval",
    )


def _flow(data: TrialData) -> Flow:
    rated = np.isfinite(data.rating[0]).any(axis=1)
    arms = []
    for number, sequence in enumerate(data.design.sequences):
        here = data.sequence[0] == number
        left = Counter(Left(int(why)) for why in data.left[0][here] if why != Left.STAYED)
        arms.append(
            Arm(
                sequence.name,
                int(here.sum()),
                {WHY_LEFT[why]: count for why, count in sorted(left.items())},
                int((here & rated).sum()),
            )
        )
    out = int((data.sequence[0] < 0).sum())
    return Flow(data.sequence.shape[1], out, tuple(arms))


def _people(data: TrialData, seen: Outcomes) -> Iterator[PersonEffect]:
    """Own effects, where a person had treatments often enough to say how unsure they are."""
    kept = np.where(seen.treatment > 1, -1, seen.treatment)
    effect, se = own_effects(seen.outcome, kept)
    if not np.isfinite(se).any():
        return
    width = data.design.outcome.high - data.design.outcome.low
    pooled = shrunken(effect, se, width / 10)
    several = np.isfinite(effect[0]).sum() > 1
    for number in np.flatnonzero(np.isfinite(effect[0]) & np.isfinite(se[0])):
        alone = Estimate("own effect", float(effect[0, number]), float(se[0, number]))
        yield PersonEffect(
            person=data.names[number] if data.names else str(number + 1),
            sequence=data.design.sequences[int(data.sequence[0, number])].name,
            effect=float(pooled.effect[0, number]) if several else alone.estimate,
            sd=float(pooled.effect_sd[0, number]) if several else alone.se,
            alone=alone,
        )


def _means(design: Design, seen: Outcomes) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation of people's periods, by treatment."""
    found = {}
    for code, key in enumerate((design.reference, *design.compared)):
        values = seen.outcome[(seen.treatment == code) & np.isfinite(seen.outcome)]
        if key is not None and values.size:
            spread = float(values.std(ddof=1)) if values.size > 1 else float("nan")
            found[key] = (float(values.mean()), spread)
    return found


def _guessed(data: TrialData) -> dict[str, tuple[int, int]]:
    """How many guesses were right, by treatment."""
    laid = timeline(data.design)
    starts = np.searchsorted(laid.period, np.arange(len(data.design.periods)))
    chosen = np.maximum(data.sequence[0], 0)
    given = laid.treatment[:, starts][chosen]
    guess = data.guess[0]
    said = np.isfinite(guess) & (guess != 0.5)
    found = {}
    for number, one in enumerate(data.design.treatments):
        here = said & (given == number)
        if here.any() and one.given is not Given.NOTHING:
            right = (guess[here] > 0.5) == (one.given is Given.DRUG)
            found[one.key] = (int(right.sum()), int(here.sum()))
    return found


def _notes(data: TrialData, primary: Estimate) -> Iterator[str]:
    if not np.isfinite(primary.estimate):
        yield "The primary analysis could not say anything: there are too few ratings."
    if len(data.design.sequences) == 1 and data.design.people > 1:
        yield "Everyone had the same order: what time did cannot be told from what LDN did."
    if data.design.blinding == "open":
        yield "Everyone knew what they got: expectation is part of the difference."
    if not data.names:
        yield "These people do not exist: the trial was simulated."
