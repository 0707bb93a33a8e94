"""The evidence in words: what there is of a condition, a study, a pooled answer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from lowdose.evidence.catalogue import Condition
from lowdose.evidence.contrast import Comparison
from lowdose.evidence.contrast_columns import columns_of, counts_of
from lowdose.evidence.effects.values import Counts
from lowdose.evidence.pooling.values import NORMAL_95, Interval, Model, Pooled, Test
from lowdose.evidence.records import Outcome, Study
from lowdose.evidence.table import MEASURES
from lowdose.evidence.views import Views
from lowdose.report.paragraphs import listed, wrapped
from lowdose.report.wording import capital

__all__ = [
    "Pool",
    "conditions_text",
    "effect_words",
    "nothing_text",
    "own_interval",
    "p_words",
    "pool_of_comparison",
    "pool_text",
    "studies_text",
    "study_text",
    "view_name",
]

_TESTS = {Test.Z: "normal test", Test.KNHA: "Hartung-Knapp", Test.ADHOC: "Hartung-Knapp, guarded"}


class Pool(NamedTuple):
    """What was pooled: a heading, the studies in order, and whether values are logarithms.

    columns: what else is known of each study, for groups and moderators. counts: treated and
    control, where all studies give events.
    """

    heading: str
    measure: str
    studies: tuple[str, ...]
    values: tuple[float, ...]
    variances: tuple[float, ...]
    is_log: bool
    notes: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    columns: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    counts: tuple[Counts, Counts] | None = None


def pool_of_comparison(found: Comparison) -> Pool:
    """A comparison of trials as something to pool."""
    scale = f" on {found.range.low:g} to {found.range.high:g}" if found.range else ""
    notes = [
        f"{each.study}: {note}."
        for each in found.contrasts
        for note in (*each.assumptions, *each.reasons)
    ]
    return Pool(
        f"{found.condition}, {found.outcome}: low-dose naltrexone against comparator",
        f"{MEASURES[found.measure.value].about}{scale}",
        tuple(each.study for each in found.contrasts),
        found.values,
        found.variances,
        MEASURES[found.measure.value].is_log,
        tuple(notes),
        tuple((each.study, "; ".join(each.reasons)) for each in found.refused),
        columns_of(found),
        counts_of(found),
    )


def pool_text(what: Pool, views: Views) -> str:
    """A pooled answer, three ways, with what went in and what stayed out."""
    parts = [
        wrapped(f"{what.heading}. {capital(what.measure)}; {_counted(what.studies)}."),
        "\n".join(_rows(what, views)),
        wrapped(_heterogeneity(what, views.asked)),
        *(wrapped(f"Note: {one}") for one in views.asked.warnings),
        *([listed("Assumed or out of the ordinary:", what.notes)] if what.notes else []),
        *_left_out(what.left_out),
    ]
    return "\n\n".join(parts)


def _counted(studies: Sequence[str]) -> str:
    return "1 study" if len(studies) == 1 else f"{len(studies)} studies"


def nothing_text(what: Pool) -> str:
    """That nothing could be pooled, and why not."""
    said = f"{what.heading}. No study gives numbers that may be pooled."
    return "\n\n".join([wrapped(said), *_left_out(what.left_out)])


def _rows(what: Pool, views: Views) -> Iterator[str]:
    names = (*what.studies, *(view_name(one) for one in views))
    width = min(max(map(len, names)), 44)
    weights = zip(what.studies, what.values, what.variances, views.asked.weights, strict=True)
    for study, value, variance, weight in weights:
        said = effect_words(what, value, own_interval(value, variance))
        yield f"{study:{width}}  {said:>24}  {weight:5.1f} %"
    yield ""
    for view in views:
        said = effect_words(what, view.estimate, view.interval)
        yield f"{view_name(view):{width}}  {said:>24}"


def own_interval(value: float, variance: float) -> Interval:
    """A study's own 95 % interval, normal."""
    reach = NORMAL_95 * math.sqrt(variance)
    return Interval(value - reach, value + reach)


def view_name(view: Pooled) -> str:
    """How the studies were pooled."""
    if view.model is Model.COMMON:
        return "one common effect, normal test"
    return f"random effects ({view.model.upper()}), {_TESTS[view.test]}"


def effect_words(what: Pool, value: float, ends: Interval) -> str:
    """An effect with its interval; logarithms are shown as the ratios that they stand for."""
    shown = [math.exp(one) if what.is_log else one for one in (value, *ends)]
    return "{} ({} to {})".format(*map(_two_places, shown))


def _two_places(value: float) -> str:
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text


def p_words(p: float) -> str:
    """A p in two figures, and never as 0.

    >>> p_words(0.0412), p_words(1e-9)
    ('0.041', 'below 0.0001')
    """
    return "below 0.0001" if p < 1e-4 else f"{p:.2g}"


def _heterogeneity(what: Pool, found: Pooled) -> str:
    if found.k < 2:
        return "One study says nothing about how studies differ."
    ends = effect_words(what, found.estimate, found.prediction).split("(")[1].rstrip(")")
    return (
        f"Between studies: I² {found.i2:.0f} %, tau {found.tau:.2f}, Q {found.q:.1f} on "
        f"{found.q_df} degrees of freedom, p {p_words(found.q_p)}. A new study's effect would lie "
        f"within {ends} in 95 of 100 cases, if such studies are like these."
    )


def _left_out(left_out: Sequence[tuple[str, str]]) -> list[str]:
    if not left_out:
        return []
    return [listed("Left out:", [f"{study}: {why}." for study, why in left_out])]


def conditions_text(conditions: Iterable[Condition]) -> str:
    """Every condition with its studies, and where no controlled study is known."""
    lines = []
    for each in conditions:
        known = len(each.controlled)
        said = f"{known} controlled" if known else "no controlled study"
        lines.append(f"{each.name:44}  {len(each.studies):3} found, {said}")
    return "\n".join(lines)


def studies_text(studies: Iterable[Study]) -> str:
    """A line a study."""
    return "\n".join(
        f"{one.id:28}  {one.publication.year}  {one.design.value:22}  {_people(one):12}  "
        f"{one.publication.authors}"
        for one in studies
    )


def _people(study: Study) -> str:
    count = study.n_analysed or study.n_randomised
    return f"{count} people" if count else ""


def study_text(study: Study) -> str:
    """Everything that is known of one study."""
    paper = study.publication
    facts = (
        ("Source", study.source or "none that could be named; stays out of every default"),
        ("Seen", study.verified.value.replace("_", " ")),
        ("Condition", study.condition.replace("_", " ")),
        ("Design", f"{study.design.value.replace('_', ' ')}, {study.status.value}"),
        ("Blinding", study.blinding),
        ("People", "; ".join(one for one in (_people(study), study.population) if one)),
        ("Dose", f"{study.dose_mg:g} mg" if study.dose_mg else study.dose_range),
        ("Weeks", f"{study.duration_weeks:g}" if study.duration_weeks else ""),
        ("Conclusion", study.conclusion),
        ("Cautions", study.cautions),
    )
    lines = [wrapped(f"{name}: {value}", "  ") for name, value in facts if value]
    results = [wrapped(_result(one), "  ") for one in study.outcomes]
    events = [
        wrapped(f"- {one.event}, {one.arm}: {_count(one.events, one.total, one.percent)}", "  ")
        for one in study.adverse_events
    ]
    parts = [wrapped(f"{paper.title}. {paper.authors}, {paper.year}. {paper.journal}".strip())]
    parts.append("\n".join(lines))
    parts += ["Results:\n" + "\n".join(results)] if results else []
    parts += ["Side effects:\n" + "\n".join(events)] if events else []
    return "\n\n".join(parts)


def _result(row: Outcome) -> str:
    said = [f"{row.n} people" if row.n else ""]
    said += [f"{name} {value:g}" for name, value in _numbers(row)]
    said += [_count(row.events, row.total, None)] if row.total else []
    said += [f"{row.ci.low:g} to {row.ci.high:g}"] if row.ci else []
    said += [str(row.p)] if row.p else []
    weeks = f" at {row.weeks:g} weeks" if row.weeks else ""
    seen = row.verified.value.replace("_", " ")
    return f"- {row.name}{weeks}, {row.arm}: {', '.join(one for one in said if one)} [{seen}]"


def _numbers(row: Outcome) -> Iterator[tuple[str, float]]:
    effect = row.effect_type.value if row.effect_type else "effect"
    named = {
        "mean": row.mean,
        "SD": row.sd,
        "SE": row.se,
        "median": row.median,
        "change": row.change,
        "change in percent": row.change_percent,
        effect: row.effect,
    }
    return ((name, value) for name, value in named.items() if value is not None)


def _count(events: int | None, total: int | None, percent: float | None) -> str:
    if events is not None and total:
        return f"{events} of {total} ({100 * events / total:.0f} %)"
    if events is not None:
        return str(events)
    return f"{percent:g} %" if percent is not None else "not given"
