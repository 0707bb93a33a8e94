"""Numbers that cannot be, or that contradict each other, and rows too bare to be of use."""

from __future__ import annotations

from lowdose.evidence.fields import Place
from lowdose.evidence.records import AdverseEvent, Claim, Outcome, ReviewEstimate, Span, Study
from lowdose.evidence.words import Design, DoseClass, EffectType, Role

__all__ = [
    "check_adverse_event",
    "check_claim",
    "check_estimate",
    "check_outcome",
    "check_study",
]

# mg a day. At 10 mg and below naltrexone is called low-dose; 50 mg is the usual tablet.
_DOSES = {
    DoseClass.LOW: Span(0.5, 10),
    DoseClass.VERY_LOW: Span(0.01, 0.4999),
    DoseClass.ULTRA_LOW: Span(0, 0.0099),
    DoseClass.FULL: Span(10.0001, 300),
}
_ROUNDING_PERCENT = 1.0
_ARMS = (Role.ACTIVE, Role.COMPARATOR, Role.OTHER)


def check_study(study: Study, place: Place) -> None:
    """Dose against its class, people against people, design against randomised."""
    fits = _DOSES.get(study.dose_class)
    if study.dose_mg is not None and fits and not fits.low <= study.dose_mg <= fits.high:
        expected = f"{fits.low:g} to {fits.high:g} mg for dose_class {study.dose_class}"
        place.fault("dose_mg", f"{study.dose_mg:g}", expected)
    randomised, analysed = study.n_randomised, study.n_analysed
    if randomised and analysed and analysed > randomised:
        place.fault("n_analysed", analysed, f"at most n_randomised, {randomised}")
    if randomised and not (study.design.is_randomised or study.design in _MAY_RANDOMISE):
        place.fault("n_randomised", randomised, f"0 for the design {study.design}")
    if study.publication.address and study.publication.doi:
        place.fault("source", repr(study.publication.address), "no source beside a doi")


_MAY_RANDOMISE = (Design.SECONDARY, Design.PROTOCOL)


def check_outcome(outcome: Outcome, study: Study, place: Place) -> None:
    """Everything that must hold within one row, and between it and its study."""
    _check_counts(outcome.events, outcome.total, place)
    _check_inside(outcome.effect, outcome.ci, "effect", "ci", place)
    _check_inside(outcome.change, outcome.change_ci, "change", "change_ci", place)
    _check_inside(
        outcome.change_percent, outcome.change_percent_ci, "change_percent", "its ci", place
    )
    _check_effect(outcome.effect_type, outcome.effect, outcome.ci, place)
    _check_scale(outcome, place)
    _check_people(outcome, study, place)
    if outcome.effect is not None and outcome.role not in (Role.CONTRAST, Role.CHANGE):
        place.fault("role", outcome.role, "contrast or change, where there is an effect")
    if outcome.p_between and (outcome.p is None or outcome.role not in _ARMS):
        place.fault("p_between", "true", "a p in the row of an arm")
    if not outcome.note:
        _check_bare(outcome, place)


def _check_counts(events: int | None, total: int | None, place: Place) -> None:
    if events is not None and total is not None and events > total:
        place.fault("events", events, f"at most the total, {total}")


def _check_inside(
    value: float | None, ends: Span | None, name: str, ends_name: str, place: Place
) -> None:
    if ends is None:
        return
    if value is None:
        place.fault(ends_name, f"{ends.low:g} to {ends.high:g}", f"its {name} beside it")
    elif not ends.low <= value <= ends.high:
        expected = f"a number inside {ends_name}, {ends.low:g} to {ends.high:g}"
        place.fault(name, f"{value:g}", expected, "is a sign or a decimal point wrong?")


def _check_effect(
    kind: EffectType | None, effect: float | None, ci: Span | None, place: Place
) -> None:
    if (kind is None) != (effect is None):
        missing, there = ("effect_type", "effect") if kind is None else ("effect", "effect_type")
        place.fault(missing, "nothing", f"a value, because there is an {there}")
    if kind is not None and kind.is_ratio:
        low = ci.low if ci else effect
        if (effect is not None and effect <= 0) or (low is not None and low <= 0):
            place.fault("effect", effect, "above 0 with its interval, because it is a ratio")


def _check_scale(outcome: Outcome, place: Place) -> None:
    if outcome.range is None:
        return
    low, high = outcome.range
    for name in ("mean", "median"):
        value = getattr(outcome, name)
        levels = outcome.role not in (Role.CONTRAST, Role.CHANGE)
        if value is not None and levels and not low <= value <= high:
            place.fault(name, f"{value:g}", f"a value on the scale, {low:g} to {high:g}")
    for name in ("change", "effect"):
        value = getattr(outcome, name)
        by_points = name == "change" or outcome.effect_type is EffectType.MD
        if value is not None and by_points and abs(value) > high - low:
            place.fault(name, f"{value:g}", f"no more than the scale is wide, {high - low:g}")


def _check_people(outcome: Outcome, study: Study, place: Place) -> None:
    most = max(study.n_randomised or 0, study.n_analysed or 0)
    if most and outcome.n is not None and outcome.n > most:
        place.fault("n", outcome.n, f"at most the people of the study, {most}")
    if outcome.n is not None and outcome.total is not None and outcome.total > outcome.n:
        place.fault("total", outcome.total, f"at most n, {outcome.n}")


def _check_bare(outcome: Outcome, place: Place) -> None:
    """A row without a note must hold numbers that can be used, or at least a p."""
    spread = (outcome.sd, outcome.se, outcome.ci)
    if outcome.mean is not None and outcome.n != 1 and all(each is None for each in spread):
        _ask(place, "a mean but no sd or se", "an sd or se")
    if (outcome.events is None) != (outcome.total is None):
        _ask(place, "events without a total, or a total without events", "both")
    numbers = ("mean", "median", "events", "change", "change_percent", "effect", "p")
    if all(getattr(outcome, name) is None for name in numbers):
        _ask(place, "no number", "a mean, events, a change, an effect or a p")


def _ask(place: Place, has: str, expected: str) -> None:
    place.fault("", has, expected, "where the paper does not print it, say so in a note")


def check_adverse_event(event: AdverseEvent, place: Place) -> None:
    """Everything that must hold within one row."""
    if not event.counts_events:
        _check_counts(event.events, event.total, place)
    if event.events is None and event.percent is None:
        _ask(place, "no number", "events or percent")
    if event.percent is not None and event.events is not None and event.total is not None:
        worked_out = 100 * event.events / event.total
        if abs(worked_out - event.percent) > _ROUNDING_PERCENT:
            expected = f"about {worked_out:.1f}, from {event.events} of {event.total}"
            place.fault("percent", f"{event.percent:g}", expected)


def check_estimate(estimate: ReviewEstimate, place: Place) -> None:
    """Everything that must hold within one pooled estimate."""
    _check_effect(estimate.effect_type, estimate.effect, estimate.ci, place)
    _check_inside(estimate.effect, estimate.ci, "effect", "ci", place)


def check_claim(claim: Claim, place: Place) -> None:
    """A claim rests on a pool or on rows, and says of it what can be held against the number."""
    linked = bool(claim.pool or claim.rows)
    if claim.pool and claim.rows:
        place.fault("rows", ", ".join(claim.rows), "a pool or rows, not both")
    if claim.pool and claim.says is None:
        place.fault("says", "nothing", "what the claim says of the pool")
    for name in ("says", "figure", "at_odds"):
        if getattr(claim, name) and not linked:
            place.fault(name, repr(getattr(claim, name)), "a pool or rows beside it")
    if claim.figure and (claim.pool or claim.says):
        place.fault("figure", "a figure", "rows beside it, and no says")
