"""How rows vary together: random effects and residuals, each a sum of matrices times numbers.

A model's covariance is natural[0] D_0 + natural[1] D_1 + ... (but for AR(1), which bends), so its
slopes are the D themselves. The natural numbers are variances and covariances; for fitting they are
made from free numbers that cannot leave what is possible: a root of each covariance matrix, the
logarithm of a residual variance, a correlation between -1 and 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Independent", "Part", "RandomEffects", "SerialCorrelation", "Unstructured", "split"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RandomEffects:
    """Effects of `columns`, (rows, q), that vary between groups with any covariance.

    groups: (rows,), whole numbers. correlated: False leaves covariances out.
    """

    groups: Whole
    columns: Numbers
    correlated: bool = True

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The places of the covariance matrix that are free, diagonal and below."""
        size = self.columns.shape[1]
        return [(i, j) for i in range(size) for j in range(i + 1) if i == j or self.correlated]

    def start(self, variance: float) -> Numbers:
        """Free numbers to begin with: as much as the rows vary."""
        scale = np.sqrt(variance / np.maximum((self.columns**2).mean(axis=0), 1e-12)) / 2
        return np.array([scale[i] if i == j else 0.0 for i, j in self.pairs])

    def natural(self, free: Numbers) -> Numbers:
        """Variances and covariances from the root."""
        root = self._root(free)
        whole = root @ root.T
        return np.array([whole[i, j] for i, j in self.pairs])

    def bend(self, free: Numbers) -> Numbers:
        """Slopes of `natural`, (natural, free)."""
        root = self._root(free)
        found = np.empty((len(self.pairs), len(self.pairs)))
        for number, (i, j) in enumerate(self.pairs):
            unit = np.zeros_like(root)
            unit[i, j] = 1.0
            moved = unit @ root.T + root @ unit.T
            found[:, number] = [moved[a, b] for a, b in self.pairs]
        return found

    def pieces(self, rows: Whole, natural: Numbers) -> tuple[Numbers, list[Numbers]]:
        """The covariance of these rows, and its slope in each natural number."""
        same = _together(self.groups, rows)
        z = self.columns[rows]
        slopes = []
        for i, j in self.pairs:
            cross = np.outer(z[:, i], z[:, j])
            slopes.append(same * (cross if i == j else cross + cross.T))
        return sum(
            (n * s for n, s in zip(natural, slopes, strict=True)), np.zeros_like(same * 1.0)
        ), slopes

    def signature(self, rows: Whole) -> bytes:
        """The same for rows that vary together in the same way."""
        return self.columns[rows].tobytes() + _together(self.groups, rows).tobytes()

    def _root(self, free: Numbers) -> Numbers:
        root = np.zeros((self.columns.shape[1],) * 2)
        for value, (i, j) in zip(free, self.pairs, strict=True):
            root[i, j] = value
        return root


@dataclass(frozen=True, eq=False)
class Independent:
    """Residuals that have nothing to do with each other; a variance for each level, (rows,)."""

    levels: Whole

    @property
    def _count(self) -> int:
        return int(self.levels.max()) + 1

    def start(self, variance: float) -> Numbers:
        """Free numbers to begin with."""
        return np.full(self._count, np.log(variance / 2))

    def natural(self, free: Numbers) -> Numbers:
        """Variances."""
        return np.exp(free)

    def bend(self, free: Numbers) -> Numbers:
        """Slopes of `natural`."""
        return np.diag(np.exp(free))

    def pieces(self, rows: Whole, natural: Numbers) -> tuple[Numbers, list[Numbers]]:
        """The covariance of these rows, and its slopes."""
        here = self.levels[rows]
        slopes = [np.diag((here == level).astype(np.float64)) for level in range(self._count)]
        return np.diag(natural[here]), slopes

    def signature(self, rows: Whole) -> bytes:
        """The same for rows that vary together in the same way."""
        return self.levels[rows].tobytes()


@dataclass(frozen=True, eq=False)
class SerialCorrelation:
    """Residuals whose correlation fades with the gap between days, phi ** gap, within a group."""

    groups: Whole
    days: Numbers

    def start(self, variance: float) -> Numbers:
        """Free numbers to begin with: the logarithm of the variance, and of phi's odds."""
        return np.array([np.log(variance / 2), 0.0])

    def natural(self, free: Numbers) -> Numbers:
        """Variance and phi."""
        return np.array([np.exp(free[0]), 1 / (1 + np.exp(-free[1]))])

    def bend(self, free: Numbers) -> Numbers:
        """Slopes of `natural`."""
        variance, phi = self.natural(free)
        return np.diag([variance, phi * (1 - phi)])

    def pieces(self, rows: Whole, natural: Numbers) -> tuple[Numbers, list[Numbers]]:
        """The covariance of these rows, and its slopes."""
        same = _together(self.groups, rows)
        gap = np.abs(self.days[rows][:, None] - self.days[rows])
        variance, phi = natural
        shape = same * phi**gap
        turned = np.where(gap > 0, gap * phi ** np.maximum(gap - 1, 0.0), 0.0)
        turned = np.where((gap > 0) & (gap < 1), gap * phi ** (gap - 1), turned)
        return variance * shape, [shape, variance * same * turned]

    def signature(self, rows: Whole) -> bytes:
        """The same for rows that vary together in the same way."""
        gap: Numbers = self.days[rows] - self.days[rows[0]]
        return bytes(gap.tobytes()) + _together(self.groups, rows).tobytes()


@dataclass(frozen=True, eq=False)
class Unstructured:
    """Residuals of visits with any covariance: (rows,) groups and visits, whole numbers from 0."""

    groups: Whole
    visits: Whole

    @property
    def _size(self) -> int:
        return int(self.visits.max()) + 1

    @property
    def _pairs(self) -> list[tuple[int, int]]:
        return [(i, j) for i in range(self._size) for j in range(i + 1)]

    def _as_effects(self) -> RandomEffects:
        columns = np.eye(self._size)[self.visits]
        return RandomEffects(self.groups, columns)

    def start(self, variance: float) -> Numbers:
        """Free numbers to begin with: independent visits."""
        return np.array([np.sqrt(variance) if i == j else 0.0 for i, j in self._pairs])

    def natural(self, free: Numbers) -> Numbers:
        """Variances and covariances of visits."""
        return self._as_effects().natural(free)

    def bend(self, free: Numbers) -> Numbers:
        """Slopes of `natural`."""
        return self._as_effects().bend(free)

    def pieces(self, rows: Whole, natural: Numbers) -> tuple[Numbers, list[Numbers]]:
        """The covariance of these rows, and its slopes."""
        return self._as_effects().pieces(rows, natural)

    def signature(self, rows: Whole) -> bytes:
        """The same for rows that vary together in the same way."""
        return self.visits[rows].tobytes() + _together(self.groups, rows).tobytes()


Part = RandomEffects | Independent | SerialCorrelation | Unstructured


def split(parts: Sequence[Part], numbers: Numbers, variance: float = 1.0) -> list[Numbers]:
    """The numbers of all parts, one part's after the other, apart again."""
    sizes = np.cumsum([part.start(variance).size for part in parts])[:-1]
    return np.split(numbers, sizes)


def _together(groups: Whole, rows: Whole) -> NDArray[np.bool_]:
    """Which of these rows share a group."""
    same: NDArray[np.bool_] = groups[rows][:, None] == groups[rows]
    return same
