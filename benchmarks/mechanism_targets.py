"""What people's levels and scans were, as published: the targets of `fit_mechanism.py`.

Ids are rows of `docs/facts.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mechanism_curves import Summary

__all__ = ["HELD_AGAINST_OWN_FIRST", "LEVELS", "SCANNED", "SCAN_H", "SCAN_SD", "LevelTarget"]


class LevelTarget(NamedTuple):
    """A published level, what of a 1 mg summary it is, and how near (log) the fit should come."""

    what: str
    source: str
    wanted: float
    of: Callable[[Summary], float]
    weight_sd: float
    within_percent: float


LEVELS = (
    LevelTarget(
        "naltrexone Cmax, 2.4 mg solution, ng/mL", "PK55", 0.584, lambda s: 2.4 * s.peak, 0.03, 10
    ),
    LevelTarget(
        "naltrexone AUC, 2.4 mg solution, ng h/mL", "PK56", 1.954, lambda s: 2.4 * s.area, 0.03, 10
    ),
    LevelTarget(
        "naltrexone Cmax, 50 mg tablet, ng/mL", "PK20", 13.3, lambda s: 50 * s.peak, 0.06, 20
    ),
    LevelTarget(
        "6beta-naltrexol Cmax, 50 mg tablet, ng/mL",
        "PK21",
        108.0,
        lambda s: 50 * s.metabolite_peak,
        0.05,
        20,
    ),
    LevelTarget("naltrexone Tmax, h", "PK22", 1.0, lambda s: s.peak_h, 0.1, 20),
    LevelTarget("6beta-naltrexol Tmax, h", "PK22", 1.0, lambda s: s.metabolite_peak_h, 0.1, 20),
    LevelTarget(
        "naltrexone half-life, terminal, h", "PK08, PK25", 4.0, lambda s: s.half_life_h, 0.03, 10
    ),
    LevelTarget(
        "6beta-naltrexol half-life, terminal, h",
        "PK09, PK25",
        12.5,
        lambda s: s.metabolite_half_life_h,
        0.02,
        4,
    ),
    LevelTarget(
        "6beta-naltrexol AUC of 24 h, ng h/mL per mg",
        "PK48",
        24.67,
        lambda s: s.metabolite_area_day,
        0.05,
        10,
    ),
)

# Single doses, scanned within 8 h (Rabiner 2011): id, mg, % of central mu occupied.
SCANNED = (
    ("PD03", 2.0, 27.0),
    ("PD04", 5.0, 43.0),
    ("PD05", 5.0, 46.0),
    ("PD06", 5.0, 58.0),
    ("PD07", 15.0, 61.0),
    ("PD08", 50.0, 92.0),
    ("PD09", 50.0, 98.0),
)
# After one dose of 50 mg (Lee 1988): id, hours, % of the same people's scan of the first hours.
HELD_AGAINST_OWN_FIRST = (
    ("PD30", 48.0, 91.0),
    ("PD31", 72.0, 80.0),
    ("PD32", 120.0, 46.0),
    ("PD33", 168.0, 30.0),
)
SCAN_H = 4.0  # assumption: the publication says only that it was within 8 h
SCAN_SD = 8.0  # assumption: points, each scan
