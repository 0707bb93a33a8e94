"""Quantiles over people from counts in narrow bins: memory does not grow with people.

Counts are whole numbers, so they add up the same in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

import numpy as np
from numpy.typing import NDArray

__all__ = ["QUANTILES", "Counts", "edges_of"]

Numbers = NDArray[np.float64]
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_BINS = 4000


def edges_of(name: str) -> Numbers:
    """Bin edges of an output: even steps on its range, even ratios for concentrations."""
    if name.endswith("ng_ml"):
        return np.concatenate([[0.0], np.geomspace(1e-6, 1e5, _BINS)])
    high = {"symptom": 10.0, "relief": 1.0}.get(name, 1.0 if "blockade" in name else 8.0)
    return np.linspace(0.0, high, _BINS + 1)


class Counts:
    """How many people lie in each bin of each output at each time."""

    def __init__(self, names: tuple[str, ...], times: int) -> None:
        self._edges = {name: edges_of(name) for name in names}
        self._counts = {name: np.zeros((times, _BINS), dtype=np.int64) for name in names}
        self._lock = Lock()

    def add(self, values: Mapping[str, Numbers]) -> None:
        """Count people in; each output (times, people)."""
        for name in self._counts:
            found = self._binned(name, values[name])
            with self._lock:
                self._counts[name] += found

    def _binned(self, name: str, values: Numbers) -> NDArray[np.int64]:
        times = values.shape[0]
        place = self._place(name, values)
        flat = (place + _BINS * np.arange(times)[:, None]).ravel()
        found: NDArray[np.int64] = np.bincount(flat, minlength=times * _BINS)
        return found.reshape(times, _BINS)

    def _place(self, name: str, values: Numbers) -> NDArray[np.int64]:
        edges = self._edges[name]
        if name.endswith("ng_ml"):
            ratio = np.log(np.maximum(values, edges[1]) / edges[1])
            place = 1 + ratio / np.log(edges[2] / edges[1])
            place = np.where(values < edges[1], 0, place)
        else:
            place = values / edges[1]
        found: NDArray[np.int64] = np.clip(place, 0, _BINS - 1).astype(np.int64)
        return found

    def quantiles(self) -> dict[str, Numbers]:
        """Each output's `QUANTILES` over people, (5, times); within one bin of the exact ones."""
        return {
            name: np.stack([self._quantile(name, share) for share in QUANTILES])
            for name in self._counts
        }

    def _quantile(self, name: str, share: float) -> Numbers:
        counts, edges = self._counts[name], self._edges[name]
        below = np.cumsum(counts, axis=1)
        wanted = share * below[:, -1]
        place = (below < wanted[:, None]).sum(axis=1)
        at = np.arange(place.size)
        inside = counts[at, place]
        before = below[at, place] - inside
        part = np.where(inside > 0, (wanted - before) / np.maximum(inside, 1), 0.5)
        found: Numbers = edges[place] + part * (edges[place + 1] - edges[place])
        return found
