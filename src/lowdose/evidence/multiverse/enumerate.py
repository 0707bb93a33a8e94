"""Every combination of choices, what it lets in, and what comes out: each distinct pool once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError
from lowdose.evidence.catalogue import studies
from lowdose.evidence.comparisons import measure_of
from lowdose.evidence.conditions import find_condition
from lowdose.evidence.families import Family, families, find_family
from lowdose.evidence.multiverse.choices import (
    INSTEAD,
    METHODS,
    MODEL,
    TEST,
    data_choices,
    trials_choice,
)
from lowdose.evidence.multiverse.values import Choice, Multiverse, Specification, Trial
from lowdose.evidence.multiverse.variants import Variant, choose, variants
from lowdose.evidence.pooling.pool import pool_many
from lowdose.evidence.pooling.values import Numbers
from lowdose.evidence.records import Study
from lowdose.evidence.words import Direction, EffectType

__all__ = ["multiverse", "multiverse_of_table"]

_LEAST_TRIALS, _MOST_STUDIES = 2, 100
_WORDS = {
    EffectType.MD: "difference of means",
    EffectType.SMD: "standardised difference of means",
    EffectType.RR: "ratio of risks",
    EffectType.OR: "ratio of odds",
    EffectType.RD: "difference of risks",
}

Data = tuple[Trial, ...]
Offers = Mapping[str, tuple[tuple[Variant, ...], tuple[Variant, ...]]]


def multiverse(
    condition: str,
    outcome: str,
    *,
    measure: EffectType | str | None = None,
    everything: bool = False,
) -> Multiverse:
    """Pool the trials of a condition and an outcome in every defensible way.

    measure: as for `contrasts`; all specifications share it, so that they can be compared.
    everything: also numbers that are only remembered.

    Raises `InputError` where condition, outcome or measure is not known, or where no two trials can
    be pooled under any choice.

    >>> found = multiverse("fibromyalgia", "pain")
    >>> found.studies
    ('duebruun2024', 'innova2026', 'younger2013')
    """
    named, family = find_condition(condition), find_family(outcome)
    kind = measure_of(measure or family.measure)
    offers, refused = _offers(studies(named.id), family, kind)
    choices = data_choices(_weeks(offers), recalled=everything)
    picks = [_pick(offers, levels) for levels in _combinations(choices)]
    if max(map(len, picks), default=0) < _LEAST_TRIALS:
        place = f"{named.name}, {family.name}"
        raise InputError([Fault(place, "fewer than two trials", "two that can be pooled")])
    scale = f" on {family.range.low:g} to {family.range.high:g}" if family.range else ""
    return _universe(
        heading=f"{named.name}, {family.name}",
        measure=_WORDS[kind] + (scale if kind is EffectType.MD else ""),
        is_log=kind.is_ratio,
        direction=family.direction,
        choices=choices,
        picks=picks,
        refused=refused,
    )


def multiverse_of_table(
    studies: Sequence[str],
    values: Sequence[float],
    variances: Sequence[float],
    *,
    heading: str = "",
    measure: str = "effect",
    is_log: bool = False,
) -> Multiverse:
    """The same for a table of one's own: every method, and each study left out in turn.

    Raises `InputError` where there are fewer than two studies, or more than 100.

    >>> found = multiverse_of_table(["a", "b", "c"], [0.1, 0.4, 0.2], [0.04, 0.05, 0.02])
    >>> len(found.specifications), found.impossible
    (88, 8)
    """
    if not _LEAST_TRIALS <= len(studies) <= _MOST_STUDIES:
        expected = f"two or more, and no more than {_MOST_STUDIES}"
        raise InputError([Fault("table", f"{len(studies)} studies", expected)])
    parts = zip(studies, values, variances, strict=True)
    return _universe(
        heading=heading,
        measure=measure,
        is_log=is_log,
        direction=Direction.NONE,
        choices=(),
        picks=[tuple(Trial(name, float(value), float(own)) for name, value, own in parts)],
        refused=(),
    )


def _offers(
    every: Iterable[Study], family: Family, measure: EffectType
) -> tuple[Offers, tuple[tuple[str, tuple[str, ...]], ...]]:
    """What each study can bring: for the outcome itself, and for what may stand in for it."""
    other = _stand_in(family)
    offers, refused = {}, []
    for study in every:
        own, reasons = variants(study, family, measure)
        instead = variants(study, other, measure)[0] if other and not own else ()
        if own or instead:
            offers[study.id] = (own, instead)
        elif reasons:
            refused.append((study.id, reasons))
    return offers, tuple(refused)


def _stand_in(family: Family) -> Family | None:
    """The outcomes that reviews take where a trial has none of the family's own, on its scale."""
    other = INSTEAD.get(family.id)
    return family._replace(outcomes=families()[other].outcomes) if other else None


def _weeks(offers: Offers) -> tuple[float, ...]:
    """The weeks at which a trial that was read more than once gives the choice."""
    found: set[float] = set()
    for own, instead in offers.values():
        weeks = (each.contrast.weeks for each in (*own, *instead))
        known = {week for week in weeks if week is not None}
        found |= known if len(known) > 1 else set()
    return tuple(sorted(found))


def _combinations(choices: Sequence[Choice]) -> Iterable[dict[str, str]]:
    keys = [choice.key for choice in choices]
    for levels in itertools.product(*(choice.levels for choice in choices)):
        yield dict(zip(keys, (level.key for level in levels), strict=True))


def _pick(offers: Offers, levels: Mapping[str, str]) -> Data:
    """What these choices let in, one result a trial."""
    kept: dict[str, Trial] = {}
    for study, (own, instead) in offers.items():
        offered = own or (instead if levels["outcome"] == "instead" else ())
        found = choose(offered, levels)
        if found is None:
            continue
        trial = found.contrast.trial
        if trial not in kept or study == trial:
            kept[trial] = _trial(study, found)
    return tuple(sorted(kept.values()))


def _trial(study: str, found: Variant) -> Trial:
    what = found.contrast
    notes = (*what.assumptions, *what.reasons)
    return Trial(
        study, what.value, what.variance, what.how, notes, what.verified, what.people, what.weeks
    )


def _universe(
    *,
    heading: str,
    measure: str,
    is_log: bool,
    direction: Direction,
    choices: tuple[Choice, ...],
    picks: Sequence[Data],
    refused: tuple[tuple[str, tuple[str, ...]], ...],
) -> Multiverse:
    names = sorted({trial.study for data in picks for trial in data})
    leaving = trials_choice(names)
    kept = [_without(data, name) for data in picks for name in ("", *names)]
    places, distinct = _distinct(kept)
    found = tuple(_pooled(distinct))
    shape = (*(len(choice.levels) for choice in choices), len(leaving.levels))
    grid = _grid(places.reshape(shape), len(distinct))
    possible = int((grid >= 0).sum())
    return Multiverse(
        heading=heading,
        measure=measure,
        is_log=is_log,
        direction=direction,
        choices=(*choices, leaving, MODEL, TEST),
        specifications=found,
        grid=grid,
        impossible=int(grid.size - possible),
        repeated=possible - len(found),
        refused=refused,
    )


def _without(data: Data, name: str) -> Data:
    """All of them, or all but one; nothing where that one was not there to be left out."""
    left = tuple(trial for trial in data if trial.study != name)
    return () if name and len(left) == len(data) else left


def _distinct(picks: Sequence[Data]) -> tuple[NDArray[np.int64], list[Data]]:
    """Every set of numbers once, and which of them each combination leads to; -1 where too few."""
    seen: dict[tuple[tuple[str, float, float], ...], int] = {}
    distinct: list[Data] = []
    places = np.full(len(picks), -1, dtype=np.int64)
    for place, data in enumerate(picks):
        if len(data) < _LEAST_TRIALS:
            continue
        key = tuple((trial.study, trial.value, trial.variance) for trial in data)
        if key not in seen:
            seen[key] = len(distinct)
            distinct.append(data)
        places[place] = seen[key]
    return places, distinct


def _grid(places: NDArray[np.int64], datasets: int) -> NDArray[np.int64]:
    """The place of each combination's specification, with the axes of model and test added."""
    grid = np.full((*places.shape, len(MODEL.levels), len(TEST.levels)), -1, dtype=np.int64)
    models = [level.key for level in MODEL.levels]
    tests = [level.key for level in TEST.levels]
    for number, (model, test) in enumerate(METHODS):
        one = np.where(places >= 0, number * datasets + places, -1)
        grid[..., models.index(model), tests.index(test)] = one
    return grid


def _pooled(distinct: Sequence[Data]) -> Iterable[Specification]:
    """All sets of trials by the first method, then by the second, and so on."""
    values, variances = _table(distinct, "value"), _table(distinct, "variance")
    for model, test in METHODS:
        found = pool_many(values, variances, model=model, test=test)
        columns = (found.estimate, found.low, found.high, found.p, found.tau2)
        for data, numbers in zip(distinct, np.column_stack(columns).tolist(), strict=True):
            yield Specification(data, model, test, *numbers)


def _table(distinct: Sequence[Data], name: str) -> Numbers:
    table = np.full((len(distinct), max(map(len, distinct))), np.nan)
    for row, data in zip(table, distinct, strict=True):
        row[: len(data)] = [getattr(trial, name) for trial in data]
    return table
