"""A closer look at a pooled answer in words: other methods, what it rests on, groups, a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from lowdose.evidence.pooling.bayes import BayesPooled
from lowdose.evidence.pooling.closer import Closer
from lowdose.evidence.pooling.profile import HeterogeneityInterval
from lowdose.evidence.pooling.rare_events import RareEvents
from lowdose.evidence.pooling.regression import Regression
from lowdose.evidence.pooling.sensitivity import Subgroups
from lowdose.evidence.pooling.trim_and_fill import TrimmedAndFilled
from lowdose.evidence.pooling.values import Interval, PooledMany
from lowdose.report.charts.funnel_chart import egger_words
from lowdose.report.evidence_text import Pool, effect_words, p_words
from lowdose.report.paragraphs import listed, wrapped
from lowdose.report.wording import plural

__all__ = ["closer_text", "regression_text", "subgroups_text"]


def closer_text(what: Pool, found: Closer, prior: str) -> str:
    """Everything that there is beside a pooled effect; `prior` is that of tau as it was given."""
    parts = [
        *([wrapped(_spread(found.spread))] if found.spread else []),
        *([wrapped(_bayes(what, found.bayes, prior))] if found.bayes else []),
        *([wrapped(_rare(found.rare))] if found.rare else []),
        *_without_each(what, found.left_out),
        *_growing(what, found),
        *([wrapped(_lopsided(what, found))] if found.filled else []),
        *([listed("Not given:", found.missing)] if found.missing else []),
    ]
    return "\n\n".join(parts)


def _spread(found: HeterogeneityInterval) -> str:
    return (
        f"How sure the spread between studies is (Q-profile, 95 %): tau² "
        f"{_range(found.tau2, 3)}, tau {_range(found.tau, 2)}, I² {_range(found.i2, 0)} %."
    )


def _range(ends: Interval, digits: int) -> str:
    return f"{ends.low:.{digits}f} to {ends.high:.{digits}f}"


def _bayes(what: Pool, found: BayesPooled, prior: str) -> str:
    ahead = effect_words(what, found.estimate, found.prediction).partition("(")[2].rstrip(")")
    null = "1" if what.is_log else "0"
    return (
        f"Bayesian, tau {prior}, nothing assumed of the effect: "
        f"{effect_words(what, found.estimate, found.interval)}; probability below {null} "
        f"{_chance(found.below_zero)}; tau {found.tau:.2f} ({_range(found.tau_interval, 2)}); a "
        f"new study's effect {ahead}."
    )


def _chance(share: float) -> str:
    return f"{min(max(share, 0.001), 0.999):.3f}"


def _rare(found: RareEvents) -> str:
    said = "{:.2f} ({:.2f} to {:.2f})".format(*np.exp([found.estimate, *found.interval]))
    notes = "".join(f" {one}" for one in found.warnings)
    return (
        f"Exact likelihood, for rare events: odds ratio {said}, {found.used} of "
        f"{plural(found.k, 'study').replace('studys', 'studies')} used.{notes}"
    )


def _without_each(what: Pool, found: PooledMany | None) -> list[str]:
    if found is None:
        return []
    return [_table("Without each study in turn:", what.studies, _effects(what, found))]


def _growing(what: Pool, closer: Closer) -> list[str]:
    if closer.growing is None:
        return []
    names = (f"+ {what.studies[place]}" for place in closer.order)
    return [_table("One study after the other:", names, _effects(what, closer.growing))]


def _effects(what: Pool, found: PooledMany) -> Iterator[str]:
    for estimate, low, high in zip(found.estimate, found.low, found.high, strict=True):
        yield effect_words(what, float(estimate), Interval(float(low), float(high)))


def _table(head: str, names: Iterable[str], said: Iterable[str]) -> str:
    rows = list(zip(names, said, strict=True))
    width = min(max(len(name) for name, _ in rows), 44)
    return "\n".join([head, *(f"  {name:{width}}  {text:>24}" for name, text in rows)])


def _lopsided(what: Pool, found: Closer) -> str:
    assert found.filled is not None
    begg = f" Begg's test: p {p_words(found.begg.p)}." if found.begg else ""
    return (
        f"Do small studies find more? {egger_words(what.values, what.variances)}{begg} "
        f"{_filled(what, found.filled)}"
    )


def _filled(what: Pool, found: TrimmedAndFilled) -> str:
    if not found.missing:
        return "Trim and fill finds no study missing."
    count = plural(found.missing, "study").replace("studys", "studies")
    said = effect_words(what, found.pooled.estimate, found.pooled.interval)
    return (
        f"Trim and fill: {count} missing on the {found.side.value}; with them it would be {said}."
    )


def subgroups_text(what: Pool, found: Subgroups, column: str) -> str:
    """Each group pooled on its own, and whether they differ."""
    names = [f"{name} ({one.k})" for name, one in found.groups.items()]
    said = [effect_words(what, one.estimate, one.interval) for one in found.groups.values()]
    lines = [_table(f"By {column}, each group on its own:", names, said)]
    if found.df:
        lines.append(
            wrapped(
                f"Do the groups differ? Q {found.q_between:.1f} on {found.df} degrees of freedom, "
                f"p {p_words(found.p)}. Groups differ in more than one thing; a small p is a hint."
            )
        )
    return "\n\n".join(lines)


def regression_text(what: Pool, found: Regression, column: str) -> str:
    """What the effect does with something about the studies."""
    slope = found.coefficients[1]
    scale = "logarithm of the effect" if what.is_log else "effect"
    left = "" if np.isnan(found.r2) else f"; {column} accounts for {found.r2:.0f} % of it"
    few = (
        f" With {found.k} studies such a line is easily due to chance; ten or more are needed."
        if found.k < _FEW
        else ""
    )
    return wrapped(
        f"On {column}: one more changes the {scale} by {slope.estimate:.3g} "
        f"({slope.interval.low:.3g} to {slope.interval.high:.3g}), p {p_words(slope.p)}. Left "
        f"between studies: tau {found.tau2**0.5:.2f}{left}.{few}"
    )


_FEW = 10
