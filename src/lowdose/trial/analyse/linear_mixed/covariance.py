"""How rows vary together: random effects and residuals, each a sum of matrices times numbers.

A model's covariance is natural[0] D_0 + natural[1] D_1 + ... (but for serial correlation, which
bends), so its slopes are the D themselves. The natural numbers are variances, covariances and a
correlation. For fitting they are made from free numbers that cannot leave what is possible: a root
of each covariance matrix, the logarithm of a residual variance, a bent correlation. A root may be
nothing, so that a variance estimated as nothing is a minimum like any other (Bates et al. 2015,
doi:10.18637/jss.v067.i01).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault

__all__ = [
    "Curve",
    "Independent",
    "Part",
    "RandomEffects",
    "Residual",
    "SerialCorrelation",
    "Unstructured",
    "split",
]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
Curve = tuple[int, int, Numbers]  # second slope of the covariance in two natural numbers


@dataclass(frozen=True, eq=False)
class RandomEffects:
    """Effects of `columns`, (rows, q), that vary between groups with any covariance.

    groups: (rows,), whole numbers. correlated: False leaves covariances out.
    """

    groups: Whole
    columns: Numbers
    correlated: bool = True

    @property
    def pairs(self) -> tuple[Whole, Whole]:
        """The places of the covariance matrix that are free, (natural,) each: diagonal, below."""
        size = self.columns.shape[1]
        row, column = np.tril_indices(size) if self.correlated else (np.arange(size),) * 2
        return row.astype(np.int64), column.astype(np.int64)

    def faults(self, rows: int) -> list[Fault]:
        """What is wrong with the part, for an outcome of so many rows."""
        found = _lengths("random effects", rows, self.groups, self.columns)
        if not found and not np.isfinite(self.columns).all():
            found = [Fault("random effects", "values that are not numbers", "numbers")]
        if not found and np.unique(self.groups).size < 2:
            found = [Fault("random effects", "one group", "two groups or more")]
        return found

    def units(self, variance: float) -> Numbers:
        """The size of a free number that moves the rows by as much as they vary."""
        scale = np.sqrt(variance / np.maximum((self.columns**2).mean(axis=0), 1e-12))
        found: Numbers = scale[self.pairs[0]]
        return found

    def starts(self, variance: float) -> list[Numbers]:
        """Free numbers to begin with: half as much as the rows vary."""
        row, column = self.pairs
        return [np.where(row == column, 0.5, 0.0) * self.units(variance)]

    def natural(self, free: Numbers) -> Numbers:
        """Variances and covariances from the root."""
        root = self._root(free)
        found: Numbers = (root @ root.T)[self.pairs]
        return found

    def bend(self, free: Numbers) -> Numbers:
        """Slopes of `natural`, (natural, free)."""
        root = self._root(free)
        (a, b), (c, d) = (one[:, None] for one in self.pairs), self.pairs
        found: Numbers = (a == c) * root[b, d] + (b == c) * root[a, d]
        return found

    def bent(self, free: Numbers, slope: Numbers) -> Numbers:
        """Second slopes of `natural` in the free numbers, summed with weights `slope`."""
        weights = np.zeros_like(self._root(free))
        weights[self.pairs] = slope
        weights = weights + weights.T
        (a, b), (c, d) = (one[:, None] for one in self.pairs), self.pairs
        found: Numbers = weights[a, c] * (b == d)
        return found

    def pieces(self, rows: Whole, natural: Numbers) -> tuple[Numbers, Numbers]:
        """The covariance of these rows, and its slope in each natural number, (natural, m, m)."""
        row, column = self.pairs
        z = self.columns[rows].T
        cross = z[row][:, :, None] * z[column][:, None, :]
        both = cross + np.where((row != column)[:, None, None], cross.transpose(0, 2, 1), 0.0)
        slopes: Numbers = _together(self.groups, rows) * both
        return np.tensordot(natural, slopes, 1), slopes

    def signature(self, rows: Whole) -> bytes:
        """The same for rows that vary together in the same way."""
        return self.columns[rows].tobytes() + _together(self.groups, rows).tobytes()

    def _root(self, free: Numbers) -> Numbers:
        root = np.zeros((self.columns.shape[1],) * 2)
        root[self.pairs] = free
        return root


@dataclass(frozen=True, eq=False)
class Independent:
    """Residuals that have nothing to do with each other; a variance for each level, (rows,)."""

    levels: Whole

    @property
    def _count(self) -> int:
        return int(self.levels.max()) + 1

    def faults(self, rows: int) -> list[Fault]:
        """What is wrong with the part, for an outcome of so many rows."""
        return _lengths("residuals", rows, self.levels) or _levels(self.levels)

    def units(self, variance: float) -> Numbers:
        """Logarithms have no unit."""
        return np.ones(self.starts(variance)[0].size)

    def starts(self, variance: float) -> list[Numbers]:
        """Free numbers to begin with: half of the variance."""
        return [np.full(self._count, np.log(variance / 2))]

    def natural(self, free: Numbers) -> Numbers:
        """Variances."""
        return np.exp(free)

    def bend(self, free: Numbers) -> Numbers:
        """Slopes of `natural`."""
        return np.diag(np.exp(free))

    def bent(self, free: Numbers, slope: Numbers) -> Numbers:
        """Second slopes of `natural`, summed with weights."""
        return np.diag(np.exp(free) * slope)

    def pieces(self, rows: Whole, natural: Numbers) -> tuple[Numbers, Numbers]:
        """The covariance of these rows, and its slopes."""
        here = self.levels[rows]
        slopes = (here == np.arange(self._count)[:, None])[:, None] * np.eye(rows.size)
        return np.diag(natural[here]), slopes

    def signature(self, rows: Whole) -> bytes:
        """The same for rows that vary together in the same way."""
        return self.levels[rows].tobytes()


@dataclass(frozen=True, eq=False)
class SerialCorrelation:
    """Residuals whose correlation fades with the gap between days, phi ** gap, within a group.

    groups, days: (rows,). levels: (rows,), a variance for each; None for one variance. Between
    whole days phi may be below nothing; between others it may not.
    """

    groups: Whole
    days: Numbers
    levels: Whole | None = None

    @property
    def _level(self) -> Whole:
        return np.zeros(self.groups.size, dtype=np.int64) if self.levels is None else self.levels

    @property
    def _count(self) -> int:
        return int(self._level.max()) + 1

    @property
    def _whole_days(self) -> bool:
        from_first = self.days - self.days.min()
        return bool((from_first == np.round(from_first)).all())

    def faults(self, rows: int) -> list[Fault]:
        """What is wrong with the part, for an outcome of so many rows."""
        found = _lengths("serial correlation", rows, self.groups, self.days, self._level)
        if not found and not np.isfinite(self.days).all():
            found = [Fault("days", "values that are not numbers", "numbers")]
        return found or _levels(self._level) + _once("day", self.groups, self.days)

    def units(self, variance: float) -> Numbers:
        """Neither logarithms nor bent correlations have a unit."""
        return np.ones(self.starts(variance)[0].size)

    def starts(self, variance: float) -> list[Numbers]:
        """Free numbers to begin with; two, since one side of phi may not see the other."""
        bent = (0.2, 1.0) if self._whole_days else (-1.4, 1.4)
        return [np.append(np.full(self._count, np.log(variance / 2)), one) for one in bent]

    def natural(self, free: Numbers) -> Numbers:
        """Variances, then phi."""
        phi = np.tanh(free[-1]) if self._whole_days else 1 / (1 + np.exp(-free[-1]))
        return np.append(np.exp(free[:-1]), phi)

    def bend(self, free: Numbers) -> Numbers:
        """Slopes of `natural`."""
        *_, phi = self.natural(free)
        last = 1 - phi**2 if self._whole_days else phi * (1 - phi)
        return np.diag(np.append(np.exp(free[:-1]), last))

    def bent(self, free: Numbers, slope: Numbers) -> Numbers:
        """Second slopes of `natural`, summed with weights."""
        *_, phi = self.natural(free)
        first = self.bend(free)[-1, -1]
        last = -2 * phi * first if self._whole_days else (1 - 2 * phi) * first
        return np.diag(np.append(np.exp(free[:-1]), last) * slope)

    def pieces(self, rows: Whole, natural: Numbers) -> tuple[Numbers, Numbers]:
        """The covariance of these rows, and its slopes."""
        size, gap = self._sizes(rows, natural), self._gaps(rows)
        phi = natural[-1]
        whole = size * _power(phi, gap, 0)
        slopes = [whole * share for share in self._shares(rows, natural)]
        return whole, np.stack([*slopes, size * gap * _power(phi, gap, 1)])

    def curves(self, rows: Whole, natural: Numbers) -> list[Curve]:
        """Second slopes of the covariance in its natural numbers."""
        size, gap, last = self._sizes(rows, natural), self._gaps(rows), self._count
        phi = natural[-1]
        whole, slope = size * _power(phi, gap, 0), size * gap * _power(phi, gap, 1)
        shares = self._shares(rows, natural)
        found: list[Curve] = [(last, last, size * gap * (gap - 1) * _power(phi, gap, 2))]
        for i, one in enumerate(shares):
            found.append((i, last, slope * one))
            for j, other in enumerate(shares[: i + 1]):
                own = one / natural[i] if i == j else 0.0
                found.append((i, j, whole * (one * other - own)))
        return found

    def signature(self, rows: Whole) -> bytes:
        """The same for rows that vary together in the same way."""
        gap: Numbers = self.days[rows] - self.days[rows[0]]
        together = _together(self.groups, rows).tobytes()
        return bytes(gap.tobytes()) + together + self._level[rows].tobytes()

    def _gaps(self, rows: Whole) -> Numbers:
        gap: Numbers = np.abs(self.days[rows][:, None] - self.days[rows])
        return gap

    def _sizes(self, rows: Whole, natural: Numbers) -> Numbers:
        """The covariance if nothing faded."""
        spread = np.sqrt(natural[self._level[rows]])
        found: Numbers = _together(self.groups, rows) * np.outer(spread, spread)
        return found

    def _shares(self, rows: Whole, natural: Numbers) -> list[Numbers]:
        """By how much, relative to itself, the covariance grows with each variance."""
        here = self._level[rows]
        is_level = [(here == level).astype(np.float64) for level in range(self._count)]
        return [(one[:, None] + one) / (2 * natural[i]) for i, one in enumerate(is_level)]


@dataclass(frozen=True, eq=False)
class Unstructured:
    """Residuals of visits with any covariance: (rows,) groups and visits, whole numbers from 0."""

    groups: Whole
    visits: Whole

    @property
    def _size(self) -> int:
        return int(self.visits.max()) + 1

    def _as_effects(self) -> RandomEffects:
        columns = np.eye(self._size)[self.visits]
        return RandomEffects(self.groups, columns)

    def faults(self, rows: int) -> list[Fault]:
        """What is wrong with the part, for an outcome of so many rows."""
        found = _lengths("visits", rows, self.groups, self.visits)
        return found or _levels(self.visits) + _once("visit", self.groups, self.visits)

    def units(self, variance: float) -> Numbers:
        """The size of a free number that moves the rows by as much as they vary."""
        return np.full(self._size * (self._size + 1) // 2, np.sqrt(variance))

    def starts(self, variance: float) -> list[Numbers]:
        """Free numbers to begin with: half of what varies is common to all visits."""
        half = np.linalg.cholesky((np.eye(self._size) + 1) / 2)
        return [half[self._as_effects().pairs] * np.sqrt(variance)]

    def natural(self, free: Numbers) -> Numbers:
        """Variances and covariances of visits."""
        return self._as_effects().natural(free)

    def bend(self, free: Numbers) -> Numbers:
        """Slopes of `natural`."""
        return self._as_effects().bend(free)

    def bent(self, free: Numbers, slope: Numbers) -> Numbers:
        """Second slopes of `natural`, summed with weights."""
        return self._as_effects().bent(free, slope)

    def pieces(self, rows: Whole, natural: Numbers) -> tuple[Numbers, Numbers]:
        """The covariance of these rows, and its slopes."""
        return self._as_effects().pieces(rows, natural)

    def signature(self, rows: Whole) -> bytes:
        """The same for rows that vary together in the same way."""
        return self.visits[rows].tobytes() + _together(self.groups, rows).tobytes()


Residual = Independent | SerialCorrelation | Unstructured
Part = RandomEffects | Residual


def split(parts: Sequence[Part], numbers: Numbers) -> list[Numbers]:
    """The numbers of all parts, one part's after the other, apart again."""
    sizes = np.cumsum([part.units(1.0).size for part in parts])[:-1]
    return np.split(numbers, sizes)


def _together(groups: Whole, rows: Whole) -> NDArray[np.bool_]:
    """Which of these rows share a group."""
    same: NDArray[np.bool_] = groups[rows][:, None] == groups[rows]
    return same


def _power(phi: float, gap: Numbers, order: int) -> Numbers:
    """phi to the power of a gap, less the order of a slope; nothing where its factor is nothing."""
    left = gap - order
    is_there = (left >= 0) | ((gap > 0) & (phi > 0))
    found: Numbers = np.where(is_there, np.power(phi, np.where(is_there, left, 1.0)), 0.0)
    return found


def _lengths(what: str, rows: int, *columns: NDArray[np.generic]) -> list[Fault]:
    wrong = [column.shape[0] for column in columns if column.shape[0] != rows]
    return [Fault(what, f"{one} rows", f"{rows}, as the outcome has") for one in wrong]


def _levels(levels: Whole) -> list[Fault]:
    """Levels are counted from 0, and each is there: a variance of nobody cannot be found."""
    there = np.unique(levels)
    if there.size and np.array_equal(there, np.arange(there.size)):
        return []
    return [Fault("levels", "some that no row has", "whole numbers from 0, each in some row")]


def _once(what: str, groups: Whole, places: NDArray[np.generic]) -> list[Fault]:
    pairs = np.column_stack([groups, places.astype(np.float64)])
    if np.unique(pairs, axis=0).shape[0] == pairs.shape[0]:
        return []
    return [Fault(what, "twice in a group", f"each {what} once", "take the mean of the two")]
