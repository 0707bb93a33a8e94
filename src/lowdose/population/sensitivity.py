"""What one would have to measure to know more: how far each assumption moves the predicted benefit.

Sobol indices by scipy (Saltelli 2010, doi:10.1016/j.cpc.2009.09.018): the share of the variance of
the prediction that goes with each parameter by itself (first order), and together with the others
(total). Parameters vary by how little is known of their typical values.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError
from lowdose.mechanism.blockade import DEFAULT
from lowdose.mechanism.cascade import follow
from lowdose.mechanism.chain import chain_of, default_refine
from lowdose.mechanism.hypotheses import Hypothesis, read_hypothesis, with_changes
from lowdose.mechanism.mesh import mesh_for
from lowdose.mechanism.parameters import PARAMETERS, Person, typical
from lowdose.runtime import double_precision, in_parallel

__all__ = ["Influence", "sensitivity"]

Numbers = NDArray[np.float64]
_BLOCK = 256


@dataclass(frozen=True)
class Influence:
    """One parameter's share of the variance of the prediction, with 95 % intervals of the totals.

    low, high: the prediction with the parameter at its 5 % and 95 % point and all others typical.
    """

    name: str
    first: float
    total: float
    total_low: float
    total_high: float
    low: float
    high: float
    source: str


def sensitivity(
    doses_mg: Sequence[float] | Numbers,
    *,
    hypothesis: str | Hypothesis = "rebound",
    structure: str = DEFAULT,
    draws: int = 1024,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> tuple[Influence, ...]:
    """Rank the assumptions by how far they move the benefit on the last day, most first.

    The benefit is relief times its size: the share of the baseline rating that is removed.
    doses_mg: (days,). draws: a power of two; some thirty times as many people are simulated.

    Raises InputError where `draws` is no power of two or nothing varies.

    >>> most = sensitivity([4.5] * 14, structure="plasma", draws=64)[0]
    >>> 0 <= most.total
    True
    """
    from scipy import stats

    if draws < 2 or draws & (draws - 1):
        raise InputError([Fault("--draws", str(draws), "a power of two, such as 1024")])
    names = [name for name, one in PARAMETERS.items() if one.unsure > 0]
    benefit = _benefit(np.asarray(doses_mg, dtype=np.float64), hypothesis, structure, names)

    def of_units(units: Numbers) -> Numbers:
        return benefit(_values(names, stats.norm.ppf(units)), progress)

    # The uniform margins are turned normal here, so that one sampler serves every parameter.
    margins = [stats.uniform() for _ in names]
    found = stats.sobol_indices(func=of_units, n=draws, dists=margins, rng=seed)
    low, high = _interval(found)
    ends = _ends(names, benefit)
    influences = [
        Influence(
            name=name,
            first=float(found.first_order[place]),
            total=float(found.total_order[place]),
            total_low=float(low[place]),
            total_high=float(high[place]),
            low=float(ends[0, place]),
            high=float(ends[1, place]),
            source=PARAMETERS[name].source,
        )
        for place, name in enumerate(names)
    ]
    return tuple(sorted(influences, key=lambda one: -one.total))


def _interval(found: Any) -> tuple[Numbers, Numbers]:
    """95 % interval of each total; its own value where a parameter moves nothing at all."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of parameters without any influence
        within = found.bootstrap(confidence_level=0.95, n_resamples=200).total_order
    low, high = within.confidence_interval.low, within.confidence_interval.high
    total = found.total_order
    return np.where(np.isnan(low), total, low), np.where(np.isnan(high), total, high)


Benefit = Callable[[Numbers, Callable[[int], None] | None], Numbers]


def _benefit(
    doses: Numbers, hypothesis: str | Hypothesis, structure: str, names: list[str]
) -> Benefit:
    """The benefit on the last day for columns of parameter values (names, n)."""
    chosen = read_hypothesis(hypothesis)
    chain = chain_of(chosen, structure)
    mesh = mesh_for([0], default_refine(chain))
    planned = doses[:, None, None]

    def block(values: Numbers) -> Numbers:
        changed = {name: values[row] for row, name in enumerate(names)}
        usual = {name: np.full(_BLOCK, value) for name, value in typical()._asdict().items()}
        person = with_changes(Person(**{**usual, **changed}), chosen)
        relief = np.asarray(follow(chain, mesh, person, planned, ("relief",))["relief"])[-1]
        found: Numbers = relief * person.relief_size
        return found

    def benefit(values: Numbers, progress: Callable[[int], None] | None) -> Numbers:
        count = values.shape[1]
        filled = np.pad(values, ((0, 0), (0, -count % _BLOCK)), mode="edge")

        def work(part: Numbers) -> Numbers:
            found = block(part)
            if progress:
                progress(_BLOCK)
            return found

        with double_precision():
            parts = in_parallel(work, np.split(filled, filled.shape[1] // _BLOCK, axis=1))
        return np.concatenate(parts)[:count]

    return benefit


def _values(names: list[str], z: Numbers) -> Numbers:
    """Parameter values from standard normal numbers, (names, n), within their limits."""
    lines = [PARAMETERS[name] for name in names]
    return np.stack(
        [
            np.clip(one.typical * np.exp(one.unsure * row), one.low, one.high)
            for one, row in zip(lines, z, strict=True)
        ]
    )


def _ends(names: list[str], benefit: Benefit) -> Numbers:
    """The benefit with one parameter at its 5 % and 95 % point, (2, names)."""
    size = len(names)
    z = 1.645 * np.concatenate([-np.eye(size), np.eye(size)], axis=1)
    return benefit(_values(names, z), None).reshape(2, size)
