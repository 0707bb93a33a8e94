"""One condition on one page: the answer in plain words, the trials, and everything else there is.

Every section is one function of the summary, in the order of `_SECTIONS`; those without content are
left out. Page, sheet and terminal are three forms of this one document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from lowdose.evidence.catalogue import conditions, find_study, reviews
from lowdose.evidence.certainty.judge import certainty
from lowdose.evidence.conditions import condition_names
from lowdose.evidence.edition import COMPILED_ON, LICENCE, citation
from lowdose.evidence.harms import harms
from lowdose.evidence.harms_values import EventHarms
from lowdose.evidence.pooling.risks import Risks
from lowdose.evidence.pooling.values import Pooled
from lowdose.evidence.records import Claim, Review, ReviewEstimate, Study
from lowdose.evidence.summary import LeftOut, PooledOutcome, Summary
from lowdose.evidence.words import Direction, Verdict
from lowdose.report.charts.forest_chart import forest_chart
from lowdose.report.document import (
    Beside,
    Block,
    Callout,
    Document,
    Facts,
    Figure,
    Items,
    Link,
    Plain,
    Section,
    Table,
    Words,
)
from lowdose.report.evidence_certainty_text import domain_words, level_words
from lowdose.report.evidence_summary_words import answer_words, finding_words, unit_words
from lowdose.report.evidence_text import Pool, effect_words, pool_of_comparison
from lowdose.report.study_words import (
    citing,
    design_of,
    dose_of,
    not_low_words,
    people_of,
    seen_words,
    status_words,
)
from lowdose.report.wording import capital, date_words, plural

__all__ = ["summary_document"]

_ADVICE = (
    "It supports the talk between a person and the prescriber and does not replace it; it is not "
    "medical advice."
)


def summary_document(
    found: Summary, *, made_on: date, version: str, more: Sequence[Section] = ()
) -> Document:
    """Lay a summary out as a document; `more` sections stand after the pooled results."""
    first = [make(found) for make in _FIRST]
    last = [make(found) for make in _LAST]
    sections = (*first, *more, *last, _about(found, version))
    return Document(
        subject="Low-dose naltrexone, what is known",
        title=capital(found.name),
        sections=tuple(section for section in sections if section.blocks),
        footer=f"Made by lowdose {version} on {date_words(made_on)}. {_ADVICE}",
        compact=True,
    )


def _answer(found: Summary) -> Section:
    label, text = answer_words(found)
    names = condition_names()
    condition = found.condition
    narrower = [
        one.name for one in names.values() if condition is not None and one.within == condition.id
    ]
    within = names[condition.id].within if condition else ""
    facts = (
        ("Also called", ", ".join(condition.synonyms) if condition else ""),
        ("Takes in", ", ".join(narrower)),
        ("A part of", names[within].name if within else ""),
        ("How sure", _how_sure(found)),
    )
    known = tuple(pair for pair in facts if pair[1])
    blocks: tuple[Block, ...] = (Callout(label, text),)
    if known:
        blocks += (Facts(known),)
    return Section("answer", "The answer", blocks)


def _how_sure(found: Summary) -> str:
    """The certainty of the leading outcome, and what takes it away."""
    if found.leading is None:
        return ""
    known = certainty(found.name, found.leading.family.id)
    if known.level is None:
        return ""
    steps = [domain_words(one.domain) for one in known.steps if one.seriousness.steps]
    why = f"; taken away by {', '.join(steps)}" if steps else ""
    return (
        f"{level_words(known.level)} certainty for {found.leading.family.name}{why}; by written "
        "rules like GRADE's, not by a panel"
    )


def _trials(found: Summary) -> Section:
    rows = tuple(
        (
            Link(citing(one.publication, one.id), one.source),
            design_of(one),
            str(people_of(one) or ""),
            dose_of(one),
            f"{one.duration_weeks:g}" if one.duration_weeks else "",
            one.primary_outcome,
            one.conclusion,
            seen_words(one),
        )
        for one in found.controlled
    )
    table = Table(
        "Randomised trials of low doses; what was found is in our words",
        (
            "Trial",
            "Design",
            "People",
            "Dose",
            "Weeks",
            "Main outcome",
            "What was found",
            "Read in",
        ),
        rows,
        (0.13, 0.14, 0.06, 0.06, 0.06, 0.15, 0.33, 0.07),
    )
    return Section("trials", "Controlled trials", (table,) if rows else ())


def _pooled(found: Summary) -> Section:
    if found.leading is None:
        return Section("pooled", "Pooled against placebo", ())
    basis = Items(tuple(_basis(found)))
    leading = found.leading
    if leading.k < 2:
        return Section("pooled", "Against placebo", (_alone_table(found), basis))
    beside: tuple[Plain, ...] = (Words("Where the numbers come from:"), basis)
    if found.left_out:
        beside += (Words("What stays out, and why:"), Items(tuple(map(_left_line, found.left_out))))
    picture = Figure(
        forest_chart(_named(leading), leading.views),
        f"{capital(leading.family.name)}. {_better(leading)}".strip(),
        _HALF_A_SHEET,
    )
    return Section(
        "pooled", "Pooled against placebo", (_pooled_table(found), Beside((picture,), beside))
    )


_HALF_A_SHEET = 0.65


def _pooled_table(found: Summary) -> Table:
    return Table(
        "Three ways, so that nobody can choose the convenient one; 95 % intervals",
        ("Outcome", "Trials", "Hartung-Knapp", "Normal test", "Common effect", "It says"),
        tuple(_pooled_row(one) for one in found.outcomes if one.is_benefit),
        (0.22, 0.21, 0.13, 0.13, 0.13, 0.18),
    )


def _alone_table(found: Summary) -> Table:
    """Where no outcome has a second trial, every trial speaks for itself."""
    benefits = [one for one in found.outcomes if one.is_benefit]
    return Table(
        "Single trials, with 95 % intervals",
        ("Outcome", "Trial", "Effect", "It says"),
        tuple((*row[:2], *row[4:]) for row in map(_pooled_row, benefits)),
        (0.36, 0.24, 0.18, 0.22),
    )


def _basis(found: Summary) -> Iterator[str]:
    """Where every number comes from, and what was assumed for it."""
    for one in (each for each in found.outcomes if each.is_benefit):
        for each in one.comparison.contrasts:
            assumed = "".join(f"; {said}" for said in each.assumptions)
            yield f"{capital(one.family.name)}, {_trial(each.study)}: {each.how}{assumed}."


def _trial(study: str) -> str:
    return citing(find_study(study).publication, study)


def _named(one: PooledOutcome) -> Pool:
    """What is pooled, with the trials as one cites them."""
    what = pool_of_comparison(one.comparison)
    return what._replace(studies=tuple(map(_trial, what.studies)))


def _pooled_row(one: PooledOutcome) -> tuple[str, ...]:
    what = _named(one)

    def said(view: Pooled) -> str:
        return effect_words(what, view.estimate, view.interval)

    people = f"{one.people} people" if one.people else "people not known"
    count = f"{', '.join(what.studies)}; {people}"
    three = ("", "", said(one.views.common)) if one.k == 1 else map(said, one.views)
    return (f"{capital(one.family.name)}, {unit_words(one)}", count, *three, finding_words(one))


def _better(one: PooledOutcome) -> str:
    if one.family.direction is Direction.NONE:
        return ""
    way = "Below" if one.family.direction is Direction.LOWER else "Above"
    return f"{way} {'1' if one.comparison.measure.is_ratio else '0'} favours naltrexone."


def _left_out(found: Summary) -> Section:
    """A section of its own where there is no picture for it to stand beside."""
    told = found.leading is not None and found.leading.k > 1
    lines = () if told else tuple(map(_left_line, found.left_out))
    return Section("left-out", "Stays out of the pools", (Items(lines),) if lines else (), True)


def _left_line(one: LeftOut) -> Link:
    on = f", {', '.join(one.outcomes)}" if one.outcomes else ""
    name = citing(one.study.publication, one.study.id)
    return Link(name, one.study.source, f"{on}: {one.reason}.")


def _others(found: Summary) -> Section:
    groups = (
        ("", found.others),
        ("", found.other_doses),
        (_wider_name(found), found.wider),
        ("same people again", found.reports),
        ("", found.papers),
    )
    lines = tuple(_study_line(one, note) for note, group in groups for one in group)
    by_chance = any(one.design.is_randomised for _, group in groups for one in group)
    title = "Other studies" if found.controlled or by_chance else "Studies, none of them controlled"
    return Section("others", title, (Items(lines),) if lines else (), True)


def _wider_name(found: Summary) -> str:
    if found.condition is None:
        return ""
    within = condition_names()[found.condition.id].within
    return f"of {condition_names()[within].name}" if within else ""


def _study_line(study: Study, note: str) -> Link:
    count = people_of(study)
    people = "1 person" if count == 1 else f"{count} people" if count else ""
    facts = (design_of(study), not_low_words(study), note, people)
    said = ", ".join(fact for fact in facts if fact)
    return Link(citing(study.publication, study.id), study.source, f" ({said}): {study.conclusion}")


def _harms(found: Summary) -> Section:
    """Where trials compare, people of 100; where only reviews pooled, what those say."""
    known = harms(found.name).events if found.controlled else ()
    lines = [_of_100(one.name, one.risks) for one in known if one.risks is not None]
    lines += [_published_harms(known)] if any(map(_only_published, known)) else []
    return Section("harms", "Unwanted events", (Items(tuple(lines)),) if lines else (), True)


def _of_100(name: str, risks: Risks) -> str:
    placebo, drug = (100 * share.middle for share in (risks.comparator, risks.treated))
    less, more = -100 * risks.difference.low, 100 * risks.difference.high
    return (
        f"{capital(name)}: of 100 people {placebo:.0f} on placebo, {drug:.0f} on naltrexone; "
        f"between {_fewer_or_more(-less)} and {_fewer_or_more(more)}."
    )


def _fewer_or_more(people: float) -> str:
    return f"{abs(people):.0f} {'fewer' if people < 0 else 'more'}"


def _only_published(one: EventHarms) -> bool:
    return one.risks is None and bool(one.published)


def _published_harms(known: Iterable[EventHarms]) -> str:
    """The first published pool of each event; `lowdose evidence harms` shows all."""
    first = [one.published[0] for one in known if _only_published(one)]
    names = {one.id: citing(one.publication, one.id) for one in reviews()}
    sources = ", ".join(dict.fromkeys(names[one.review] for one in first))
    return f"Pooled by reviews ({sources}): {'; '.join(map(_estimate, first))}."


def _planned(found: Summary) -> Section:
    lines = tuple(_planned_line(one) for one in found.planned)
    title = "Registered, no result seen"
    return Section("planned", title, (Items(lines),) if lines else (), True)


def _planned_line(study: Study) -> Link:
    facts = (
        status_words(study),
        ", ".join(study.publication.registrations),
        not_low_words(study) or dose_of(study),
        f"against {study.control}" if study.control not in ("", "none", "unclear") else "",
    )
    said = ", ".join(fact for fact in facts if fact)
    name = citing(study.publication, study.id)
    return Link(name, study.source, f" ({said}): {study.primary_outcome or study.conclusion}.")


def _reviews(found: Summary) -> Section:
    lines = tuple(_review_line(one, found) for one in found.reviews)
    return Section("reviews", "Published reviews", (Items(lines),) if lines else (), True)


def _review_line(review: Review, found: Summary) -> Link:
    against = [one for one in review.estimates if "placebo" in one.comparison and _fits(one, found)]
    known = [_estimate(one) for one in against if one.effect is not None]
    numbers = "; ".join(known[:_MOST_ESTIMATES])
    said = f": {review.conclusion}" + (f" Against placebo: {numbers}." if numbers else "")
    return Link(citing(review.publication, review.id), review.source, said)


_MOST_ESTIMATES = 2


def _fits(one: ReviewEstimate, found: Summary) -> bool:
    return found.condition is not None and _is_of(one.condition, found.condition.id)


def _is_of(narrow: str, wide: str) -> bool:
    while narrow and narrow != wide:
        narrow = condition_names()[narrow].within
    return narrow == wide


def _estimate(one: ReviewEstimate) -> str:
    kind = one.effect_type.value.upper() if one.effect_type else "effect"
    ends = f" ({one.ci.low:g} to {one.ci.high:g})" if one.ci else ""
    return f"{one.outcome} {kind} {one.effect:g}{ends}"


def _claims(found: Summary) -> Section:
    if not found.claims:
        return Section("claims", "What public pages claim", ())
    counts = Counter(one.verdict for one in found.claims)
    shares = ", ".join(f"{counts[one]} {_VERDICTS[one]}" for one in Verdict if counts[one])
    head = Words(f"{capital(plural(len(found.claims), 'claim'))}: {shares}.")
    told = [one for one in found.claims if one.verdict in _TOLD]
    lines = Items(tuple(map(_claim_line, told)))
    return Section("claims", "What public pages claim", (head, lines) if told else (head,), True)


_VERDICTS = {
    Verdict.SUPPORTED: "borne out",
    Verdict.PARTLY: "partly",
    Verdict.NOT_SUPPORTED: "not borne out",
    Verdict.CONTRADICTED: "contradicted",
    Verdict.UNVERIFIABLE: "could not be checked",
}
_TOLD = (Verdict.NOT_SUPPORTED, Verdict.CONTRADICTED, Verdict.UNVERIFIABLE)


def _claim_line(claim: Claim) -> str:
    return f"“{claim.text}”: {_VERDICTS[claim.verdict]}. {claim.evidence}"


def _elsewhere(found: Summary) -> Section:
    """For a name that nothing is known under: what there is something of."""
    if found.condition is not None:
        return Section("elsewhere", "Conditions with a study", ())
    names = ", ".join(one.name for one in conditions() if one.studies)
    return Section("elsewhere", "Conditions with a study", (Words(names),))


def _about(found: Summary, version: str) -> Section:
    words = (
        f"Data compiled on {date_words(COMPILED_ON)}; {LICENCE}. Cite as: "
        f"{citation(version, found.name)}"
    )
    return Section("about", "About this page", (Words(words, small=True),), True)


_Maker = Callable[[Summary], Section]
# Further sections of the whole width (certainty, harms, doses, ...) go at the end of the first.
_FIRST: Iterable[_Maker] = (_answer, _trials, _pooled)
_LAST: Iterable[_Maker] = (_left_out, _harms, _others, _planned, _reviews, _claims, _elsewhere)
