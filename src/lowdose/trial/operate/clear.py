"""How often would one person's course end with a clear answer, if the true effect were known?

Made-up people keep the diary of a planned course, with a true effect that is given; each diary is
then answered as a real one would be. Everything but the effect is drawn from what the answers
believe before a diary is read (baseline, expectation, natural change, onset), and days swing as
`DayNoise` says, so that the analysis is judged on its own terms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Diary, Symptom
from lowdose.diary.virtual import DayNoise, written_down
from lowdose.errors import Fault, InputError
from lowdose.inference.answer import infer_many
from lowdose.inference.course import relief_of
from lowdose.inference.options import Options
from lowdose.inference.priors import DAYS_OF_TREND, NAMED, Prior
from lowdose.inference.result import Verdict
from lowdose.population.conditions import SCALE

__all__ = ["ClearAnswers", "clear_answers", "virtual_course"]

Numbers = NDArray[np.float64]

_STREAM = 0xC1EA  # keeps these draws apart from others with the same seed
_BASELINES = (4.0, 9.0)  # who rates less has little to gain (assumption)
_ACTIVE, _PLACEBO = "naltrexone", "placebo"
_CLEAR = frozenset({Verdict.WORKING, Verdict.NOT_WORKING, Verdict.HARMFUL})
_LIKELY = frozenset({Verdict.WORKING, Verdict.PROBABLY_WORKING})
_Z = 1.959964


@dataclass(frozen=True)
class ClearAnswers:
    """Of `people` with this true effect (points of 10, better): how many answers were what.

    clear: "working", "not working" or "harmful". wrong: clear, and not what is true. likely:
    "working" or "probably working".
    """

    effect: float
    people: int
    clear: int
    wrong: int
    likely: int

    @property
    def share(self) -> float:
        """The chance of a clear answer."""
        return self.clear / self.people

    @property
    def margin(self) -> float:
        """How far chance alone may have put the share off, with 95 % (Wilson, half the width)."""
        n, p, z = self.people, self.share, _Z
        return z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)


def clear_answers(
    doses_mg: Sequence[float],
    *,
    before: int = 14,
    periods: int = 0,
    period_days: int = 0,
    effect: float = 2.0,
    people: int = 64,
    prior: str = "fibromyalgia",
    noise: DayNoise = DayNoise(),
    seed: int = 0,
) -> ClearAnswers:
    """Answer the diaries of made-up people on one planned course.

    doses_mg: (days,), of the days after `before` days without. With periods the last of these days
    are blinded: in pairs, each once what `doses_mg` says and once placebo, in an order by chance.
    effect: what the highest dose does, in points of 10, better; a lower dose does in proportion
    (assumption). prior: the one that the answers are given with.

    Raises InputError where the course cannot be.

    >>> found = clear_answers([4.5] * 56, periods=4, period_days=14, effect=3.0, people=4)
    >>> found.people, 0 <= found.wrong <= found.clear <= 4
    (4, True)
    """
    _check(doses_mg, periods * period_days, people)
    diaries = [
        virtual_course(
            doses_mg,
            before=before,
            periods=periods,
            period_days=period_days,
            effect=effect,
            noise=noise,
            chance=np.random.default_rng([_STREAM, seed, number]),
        )
        for number in range(people)
    ]
    options = Options(reference=_PLACEBO if periods else "")
    verdicts = [one.verdict for one in infer_many(diaries, prior=prior, options=options)]
    true = Verdict.WORKING if effect > 0 else Verdict.NOT_WORKING
    clear = [one for one in verdicts if one in _CLEAR]
    return ClearAnswers(
        effect=effect,
        people=people,
        clear=len(clear),
        wrong=sum(one is not true for one in clear),
        likely=sum(one in _LIKELY for one in verdicts),
    )


def virtual_course(
    doses_mg: Sequence[float],
    *,
    before: int,
    periods: int,
    period_days: int,
    effect: float,
    noise: DayNoise,
    chance: np.random.Generator,
) -> Diary:
    """The diary of one made-up person; see `clear_answers`."""
    planned = np.concatenate([np.zeros(before), np.asarray(doses_mg, dtype=np.float64)])
    days = planned.size
    held = _held(days, periods, period_days, chance)
    dose = np.where(held == _PLACEBO, 0.0, planned)
    expected = _untreated(days, before, NAMED["fibromyalgia"], chance)
    half_life = _onset(NAMED["fibromyalgia"], chance)
    share = (dose / planned.max())[:, None]
    relief = relief_of(share, np.array([half_life]), gradual=True)[:, 0, 0]
    return Diary(
        day=np.arange(1.0, days + 1),
        ratings={"pain": written_down(expected - effect * relief, noise, chance)},
        symptoms={"pain": Symptom("pain", 0.0, SCALE)},
        dose_mg=dose,
        treatment=tuple(held.tolist()) if periods else None,
        blinded=bool(periods),
    )


def _held(
    days: int, periods: int, period_days: int, chance: np.random.Generator
) -> NDArray[np.str_]:
    """What each day of a period holds; "" outside of them, (days,)."""
    held = np.full(days, "", dtype="U10")
    order: list[str] = []
    for _pair in range(periods // 2):
        order += [_ACTIVE, _PLACEBO] if chance.random() < 0.5 else [_PLACEBO, _ACTIVE]
    if order:
        held[days - periods * period_days :] = np.repeat(order, period_days)
    return held


def _untreated(days: int, before: int, belief: Prior, chance: np.random.Generator) -> Numbers:
    """What would be rated without the drug's own effect: start, natural change, expectation."""
    start = np.clip(SCALE * chance.normal(belief.baseline.mean, belief.baseline.sd), *_BASELINES)
    trend = SCALE * chance.normal(belief.trend.mean, belief.trend.sd) / DAYS_OF_TREND
    hoped = SCALE * chance.normal(belief.expectation.mean, belief.expectation.sd)
    treated = np.maximum(np.arange(1.0, days + 1) - before, 0.0)
    grown = 1 - (1 - belief.expectation_rate) ** treated
    found: Numbers = start + trend * np.arange(days) + hoped * grown
    return found


def _onset(belief: Prior, chance: np.random.Generator) -> float:
    return math.exp(chance.normal(belief.log_half_life.mean, belief.log_half_life.sd))


def _check(doses_mg: Sequence[float], blinded_days: int, people: int) -> None:
    faults = []
    if not doses_mg or not max(doses_mg) > 0 or len(doses_mg) < blinded_days:
        faults.append(Fault("doses", f"{len(doses_mg)} days", "doses, and all days of the periods"))
    if not 1 <= people <= 1000:
        faults.append(Fault("people", str(people), "1 to 1000"))
    if faults:
        raise InputError(faults)
