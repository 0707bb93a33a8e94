"""What one would have to measure to know more: how far each assumption moves the predicted benefit.

Sobol indices by scipy (Saltelli 2010, doi:10.1016/j.cpc.2009.09.018): the share of the variance of
the prediction that goes with each parameter by itself (first order), and together with the others
(total). Parameters vary by how little is known of their typical values.

Where a typical person gets no relief at all, moving one parameter by itself may change nothing
although it matters together with others. So every sampled person is used once more: the mean
benefit of those whose parameter lies in its lowest, ..., highest fifth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError
from lowdose.mechanism.blockade import DEFAULT
from lowdose.mechanism.hypotheses import Hypothesis, read_hypothesis
from lowdose.mechanism.parameters import PARAMETERS, Person, typical
from lowdose.population.benefit import Benefit, benefit_on_last_day

__all__ = ["FIFTHS", "Influence", "Sensitivity", "sensitivity", "simulated_people"]

Numbers = NDArray[np.float64]
FIFTHS = 5
_RESAMPLES = 200


@dataclass(frozen=True)
class Influence:
    """One parameter's share of the variance of the prediction, with 95 % intervals of the totals.

    low, high: the prediction with the parameter at its 5 % and 95 % point and all others typical.
    fifths: its mean where the parameter lies in its lowest, ..., highest fifth, whatever the
    others are.
    """

    name: str
    first: float
    total: float
    total_low: float
    total_high: float
    low: float
    high: float
    fifths: tuple[float, ...]
    source: str


@dataclass(frozen=True)
class Sensitivity:
    """How far the assumptions move the benefit on the last day (share of the baseline rating).

    influences: a parameter each, most first. typical: the benefit with everything typical. mean,
    low, high: mean, 5 % and 95 % point of the benefit over all assumptions.
    """

    hypothesis: str
    structure: str
    days: int
    draws: int
    seed: int
    typical: float
    mean: float
    low: float
    high: float
    influences: tuple[Influence, ...]


def sensitivity(
    doses_mg: Sequence[float] | Numbers,
    *,
    hypothesis: str | Hypothesis = "rebound",
    structure: str = DEFAULT,
    formulation: str = "capsule",
    draws: int = 1024,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Sensitivity:
    """Rank the assumptions by how far they move the benefit on the last day, most first.

    The benefit is relief times its size: the share of the baseline rating that is removed.
    doses_mg: (days,). draws: a power of two; some thirty times as many people are simulated
    (`simulated_people`), and `progress` is called with the number just finished.

    Where nothing moves the benefit, as under the hypothesis `none`, every share is 0.

    Raises InputError where `draws` is no power of two.

    >>> found = sensitivity([4.5] * 14, structure="plasma", draws=64)
    >>> most = found.influences[0]
    >>> most.fifths[0] < found.mean < most.fifths[-1]
    True
    """
    names = _varied(draws)
    chosen = read_hypothesis(hypothesis)
    doses = np.asarray(doses_mg, dtype=np.float64)
    benefit = _of_values(benefit_on_last_day(doses, chosen, structure, formulation), names)
    units = _units(len(names), draws, seed)
    flat = units.reshape(-1, len(names)).T
    over_all = benefit(_values(names, _normal(flat)), progress)
    typical_one, ends = _one_at_a_time(names, benefit)
    low, high = np.quantile(over_all, [0.05, 0.95]).tolist()
    return Sensitivity(
        hypothesis=chosen.name,
        structure=structure,
        days=doses.size,
        draws=draws,
        seed=seed,
        typical=typical_one,
        mean=float(over_all.mean()),
        low=low,
        high=high,
        influences=_influences(
            names,
            _indices(over_all.reshape(-1, draws), seed),
            ends,
            _by_fifth(flat, over_all),
        ),
    )


def simulated_people(draws: int) -> int:
    """How many people `sensitivity` simulates for this many draws.

    >>> simulated_people(1024) > 30_000
    True
    """
    return draws * (2 + len(_varied(draws)))


def _varied(draws: int) -> list[str]:
    if draws < 2 or draws & (draws - 1):
        raise InputError([Fault("--draws", str(draws), "a power of two, such as 1024")])
    return [name for name, one in PARAMETERS.items() if one.unsure > 0]


def _units(size: int, draws: int, seed: int) -> Numbers:
    """Shares from 0 to 1, (2 + size, draws, size): A, B, and A with one column each from B."""
    from scipy.stats import qmc

    both: Numbers = qmc.Sobol(2 * size, bits=64, rng=seed).random(draws)
    first, second = both[:, :size], both[:, size:]
    mixed = np.repeat(first[None], size, axis=0)
    for place in range(size):
        mixed[place, :, place] = second[:, place]
    found: Numbers = np.concatenate([first[None], second[None], mixed])
    return found


def _normal(units: Numbers) -> Numbers:
    from scipy.special import ndtri

    found: Numbers = ndtri(np.clip(units, 1e-15, 1 - 1e-15))
    return found


def _by_fifth(units: Numbers, benefit: Numbers) -> Numbers:
    """Mean benefit by fifths of each parameter, (names, fifths), from every sampled person."""
    place = np.minimum(units * FIFTHS, FIFTHS - 1).astype(int)
    counts = np.array([np.bincount(row, minlength=FIFTHS) for row in place])
    sums = np.array([np.bincount(row, benefit, FIFTHS) for row in place])
    found: Numbers = sums / np.maximum(counts, 1)
    return found


def _indices(benefit: Numbers, seed: int) -> Numbers:
    """First order, total, and the ends of the total's 95 % interval, (4, names).

    benefit: (2 + names, draws), as `_units` lays the sets out. The interval is a bootstrap's.
    """
    draws, rng = benefit.shape[1], np.random.default_rng(seed)
    if np.ptp(benefit) == 0:
        return np.zeros((4, len(benefit) - 2))
    first, total = _sobol(benefit)
    again = [_sobol(benefit[:, rng.integers(draws, size=draws)])[1] for _ in range(_RESAMPLES)]
    return np.stack([first, total, *np.nanquantile(again, [0.025, 0.975], axis=0)])


def _sobol(benefit: Numbers) -> tuple[Numbers, Numbers]:
    from scipy.stats import sobol_indices

    sets = {"f_A": benefit[:1], "f_B": benefit[1:2], "f_AB": benefit[2:, None]}
    found = sobol_indices(func=sets, n=benefit.shape[1])
    return found.first_order, found.total_order


def _influences(
    names: list[str], indices: Numbers, ends: Numbers, fifths: Numbers
) -> tuple[Influence, ...]:
    first, total, total_low, total_high = indices.tolist()
    low, high = ends.tolist()
    influences = [
        Influence(
            name=name,
            first=first[place],
            total=total[place],
            total_low=total_low[place],
            total_high=total_high[place],
            low=low[place],
            high=high[place],
            fifths=tuple(fifths[place].tolist()),
            source=PARAMETERS[name].source,
        )
        for place, name in enumerate(names)
    ]
    return tuple(sorted(influences, key=lambda one: -one.total))


_OfValues = Callable[[Numbers, Callable[[int], None] | None], Numbers]


def _of_values(benefit: Benefit, names: list[str]) -> _OfValues:
    """The benefit for columns of parameter values (names, n), all other parameters typical."""

    def of_values(values: Numbers, progress: Callable[[int], None] | None) -> Numbers:
        count = values.shape[1]
        usual = {name: np.full(count, value) for name, value in typical()._asdict().items()}
        changed = {name: values[row] for row, name in enumerate(names)}
        return benefit(Person(**{**usual, **changed}), progress)

    return of_values


def _values(names: list[str], z: Numbers) -> Numbers:
    """Parameter values from standard normal numbers, (names, n), within their limits."""
    lines = [PARAMETERS[name] for name in names]
    return np.stack(
        [
            np.clip(one.typical * np.exp(one.unsure * row), one.low, one.high)
            for one, row in zip(lines, z, strict=True)
        ]
    )


def _one_at_a_time(names: list[str], benefit: _OfValues) -> tuple[float, Numbers]:
    """The benefit with all typical, and with one at its 5 % and 95 % point, (2, names)."""
    size = len(names)
    z = 1.645 * np.concatenate([-np.eye(size), np.eye(size), np.zeros((size, 1))], axis=1)
    found = benefit(_values(names, z), None)
    return float(found[-1]), found[:-1].reshape(2, size)
