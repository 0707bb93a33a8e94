"""How a trial goes in practice: everything that a simulation needs and a design does not say.

Numbers are in points of the outcome's scale and turned so that more is worse, 0 is the best end.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from lowdose.diary.entries import Direction
from lowdose.diary.virtual import DayNoise
from lowdose.errors import Fault, InputError
from lowdose.evidence.fields import nearest
from lowdose.mechanism.hypotheses import Hypothesis, read_hypothesis
from lowdose.population.adherence import ADHERENCE
from lowdose.population.conditions import CONDITIONS, SCALE, Condition
from lowdose.population.side_effects import any_side_effect
from lowdose.trial.design.values import Design

__all__ = ["Conduct", "conduct_of"]

_NOISE = DayNoise()
_DRUG, _PLACEBO = (one.middle / 100 for one in any_side_effect())


@dataclass(frozen=True)
class Conduct:
    """How people start, what happens to them, and what they write down.

    Attributes:
        baseline, baseline_sd: where people start.
        effect, effect_sd: what the treatment changes once it works fully, a mean and how people
            differ; None where a hypothesis says it.
        hypothesis: the mechanism that turns doses into relief, where `effect` is None.
        unsure: draw anew for each trial what nobody knows of the mechanism, the same for all of its
            people; else everybody is near the typical person.
        group: another number, other people in the same trials' worlds.
        onset_days: half-life of relief's coming and going; None: as the mechanism's parameters,
            each person his own.
        placebo, placebo_sd, placebo_per_day: what expectation changes, and how fast it grows.
        spread, phi, share: of single days, see `DayNoise`.
        missing: share of days without a rating.
        adherence: a pattern of `ADHERENCE`.
        dropout: share of people who leave before the end.
        lack_of_effect: share of leaving that goes with feeling no better (assumption: half).
        noticed_drug, noticed_placebo: share who note a side effect in a period and conclude that
            they are on the drug; the rest guess at random (INNOVA, fact SA20).
        belief: how far a guess raises or lowers the expectation, 0 to 1 (nobody measured it: 0).
        whole, limits: ratings are whole numbers; they stay on the scale.
    """

    baseline: float
    baseline_sd: float
    effect: float | None = None
    effect_sd: float = 0.0
    hypothesis: Hypothesis | None = None
    unsure: bool = False
    group: int = 0
    onset_days: float | None = None
    placebo: float = 0.0
    placebo_sd: float = 0.0
    placebo_per_day: float = 0.106
    spread: float = _NOISE.spread
    phi: float = _NOISE.phi
    share: float = _NOISE.share
    missing: float = _NOISE.missing
    adherence: str = "full"
    dropout: float = 0.0
    lack_of_effect: float = 0.5
    noticed_drug: float = _DRUG
    noticed_placebo: float = _PLACEBO
    belief: float = 0.0
    whole: bool = True
    limits: bool = True


def conduct_of(
    design: Design, *, hypothesis: str | Hypothesis | None = None, **changes: Any
) -> Conduct:
    """How this design would go: as its `[expected]` says, then as its condition does.

    hypothesis: takes the place of the expected effect. changes: fields of `Conduct` (effect and
    placebo as differences on the scale as it is written, as in a design file).

    Raises InputError naming every value that is missing or makes no sense.

    >>> from lowdose.trial.design.read import parse_design
    >>> design = parse_design('''
    ... title = "T"
    ... condition = "fibromyalgia"
    ... people = 20
    ... blinding = "double"
    ... reference = "placebo"
    ... outcome = { symptom = "pain", scale = [0, 100] }
    ... treatments = { ldn = { dose_mg = 4.5 }, placebo = { placebo = true } }
    ... periods = [{ name = "treatment", weeks = 12 }]
    ... sequences = { L = ["ldn"], P = ["placebo"] }
    ... expected = { effect = -10 }
    ... ''')
    >>> conduct = conduct_of(design, missing=0.1)
    >>> conduct.baseline, conduct.effect, conduct.missing
    (63.0, -10.0, 0.1)
    """
    faults: list[Fault] = []
    condition = _condition(design, faults)
    if faults or condition is None:
        raise InputError(faults, design.name)
    width, sign = _scale(design)
    said = design.expected
    per = width / SCALE
    known: dict[str, Any] = {
        "baseline": _worse(design, said.baseline, condition.baseline * per),
        "baseline_sd": _or(said.baseline_sd, condition.baseline_sd * per),
        "effect": None if said.effect is None else sign * said.effect,
        "effect_sd": said.effect_sd,
        "placebo": _or(_signed(sign, said.placebo), condition.placebo * per),
        "placebo_sd": _or(said.placebo_sd, condition.placebo_sd * per),
        "placebo_per_day": condition.placebo_per_day,
        "spread": _or(said.spread, _NOISE.spread * per),
        "dropout": said.dropout,
        "missing": said.missing,
        "adherence": said.adherence,
        "whole": width == SCALE and not design.outcome.visit_days,
    }
    turned = {
        name: _signed(sign, value) if name in ("effect", "placebo") else value
        for name, value in changes.items()
    }
    made = replace(Conduct(**known), **_checked(turned, faults))
    if hypothesis is not None:
        made = replace(made, effect=None, hypothesis=read_hypothesis(hypothesis))
    elif made.effect is None:
        made = replace(made, hypothesis=read_hypothesis("rebound"))
    if faults:
        raise InputError(faults, design.name)
    return made


def _condition(design: Design, faults: list[Fault]) -> Condition | None:
    if design.condition in CONDITIONS:
        return CONDITIONS[design.condition]
    said = design.expected
    for name in ("baseline", "baseline_sd", "spread"):
        if getattr(said, name) is None:
            wanted = f"a number: nothing is known of {design.condition!r} ratings"
            faults.append(Fault(f"expected.{name}", "nothing", wanted))
    return CONDITIONS["chronic pain"]  # its placebo response, as a share of the scale: assumption


def _scale(design: Design) -> tuple[float, float]:
    """How wide the scale is, and 1 where more is worse, else -1."""
    lower = design.outcome.direction is Direction.LOWER_IS_BETTER
    return design.outcome.high - design.outcome.low, 1.0 if lower else -1.0


def _worse(design: Design, value: float | None, otherwise: float) -> float:
    """A value of the scale as a distance from the best end."""
    if value is None:
        return otherwise
    lower = design.outcome.direction is Direction.LOWER_IS_BETTER
    return value - design.outcome.low if lower else design.outcome.high - value


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _signed(sign: float, value: float | None) -> float | None:
    return None if value is None else sign * value


def _checked(changes: dict[str, Any], faults: list[Fault]) -> dict[str, Any]:
    names = [one.name for one in fields(Conduct) if one.name != "hypothesis"]
    for name in [name for name in changes if name not in names]:
        near = nearest(name, dict.fromkeys(names))
        faults.append(Fault(name, "no such setting", f"one of {', '.join(names)}", near))
    shares = ("missing", "dropout", "lack_of_effect", "noticed_drug", "noticed_placebo", "belief")
    for name in (name for name in shares if name in changes):
        if not 0 <= changes[name] <= 1:
            faults.append(Fault(name, f"{changes[name]:g}", "a share from 0 to 1"))
    if changes.get("adherence", "full") not in ADHERENCE:
        wanted = f"one of {', '.join(ADHERENCE)}"
        faults.append(Fault("adherence", repr(changes["adherence"]), wanted))
    return {name: value for name, value in changes.items() if name in names}
