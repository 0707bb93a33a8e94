"""What a design may not be: every rule with its reason, all faults at once.

Reading has made sure that each value is possible; this looks at how they go together.
"""

from __future__ import annotations

from collections import Counter

from lowdose.evidence.fields import Place, nearest
from lowdose.regimen.limits import MOST_DAYS
from lowdose.trial.design.values import Blinding, Design, Given, Method, Primary, Treatment

__all__ = ["check_design"]

MOST_PERIODS = 200


def check_design(design: Design, place: Place) -> None:
    """Note in `place` whatever makes the design impossible, empty or contradictory."""
    for rule in (
        _names,
        _lengths,
        _sequences,
        _arms,
        _reference,
        _blinding,
        _allocation,
        _analysis,
        _expected,
        _enrichment,
        _up_and_down,
        _looks,
    ):
        rule(design, place)


def _keys(design: Design) -> dict[str, Treatment]:
    return {one.key: one for one in design.treatments}


def _names(design: Design, place: Place) -> None:
    """Periods are told apart by name, and give what there is."""
    seen: dict[str, int] = {}
    for number, period in enumerate(design.periods, start=1):
        part = place.within(f"periods {number}")
        if period.name in seen:
            part.fault(
                "name", repr(period.name), f"another name: period {seen[period.name]} has it"
            )
        seen.setdefault(period.name, number)
        if period.everyone is not None and period.everyone not in _keys(design):
            _unknown("everyone", period.everyone, design, part)


def _unknown(field: str, key: str, design: Design, place: Place) -> None:
    known = _keys(design)
    wanted = f"a treatment of this file: {', '.join(known)}"
    place.fault(field, repr(key), wanted, nearest(key, known))


def _lengths(design: Design, place: Place) -> None:
    if design.days > MOST_DAYS:
        place.fault("periods", f"{design.days} days", f"at most {MOST_DAYS} days in all")
    if len(design.periods) > MOST_PERIODS:
        place.fault("periods", f"{len(design.periods)}", f"at most {MOST_PERIODS} periods")
    for number, period in enumerate(design.periods, start=1):
        if period.skip_days >= period.days:
            wanted = f"fewer than the period's {period.days} days"
            part = place.within("n_of_1" if period.block else f"periods {number}")
            part.fault("skip_days", str(period.skip_days), wanted)
    _climbs(design, place)


def _climbs(design: Design, place: Place) -> None:
    """A titration ends within every period that it is given in."""
    for one in design.treatments:
        climb = sum(step.days for step in one.steps[:-1])
        given = {p.days for p in design.periods if p.everyone == one.key}
        if any(one.key in sequence.treatments for sequence in design.sequences):
            given |= {p.days for p in design.periods if p.everyone is None}
        if given and min(given) <= climb:
            wanted = f"a climb shorter than its shortest period, {min(given)} days"
            remedy = "make the period longer, or the steps fewer or shorter"
            field = "steps" if len(one.steps) > 1 else ""
            place.within(f"treatments.{one.key}").fault(field, f"{climb} days", wanted, remedy)


def _sequences(design: Design, place: Place) -> None:
    """Each sequence fills the periods open to chance with treatments that there are."""
    part = place.within("sequences")
    by_chance = sum(period.everyone is None for period in design.periods)
    known = _keys(design)
    for one in design.sequences:
        if len(one.treatments) != by_chance:
            wanted = f"{by_chance}, one for each period without `everyone`"
            part.fault(one.name, f"{len(one.treatments)} treatments", wanted)
        for key in dict.fromkeys(one.treatments):
            if key not in known:
                _unknown(one.name, key, design, part)
    orders = Counter(one.treatments for one in design.sequences)
    for order, count in orders.items():
        if count > 1:
            remedy = "write it once, with share = 2 for twice as many people"
            part.fault("", f"{', '.join(order)} {count} times", "every order once", remedy)


def _arms(design: Design, place: Place) -> None:
    """No treatment that nobody gets, no sequence without people."""
    given = {key for one in design.sequences for key in one.treatments}
    given |= {period.everyone for period in design.periods if period.everyone}
    for one in design.treatments:
        if one.key not in given and one.key != "nothing":
            wanted = "a treatment that somebody gets, in a sequence or a period"
            place.within(f"treatments.{one.key}").fault("", "given to nobody", wanted)
    needed = len(design.sequences)
    in_blocks = any(period.block for period in design.periods)
    if design.people < needed and not in_blocks:
        wanted = f"at least {needed}, one for each sequence"
        place.fault("people", str(design.people), wanted, "an arm would stay empty")


def _reference(design: Design, place: Place) -> None:
    if design.up_and_down:
        if design.reference is not None:
            place.fault("reference", repr(design.reference), "none in dose finding")
        return
    if design.reference is None:
        wanted = 'the treatment that others are compared with, like reference = "placebo"'
        place.fault("reference", "nothing", wanted)
    elif design.reference not in _keys(design):
        _unknown("reference", design.reference, design, place)
    elif not design.compared:
        place.fault("reference", repr(design.reference), "another treatment to compare it with")


def _blinding(design: Design, place: Place) -> None:
    """Nobody can be kept from knowing that they get nothing."""
    if design.blinding is Blinding.OPEN:
        return
    known = _keys(design)
    by_chance = {known[k].given for s in design.sequences for k in s.treatments if k in known}
    if Given.NOTHING in by_chance:
        remedy = 'give a placebo instead, or say blinding = "open"'
        value = f"{design.blinding.value}, with a sequence that gives nothing"
        place.fault("blinding", value, "people who cannot tell", remedy)
    everyone = {p.everyone for p in design.periods if p.everyone in known}
    drugs = {key for key in everyone if known[key].given is not Given.NOTHING}
    if not by_chance and len(drugs) < 2 and not design.up_and_down:
        value = f"{design.blinding.value}, with one treatment for everyone"
        place.fault("blinding", value, "two treatments to tell apart, or open")
    if design.blinding is Blinding.DOUBLE and not by_chance and not design.up_and_down:
        remedy = 'say blinding = "single"'
        value = "double, with one fixed order"
        place.fault("blinding", value, "an order that those who treat do not know", remedy)


def _allocation(design: Design, place: Place) -> None:
    part = place.within("allocation")
    shares = sum(one.share for one in design.sequences)
    for size in design.allocation.block_sizes:
        if size % shares:
            wanted = f"multiples of {shares}, so that each sequence gets its share"
            part.fault("block_sizes", str(size), wanted)
    if design.allocation.method is Method.MINIMISATION and not design.allocation.factors:
        part.fault("factors", "nothing", "factors to balance for, with minimisation")


def _analysis(design: Design, place: Place) -> None:
    part = place.within("analysis")
    primary = design.analysis.primary
    by_chance = sum(period.everyone is None for period in design.periods)
    visits = len(design.outcome.visit_days)
    needs = {
        Primary.CROSSOVER: (by_chance > 1 or len(design.sequences) == 1, "two periods or more"),
        Primary.MMRM: (visits > 2, "three visits or more, as outcome.visit_weeks"),
        Primary.MIXED: (not visits, "daily ratings: no visit_weeks"),
        Primary.ANCOVA: (by_chance == 1, "one period open to chance"),
        Primary.UP_AND_DOWN: (design.up_and_down is not None, "a table [up_and_down]"),
    }
    good, wanted = needs.get(primary, (True, ""))
    if not good:
        part.fault("primary", primary.value, wanted)
    window = design.analysis.window_days
    shortest = min((p.days - p.skip_days for p in design.periods if p.everyone is None), default=0)
    if window and shortest and window > shortest:
        part.fault("window_days", str(window), f"at most {shortest}, the shortest period's days")


def _expected(design: Design, place: Place) -> None:
    outcome, expected = design.outcome, design.expected
    part = place.within("expected")
    if expected.baseline is not None and not outcome.low <= expected.baseline <= outcome.high:
        wanted = f"a value on the scale, {outcome.low:g} to {outcome.high:g}"
        part.fault("baseline", f"{expected.baseline:g}", wanted)
    if expected.effect is not None and abs(expected.effect) > outcome.high - outcome.low:
        part.fault("effect", f"{expected.effect:g}", "less than the whole scale")


def _enrichment(design: Design, place: Place) -> None:
    if design.enrichment is None:
        return
    part = place.within("enrichment")
    known = _keys(design)
    names = [period.name for period in design.periods]
    if design.enrichment.period not in names:
        part.fault("period", repr(design.enrichment.period), f"one of {', '.join(names)}")
        return
    number = names.index(design.enrichment.period)
    chosen = design.periods[number]
    treatment = known.get(chosen.everyone or "")
    if treatment is None or treatment.given is Given.NOTHING:
        part.fault("period", repr(chosen.name), "a period in which everyone gets a treatment")
    if all(period.everyone for period in design.periods[number + 1 :]):
        part.fault("period", repr(chosen.name), "a period open to chance after it")


def _up_and_down(design: Design, place: Place) -> None:
    rule = design.up_and_down
    if rule is None:
        return
    part = place.within("up_and_down")
    if list(rule.doses_mg) != sorted(set(rule.doses_mg)):
        part.fault("doses_mg", str(list(rule.doses_mg)), "each dose once, the lowest first")
    if rule.start_mg not in rule.doses_mg:
        part.fault("start_mg", f"{rule.start_mg:g}", "one of doses_mg")


def _looks(design: Design, place: Place) -> None:
    if design.looks is None:
        return
    part = place.within("looks")
    fractions = design.looks.fractions
    if list(fractions) != sorted(set(fractions)) or fractions[-1] != 1:
        part.fault("fractions", str(list(fractions)), "rising shares, the last one 1")
