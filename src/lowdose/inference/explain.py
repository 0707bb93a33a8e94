"""The answer in words: headline, sentences, warnings and assumptions.

Plain words first. Never more certain than the design: an open course says what expectation and
natural course could explain.
"""

from __future__ import annotations

import numpy as np

from lowdose.diary.entries import Kind
from lowdose.inference.estimate import Estimate, Quantity
from lowdose.inference.frame import Frame
from lowdose.inference.guesses import could_tell
from lowdose.inference.options import Noise
from lowdose.inference.result import Guesses, Level, Verdict
from lowdose.inference.taken import fill_short_breaks
from lowdose.inference.verdict import ENOUGH_CHANGES

__all__ = ["assumptions_of", "headline_of", "sentences_of", "warnings_of"]

_OPENING = {
    Verdict.WORKING: "Working",
    Verdict.PROBABLY_WORKING: "Probably working",
    Verdict.UNCLEAR: "Not clear yet",
    Verdict.PROBABLY_NOT_WORKING: "Probably not working",
    Verdict.NOT_WORKING: "No worthwhile effect",
    Verdict.HARMFUL: "Worse with treatment",
}
_SHORT_DAYS = 28
_FEW_LEVEL_DAYS = 7


def headline_of(frame: Frame, level: Level, verdict: Verdict) -> str:
    """One sentence for a person: the verdict, then the difference it rests on."""
    if frame.design == "sealed_comparison":
        return f"Codes still sealed: {_difference(frame, level)}."
    return f"{_OPENING[verdict]}: {_difference(frame, level)}."


def _difference(frame: Frame, level: Level) -> str:
    name = frame.symptom.name
    if level.ratio is not None:
        what = "rate" if frame.symptom.kind is Kind.COUNT else "odds"
        return (
            f"on {level.name} the {what} of {name} was about {level.ratio:.2g} times that on "
            f"{frame.reference}"
        )
    size = f"{abs(level.effect):.{_decimals(frame)}f}"
    way = "lower" if level.effect < 0 else "higher"
    if float(size) == 0:
        return f"on {level.name}, {name} was about the same as on {frame.reference}"
    return f"on {level.name}, {name} was about {size} points {way} than on {frame.reference}"


def _range(frame: Frame, level: Level) -> str:
    """The interval in words that need no statistics."""
    if level.ratio_interval95 is not None:
        low, high = level.ratio_interval95
        return f"With 95 % probability the true ratio lies between {low:.2g} and {high:.2g}."
    lower, upper = (_way(end, _decimals(frame)) for end in level.interval95)
    scale = f"on a scale of {frame.symptom.low:g} to {frame.symptom.high:g}"
    return f"With 95 % probability the true difference lies between {lower} and {upper}, {scale}."


def _way(points: float, decimals: int) -> str:
    size = f"{abs(points):.{decimals}f}"
    if float(size) == 0:
        return "no difference"
    return f"{size} {'lower' if points < 0 else 'higher'}"


def _decimals(frame: Frame) -> int:
    width = frame.symptom.high - frame.symptom.low
    return 1 if width >= 5 else 2


def sentences_of(
    frame: Frame, level: Level, verdict: Verdict, estimate: Estimate, blinding_failed: bool = False
) -> tuple[str, ...]:
    """What a person should know beside the headline, most important first."""
    found = [_range(frame, level), _chances(frame, level)]
    if (
        verdict in (Verdict.WORKING, Verdict.PROBABLY_WORKING)
        and level.probability_30_percent < 0.5
    ):
        found.append(
            "If it helps, it helps by less than the 30 % that people usually call a clear "
            "improvement; whether that is worth it is for you to say."
        )
    if frame.design == "sealed_comparison":
        found.append("Which code is the drug is not known yet, so this compares codes only.")
    elif not frame.blinded:
        found.append(_open_sentence(frame, estimate))
    if level.effect_adjusted_for_guess is not None and blinding_failed:
        found.append(_adjusted(frame, level))
    return tuple(found)


def _adjusted(frame: Frame, level: Level) -> str:
    """What is left of the effect once the person's guesses are allowed for."""
    assert level.effect_adjusted_for_guess is not None
    assert level.interval95_adjusted_for_guess is not None
    decimals = max(_decimals(frame), 1)
    low, high = (_signed(end, decimals) for end in level.interval95_adjusted_for_guess)
    return (
        "The person could often tell what was taken. Allowing for the guesses, the difference is "
        f"{_signed(level.effect_adjusted_for_guess, decimals)} ({low} to {high}); whether guesses "
        "came from the effect or made it cannot be told."
    )


def _chances(frame: Frame, level: Level) -> str:
    if frame.design == "sealed_comparison":
        return (
            f"Chance that {level.name} is better than {frame.reference}: "
            f"{_percent(level.probability_benefit)}."
        )
    return (
        f"Chance that it helps at all: {_percent(level.probability_benefit)}. "
        f"Chance of 30 % better or more: {_percent(level.probability_30_percent)}."
    )


def _percent(probability: float) -> str:
    if probability > 0.99:
        return "over 99 %"
    if probability < 0.01:
        return "under 1 %"
    return f"{100 * probability:.0f} %"


def _open_sentence(frame: Frame, estimate: Estimate) -> str:
    if not frame.fixed[:, 2].any() or estimate.expectation is None:
        return (
            "The treatment was known when the ratings were made, so part or all of the "
            "difference may come from expecting it."
        )
    if frame.symptom.kind is Kind.RATING:
        part = _with_interval(estimate.expectation, _decimals(frame))
        unit = "points"
    else:
        part, unit = _with_interval(estimate.expectation, 2), "on the log scale"
    drift = ""
    if estimate.trend is not None and frame.fixed[:, 1].any():
        weekly = _with_interval(estimate.trend, 2)
        drift = f" and a natural drift of {weekly} a week"
    return (
        "The treatment was known when the ratings were made. Of the change since before treatment, "
        f"expectation alone may explain {part} {unit}{drift}; the effect above is what is left, "
        "and only a blinded test can separate them well."
    )


def _with_interval(quantity: Quantity, decimals: int) -> str:
    mean, low, high = (
        _signed(value, decimals) for value in (quantity.mean, quantity.low, quantity.high)
    )
    return f"{mean} ({low} to {high})"


def _signed(value: float, decimals: int) -> str:
    """With its sign, but nothing below zero that is written as zero."""
    return f"{round(value, decimals) + 0.0:+.{decimals}f}".replace("-", "−")


def warnings_of(
    frame: Frame, levels: tuple[Level, ...], guesses: Guesses | None
) -> tuple[str, ...]:
    """Everything about this diary that weakens the answer."""
    found = [*_about_days(frame, levels), *_about_scale(frame)]
    if guesses is not None and could_tell(guesses):
        found.append(guesses.sentence)
    if frame.gradual and frame.design in ("blinded_crossover", "open_on_off"):
        found.extend(_about_carry_over(frame))
    found.extend(frame.notes)
    return tuple(dict.fromkeys(found))


def _about_days(frame: Frame, levels: tuple[Level, ...]) -> list[str]:
    rated, days = int(frame.rated.sum()), frame.rating.size
    found = []
    if not frame.aggregate and rated < _SHORT_DAYS:
        found.append(f"Only {_days(rated, 'rated')}: the answer leans on the prior.")
    if rated < 0.7 * days:
        found.append(f"{days - rated} of {_days(days)} without a rating.")
    if not frame.reference_days.any():
        found.append(
            f"No rated day on {frame.reference}: the effect is told from expectation and drift by "
            "the prior alone."
        )
    if frame.by_dose and not frame.blinded and frame.drive[0].any():
        found.append(
            "The diary begins on treatment: it is read as if treatment began that day. If it began "
            "earlier, this diary says little about what it does."
        )
    found.extend(
        f"Only {_days(level.days, 'rated')} on {level.name}."
        for level in levels
        if 0 < level.days < _FEW_LEVEL_DAYS and not frame.aggregate
    )
    if 0 < frame.changes < ENOUGH_CHANGES:
        found.append(
            f"Treatment and {frame.reference} changed over only {_times(frame.changes)}: a natural "
            "change at that moment would look the same."
        )
    found.extend(_about_missed_doses(frame))
    return found


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _days(count: int, kind: str = "") -> str:
    return f"{count} {kind + ' ' if kind else ''}{'day' if count == 1 else 'days'}"


def _about_missed_doses(frame: Frame) -> list[str]:
    if not frame.by_dose or frame.blinded:
        return []
    treated = frame.treated
    inside = np.flatnonzero(treated)
    missed = int((~treated[inside[0] : inside[-1] + 1]).sum()) if inside.size else 0
    if not 0 < missed <= 0.5 * inside.size or frame.design == "open_on_off":
        return []
    return [
        f"Days without a dose between the first and the last: {missed}. Nothing is counted as "
        "taken on them."
    ]


def _about_scale(frame: Frame) -> list[str]:
    if frame.symptom.kind is not Kind.RATING:
        return []
    values = frame.rating[frame.rated]
    found = []
    for end, name in ((frame.symptom.low, "lowest"), (frame.symptom.high, "highest")):
        share = float(np.mean(values == end))
        if share >= 0.2:
            found.append(
                f"{100 * share:.0f} % of ratings are at the {name} end of the scale, where a "
                "change cannot show in full."
            )
    if values.size > 1 and np.ptp(values) == 0:
        found.append("All ratings are the same: a diary like this cannot show an effect.")
    return found


def _about_carry_over(frame: Frame) -> list[str]:
    treated = fill_short_breaks(frame.treated)
    changes = np.flatnonzero(np.diff(treated.astype(int))) + 1
    edges = np.concatenate([[0], changes, [treated.size]])
    shortest = int(np.min(np.diff(edges)))
    if shortest >= 14:
        return []
    return [
        f"The shortest period has {_days(shortest)}: an effect that fades slowly carries over into "
        "the next one. The model allows for it, at the price of certainty."
    ]


def assumptions_of(frame: Frame) -> tuple[str, ...]:
    """What the answer rests on, in plain sentences."""
    found = [
        "A rating is a baseline, plus drift, plus expectation, plus the treatment's effect, plus a "
        "swing that fades from day to day, plus day noise.",
    ]
    if frame.gradual:
        found.append(
            "The effect builds up and fades with one half-life, between about 3 and 28 days; doses "
            "actually taken count, so a missed day weakens it."
        )
    else:
        found.append("A treatment acts on the days it is taken and not beyond.")
    found.append(_about_drift(frame))
    if frame.by_dose and len(frame.level_doses) > 1:
        found.append(
            "Neighbouring doses have similar effects (a random walk over the doses); more need not "
            "be better."
        )
    found.append(_about_expectation(frame))
    if frame.options.noise is not Noise.BOTH:
        found.append(f"Noise was set to '{frame.options.noise.value}' alone.")
    found.append("Ratings are treated as numbers with even steps; days without one are skipped.")
    return tuple(found)


def _about_drift(frame: Frame) -> str:
    if frame.aggregate:
        return "There is no natural drift between period means beyond their swing."
    if frame.drift is None:
        return "There is no natural drift."
    bends = frame.drift.knots.size
    return "Natural drift is a straight line" + (f" with {bends} bends." if bends else ".")


def _about_expectation(frame: Frame) -> str:
    if frame.fixed[:, 2].any():
        when = (
            "from the first capsule on, drug or placebo"
            if frame.blinded
            else "while treatment is known to be taken"
        )
        rate = frame.prior.expectation_rate
        return f"Expectation grows by {rate:g} of the way a day {when}; its size has a prior."
    if frame.blinded:
        return "Expectation is the same on both treatments, because neither is known."
    return "Expectation is not separated from the treatment's effect."
