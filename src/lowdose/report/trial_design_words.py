"""What a design says to the items of a protocol or a report: one function a topic.

Nothing is said that the design file does not say. The words fit both a plan and a report of it:
they have no tense. `DESIGN_TOPICS` is the table that the checklists' topics are looked up in.
"""

from __future__ import annotations

from collections.abc import Callable

from lowdose.diary.entries import Direction
from lowdose.report.charts.trial_schedule_chart import schedule_chart
from lowdose.report.document import Figure, Items, Plain, Words
from lowdose.report.trial_treatment_words import (
    compared_words,
    days_words,
    given_words,
    interventions_table,
    lengths_words,
    listed,
    open_periods,
    people_words,
    schedule_table,
    sequences_table,
)
from lowdose.report.wording import amount, capital, plural
from lowdose.trial.design.timeline import kind_of
from lowdose.trial.design.values import Blinding, Design, Given, Method, Primary

__all__ = ["DESIGN_TOPICS", "Blocks", "design_summary", "outcome_words"]

Blocks = tuple[Plain, ...]

_KINDS = {
    "parallel groups": "Parallel groups",
    "crossover": "Crossover: everyone gets the treatments one after the other",
    "N-of-1": "N-of-1 trial: one person gets each treatment several times",
    "aggregated N-of-1": "Series of N-of-1 trials with one plan for all, analysed together",
    "fixed order": "One fixed order of treatments for everyone, not drawn by chance",
    "dose finding": "Dose finding by the up-and-down rule: each dose depends on the last answer",
    "randomised withdrawal": "Randomised withdrawal: first everyone is treated, and only those who "
    "do well are allocated by chance",
}
_BLINDING = {
    Blinding.OPEN: "Nobody is blinded: all know what is given.",
    Blinding.SINGLE: "The participants do not know what they get; those who treat and measure do.",
    Blinding.DOUBLE: "Neither the participants nor those who treat and measure know what is given.",
}
_METHODS = {
    Method.BLOCKS: "Sequences drawn by chance in permuted blocks of random size",
    Method.SIMPLE: "Sequences drawn by chance for each person on their own, without restriction",
    Method.MINIMISATION: "Sequences assigned by minimisation with a random element",
}
_PRIMARY = {
    Primary.CHANGE: "Change from baseline, compared by a t test.",
    Primary.ANCOVA: "Analysis of covariance: the outcome adjusted for its baseline.",
    Primary.CROSSOVER: "Analysis of variance of each person's period means, with terms for person, "
    "period and treatment.",
    Primary.MIXED: "Linear mixed model of the daily ratings by restricted maximum likelihood.",
    Primary.MMRM: "Mixed model for repeated measures: a mean for each treatment and visit, with an "
    "unstructured covariance between visits.",
    Primary.RESPONDERS: "Shares of people who respond, compared as a difference of two shares.",
    Primary.HIERARCHICAL: "Bayesian hierarchical model: every person's own effect, and the "
    "distribution of effects over people.",
    Primary.UP_AND_DOWN: "Dose at which half of the people respond, estimated from the answers at "
    "each dose by isotonic regression.",
}
_LIKELIHOOD = (Primary.MIXED, Primary.MMRM, Primary.HIERARCHICAL)
_ONE_BY_ONE = (Primary.MIXED, Primary.MMRM)
_RULES = {
    "pocock": "Pocock's boundary",
    "obrien-fleming": "O'Brien and Fleming's boundary",
    "lan-demets-pocock": "Lan and DeMets' spending of error after Pocock",
    "lan-demets-obrien-fleming": "Lan and DeMets' spending of error after O'Brien and Fleming",
}


def outcome_words(design: Design) -> str:
    """What is measured, on which scale, and which way is better."""
    outcome = design.outcome
    way = "lower" if outcome.direction is Direction.LOWER_IS_BETTER else "higher"
    by = f" by {outcome.instrument}" if outcome.instrument else ""
    return f"{outcome.symptom}{by}, {outcome.low:g} to {outcome.high:g}, {way} is better"


def design_summary(design: Design) -> tuple[tuple[str, str], ...]:
    """The design at a glance: names and what belongs to them."""
    return (
        ("Design", f"{_KINDS[kind_of(design)]}."),
        ("People", f"{people_words(design.people)} with {design.condition}."),
        ("Treatments", f"{capital(compared_words(design) or 'One drug at several doses')}."),
        ("Length", f"{days_words(design.days)} for each person."),
        ("Outcome", f"{capital(outcome_words(design))}."),
        ("Blinding", _BLINDING[design.blinding]),
        ("Analysis", _PRIMARY[design.analysis.primary]),
    )


_NAMES = {
    "parallel groups": "a randomised trial of parallel groups",
    "crossover": "a randomised crossover trial",
    "N-of-1": "a randomised N-of-1 trial",
    "aggregated N-of-1": "a series of randomised N-of-1 trials",
    "fixed order": "a trial in a fixed order",
    "dose finding": "a dose-finding trial",
    "randomised withdrawal": "a randomised withdrawal trial",
}


def _title(design: Design) -> Blocks:
    said = f"{design.title}: {_NAMES[kind_of(design)]}"
    known = design.condition.casefold() in design.title.casefold()
    return (Words(said if known else f"{said} in {design.condition}"),)


def _summary(design: Design) -> Blocks:
    return (Items(tuple(f"{name}: {text}" for name, text in design_summary(design))),)


def _comparator(design: Design) -> Blocks:
    if design.reference is None:
        return ()
    return (Words(f"The comparator is {given_words(design, design.reference)}."),)


def _objective(design: Design) -> Blocks:
    if design.question:
        return (Words(design.question),)
    if design.up_and_down:
        return (Words(f"Which dose makes half of the people with {design.condition} respond."),)
    what = compared_words(design).replace(" compared with ", " differs from ")
    return (
        Words(f"Whether {what} in {design.outcome.symptom} of people with {design.condition}."),
    )


def _design(design: Design) -> Blocks:
    said = [f"{_KINDS[kind_of(design)]}."]
    if len(design.sequences) > 1:
        ratio = ":".join(str(one.share) for one in design.sequences)
        equal = len({one.share for one in design.sequences}) == 1
        shown = "the same for all" if equal and len(design.sequences) > 4 else ratio
        said.append(f"{plural(len(design.sequences), 'sequence')}; allocation ratio {shown}.")
    if design.reference is not None:
        said.append("The test is two-sided, against no difference.")
    return (Words(" ".join(said)),)


def _periods_words(design: Design) -> Words:
    run_in = [one for one in design.periods if one.everyone is not None]
    by_chance = lengths_words(open_periods(design)) or "no period"
    said = [f"Open to chance: {by_chance}."]
    said += [
        f"{capital(one.name)}: {days_words(one.days)} of "
        f"{given_words(design, one.everyone or '')} for everyone."
        for one in run_in[:4]
    ]
    if len(run_in) > 4:
        said.append(f"{plural(len(run_in) - 4, 'further such period')} for everyone.")
    return Words(" ".join(said))


def _repeated_design(design: Design) -> Blocks:
    return (*_design(design), _periods_words(design), *_carry_over(design))


def _eligibility(design: Design) -> Blocks:
    said = [Words(f"People with {design.condition}.")]
    if design.enrichment:
        one = design.enrichment
        said.append(
            Words(
                f"Only those go on to be allocated whose {design.outcome.symptom} in the "
                f"period {one.period!r} is better than at baseline by at least "
                f"{one.percent:g} %."
            )
        )
    return tuple(said)


def _interventions(design: Design) -> Blocks:
    table = interventions_table(design)
    if design.up_and_down is None:
        return (table,)
    rule = design.up_and_down
    doses = listed([f"{dose:g}" for dose in rule.doses_mg])
    return (
        table,
        Words(
            f"Doses {doses} mg. The first person gets {rule.start_mg:g} mg; each next "
            "one gets one step less after a response and one step more after none."
        ),
    )


def _adherence(design: Design) -> Blocks:
    return (Words(f"Adherence expected in planning: {design.expected.adherence}."),)


def _outcomes(design: Design) -> Blocks:
    outcome, analysis = design.outcome, design.analysis
    said = [f"Primary: {outcome_words(design)}.", f"{_when(design)}."]
    said.append(f"{_summed_up(design)}.")
    if outcome.important is not None:
        said.append(f"The smallest difference that matters is {_points(outcome.important)}.")
    said.append(
        f"Somebody responds who is better than at baseline by at least "
        f"{analysis.responder_percent:g} %."
    )
    return (Words(" ".join(said)),)


def _when(design: Design) -> str:
    days = design.outcome.visit_days
    return f"Rated on {listed([f'day {day}' for day in days])}" if days else "Rated every day"


def _summed_up(design: Design) -> str:
    window, daily = design.analysis.window_days, not design.outcome.visit_days
    if design.analysis.primary in _ONE_BY_ONE:
        return "Every rating that counts enters on its own"
    if window:
        return f"A period's outcome is the mean of its last {plural(window, 'day')}"
    if daily:
        return "A period's outcome is the mean of all its days that count"
    return "A period's outcome is the rating of its last visit"


def _collection(design: Design) -> Blocks:
    by = f" with {design.outcome.instrument}" if design.outcome.instrument else ""
    return (Words(f"{_when(design)}{by}: {outcome_words(design)}."),)


def _timeline(design: Design) -> Blocks:
    caption = "What is given when. Hatched: the person does not know which treatment it is."
    return (Figure(schedule_chart(design), caption), schedule_table(design))


def _sample_size(design: Design) -> Blocks:
    expected = design.expected
    facts = {
        "mean difference": _points(expected.effect),
        "standard deviation of the difference between people": _points(expected.effect_sd or None),
        "change that a placebo brings": _points(expected.placebo),
        "standard deviation of that between people": _points(expected.placebo_sd),
        "baseline": _points(expected.baseline),
        "standard deviation of the baseline": _points(expected.baseline_sd),
        "standard deviation of a day about a person's course": _points(expected.spread),
        "leave before the end": f"{100 * expected.dropout:g} %" if expected.dropout else "",
        "days without a rating": f"{100 * expected.missing:g} %" if expected.missing else "",
    }
    known = tuple(f"{capital(name)}: {said}" for name, said in facts.items() if said)
    head = f"{people_words(design.people)} in all."
    return (Words(f"{head} Expected in planning:"), Items(known)) if known else (Words(head),)


def _points(value: float | None) -> str:
    if value is None:
        return ""
    return f"{amount(value, 2).rstrip('0').rstrip('.')} {'point' if value == 1 else 'points'}"


def _sequence_words(design: Design) -> str:
    if design.up_and_down or len(design.sequences) == 1:
        return "Nothing is drawn by chance in this design."
    factors = [f"{one.name} ({listed(list(one.levels))})" for one in design.allocation.factors]
    said = _METHODS[design.allocation.method]
    if design.allocation.method is Method.MINIMISATION:
        said += f" (the better one with probability {design.allocation.strength:g})"
    within = f", balanced for {listed(factors)}" if factors else ""
    return f"{said}{within}."


def _allocation(design: Design) -> Blocks:
    """How sequences are drawn, without what would let anybody guess the next one."""
    return (Words(_sequence_words(design)),)


def _restriction(design: Design) -> Blocks:
    said = _sequence_words(design)
    if design.allocation.block_sizes:
        said += (
            " The sizes of blocks are kept out of this protocol, so that nobody can foresee "
            "an allocation."
        )
    return (Words(said),)


def _blocks(design: Design) -> Blocks:
    said = _sequence_words(design)
    if design.allocation.block_sizes:
        said += (
            f" Sizes of blocks: {listed([str(size) for size in design.allocation.block_sizes])}."
        )
    return (Words(said),)


def _n_of_1_sequence(design: Design) -> Blocks:
    blocks = max((period.block for period in design.periods), default=0)
    said = _sequence_words(design)
    if blocks:
        said += (
            f" Each person goes through {plural(blocks, 'block')}; in each block every "
            "treatment comes once, in an order drawn by chance."
        )
    return (Words(said),)


def _sequences(design: Design) -> Blocks:
    return (sequences_table(design),)


def _blinding(design: Design) -> Blocks:
    return (Words(_BLINDING[design.blinding]),)


def _likeness(design: Design) -> Blocks:
    if design.blinding is Blinding.OPEN:
        return (Words("Not blinded."),)
    placebos = [one.name for one in design.treatments if one.given is Given.PLACEBO]
    return (Words(f"By {listed(placebos)}."),) if placebos else ()


def _statistics(design: Design) -> Blocks:
    analysis = design.analysis
    said = [_PRIMARY[analysis.primary], f"{_summed_up(design)}."]
    if analysis.primary not in (Primary.UP_AND_DOWN, Primary.HIERARCHICAL):
        said.append(f"Two-sided, at a level of {100 * analysis.alpha:g} %.")
    return (Words(" ".join(said)),)


def _repeated_statistics(design: Design) -> Blocks:
    return (*_statistics(design), *_carry_over(design))


def _carry_over(design: Design) -> Blocks:
    skipped = sorted({one.skip_days for one in open_periods(design)} - {0})
    washed = [one for one in design.periods if one.everyone == "nothing"][1:]
    said = []
    if skipped:
        days = listed([plural(days, "day") for days in skipped])
        said.append(
            f"The first {days} of a period are not used, so that what came before can wear "
            "off and what is new can set in."
        )
    if washed:
        said.append(f"Nothing is given in {plural(len(washed), 'period')} of washout.")
    carry = "has" if design.analysis.carry_over else "has no"
    said.append(f"The analysis {carry} term for carry-over.")
    return (Words(" ".join(said)),)


def _missing(design: Design) -> Blocks:
    said = []
    if design.analysis.primary in _LIKELIHOOD:
        said.append(
            "The model uses all ratings that there are and puts in none for those that are "
            "missing; this holds where missing ones depend only on what was seen."
        )
    expected = {
        "of days without a rating": design.expected.missing,
        "of people who leave early": design.expected.dropout,
    }
    known = [f"{100 * share:g} % {what}" for what, share in expected.items() if share]
    if known:
        said.append(f"Expected in planning: {listed(known)}.")
    return (Words(" ".join(said)),) if said else ()


def _additional(design: Design) -> Blocks:
    return (
        Words(
            "People who respond: better than at baseline by at least "
            f"{design.analysis.responder_percent:g} %."
        ),
    )


def _synthesis(design: Design) -> Blocks:
    if design.people == 1:
        return (Words("One person: there is nothing to put together."),)
    return (
        Words(
            f"{people_words(design.people)} analysed together. {_PRIMARY[design.analysis.primary]}"
        ),
    )


def _interim(design: Design) -> Blocks:
    if design.looks is None:
        return (Words("The design has no interim look."),)
    shares = [f"{100 * one:g} %" for one in design.looks.fractions]
    if design.looks.rule == "posterior":
        return (
            Words(
                f"Looks at {listed(shares)} of the information; the trial stops when the effect "
                f"has the sign it seems to have with a probability above "
                f"{100 * design.looks.threshold:g} %. Several looks err more often than one: "
                "lowdose trial power says by how much."
            ),
        )
    return (
        Words(
            f"Looks at {listed(shares)} of the information, with "
            f"{_RULES.get(design.looks.rule, design.looks.rule)}, so that the whole trial "
            f"keeps a level of {100 * design.analysis.alpha:g} %."
        ),
    )


DESIGN_TOPICS: dict[str, Callable[[Design], Blocks]] = {
    "title": _title,
    "summary": _summary,
    "comparator": _comparator,
    "objective": _objective,
    "design": _design,
    "n_of_1_design": _repeated_design,
    "crossover_design": _repeated_design,
    "eligibility": _eligibility,
    "interventions": _interventions,
    "adherence": _adherence,
    "outcomes": _outcomes,
    "collection": _collection,
    "timeline": _timeline,
    "sample_size": _sample_size,
    "allocation": _allocation,
    "restriction": _restriction,
    "sequence": _restriction,
    "blocks": _blocks,
    "n_of_1_sequence": _n_of_1_sequence,
    "sequences": _sequences,
    "blinding": _blinding,
    "likeness": _likeness,
    "statistics": _statistics,
    "n_of_1_statistics": _repeated_statistics,
    "crossover_statistics": _repeated_statistics,
    "carry_over": _carry_over,
    "missing": _missing,
    "additional": _additional,
    "synthesis": _synthesis,
    "interim": _interim,
}
