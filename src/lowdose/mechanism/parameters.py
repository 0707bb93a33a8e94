"""Every number of the mechanism, a line each: typical value, unit, spread, where it comes from.

`people` is how much people differ, `unsure` how little is known about the typical value; both are
standard deviations of the natural logarithm. Ids such as PK56 are rows of `docs/facts.md`. Values
marked *fitted* come from `benchmarks/fit_mechanism.py`; *assumption* means that nobody measured it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lowdose.errors import Fault, InputError

__all__ = ["PARAMETERS", "Parameter", "Person", "check_person", "cite", "typical"]

_PET = "PD03 to PD09, PD15, PD30 to PD33 (fitted)"
_PLASMA = "PK55, PK56, PK20, PK08, PK22, PK47 (fitted)"
_METABOLITE = "PK21, PK22, PK25, PK48, PK72 (fitted)"


class Person(NamedTuple):
    """One person's parameters, or many people's: every entry a number or an array (people,)."""

    absorption_per_h: Any
    fraction_absorbed: Any
    first_pass_escape: Any
    clearance_l_per_h: Any
    volume_l: Any
    exchange_l_per_h: Any
    peripheral_volume_l: Any
    metabolite_clearance_l_per_h: Any
    metabolite_volume_l: Any
    metabolite_exchange_l_per_h: Any
    metabolite_peripheral_volume_l: Any
    biophase_half_life_h: Any
    central_ed50_mg: Any
    plasma_ec50_ng_ml: Any
    slow_on_per_h: Any
    slow_off_half_life_h: Any
    naltrexone_unbound: Any
    naltrexol_unbound: Any
    naltrexone_mu_ki_nm: Any
    naltrexol_mu_ki_nm: Any
    kappa_to_mu: Any
    delta_to_mu: Any
    release_rise: Any
    release_time_h: Any
    receptor_rise: Any
    receptor_time_h: Any
    tone_half: Any
    tlr4_ic50_um: Any
    growth_factor_ec50_ng_ml: Any
    relief_half_life_d: Any
    relief_size: Any


@dataclass(frozen=True)
class Parameter:
    """One line of the table; `low` and `high` are what a file or a person may set it to."""

    name: str
    typical: float
    unit: str
    people: float
    unsure: float
    low: float
    high: float
    about: str
    source: str


def _line(
    name: str,
    typical: float,
    unit: str,
    people: float,
    unsure: float,
    limits: tuple[float, float],
    about: str,
    source: str,
) -> Parameter:
    return Parameter(name, typical, unit, people, unsure, *limits, about, source)


_TABLE = (
    # Exposure
    _line("absorption_per_h", 0.72, "1/h", 0.3, 0.4, (0.01, 30), "absorption from the gut", "PK05"),
    _line(
        "fraction_absorbed", 0.96, "share", 0, 0.02, (0.01, 1), "share of a dose absorbed", "PK37"
    ),
    _line(
        "first_pass_escape",
        0.119,
        "share",
        0.39,
        0.4,
        (0.005, 1),
        "share that escapes the liver as naltrexone",
        _PLASMA,
    ),
    _line(
        "clearance_l_per_h", 140.0, "L/h", 0.25, 0.3, (5, 2000), "clearance of naltrexone", "PK28"
    ),
    _line("volume_l", 118.0, "L", 0.2, 0.3, (5, 2e4), "volume of naltrexone", _PLASMA),
    _line(
        "exchange_l_per_h",
        24.8,
        "L/h",
        0,
        0.4,
        (0.1, 5000),
        "exchange of naltrexone with tissue",
        _PLASMA,
    ),
    _line(
        "peripheral_volume_l",
        118.0,
        "L",
        0.3,
        0.4,
        (5, 2e4),
        "tissue volume of naltrexone",
        _PLASMA,
    ),
    _line(
        "metabolite_clearance_l_per_h",
        28.8,
        "L/h",
        0.3,
        0.4,
        (1, 500),
        "apparent clearance of 6beta-naltrexol",
        _METABOLITE,
    ),
    _line(
        "metabolite_volume_l",
        79.3,
        "L",
        0.3,
        0.3,
        (5, 2e4),
        "apparent volume of 6beta-naltrexol",
        _METABOLITE,
    ),
    _line(
        "metabolite_exchange_l_per_h",
        175.0,
        "L/h",
        0.3,
        0.4,
        (0.1, 5000),
        "exchange of 6beta-naltrexol with tissue",
        _METABOLITE,
    ),
    _line(
        "metabolite_peripheral_volume_l",
        386.0,
        "L",
        0.3,
        0.4,
        (5, 2e4),
        "tissue volume of 6beta-naltrexol",
        _METABOLITE,
    ),
    # Blockade
    _line("biophase_half_life_h", 33.4, "h", 0.2, 0.11, (1, 500), "receptor site half-life", _PET),
    _line("central_ed50_mg", 4.96, "mg", 0.2, 0.19, (0.05, 500), "dose that blocks half", _PET),
    _line(
        "plasma_ec50_ng_ml",
        0.371,
        "ng/mL",
        0.2,
        1.0,
        (1e-3, 1e3),
        "plasma level that blocks half",
        _PET,
    ),
    _line(
        "slow_on_per_h",
        0.182,
        "mL/(ng h)",
        0.2,
        0.5,
        (1e-4, 100),
        "binding under slow dissociation",
        _PET,
    ),
    _line(
        "slow_off_half_life_h",
        114.0,
        "h",
        0.2,
        0.2,
        (0.5, 2000),
        "half-life of slow dissociation",
        _PET,
    ),
    _line(
        "naltrexone_unbound",
        0.79,
        "share",
        0,
        0.05,
        (0.01, 1),
        "naltrexone not bound in plasma",
        "PK23",
    ),
    _line(
        "naltrexol_unbound",
        0.79,
        "share",
        0,
        0.1,
        (0.01, 1),
        "6beta-naltrexol not bound in plasma",
        "assumption: as naltrexone",
    ),
    _line(
        "naltrexone_mu_ki_nm",
        0.7,
        "nM",
        0,
        0.7,
        (1e-3, 1e3),
        "Ki of naltrexone at human mu",
        "AF12, AF19, AF21 (geometric middle)",
    ),
    _line(
        "naltrexol_mu_ki_nm",
        1.7,
        "nM",
        0,
        0.3,
        (1e-3, 1e3),
        "Ki of 6beta-naltrexol at human mu",
        "AF13, AF20 (geometric middle)",
    ),
    _line("kappa_to_mu", 2.0, "ratio", 0, 0.3, (0.05, 1e3), "times weaker at kappa", "AF12, AF14"),
    _line(
        "delta_to_mu",
        60.0,
        "ratio",
        0,
        0.7,
        (0.05, 1e5),
        "times weaker at delta",
        "PD15, PD16 (18.6/0.27), AF14 (79)",
    ),
    # Rebound
    _line(
        "release_rise",
        0.5,
        "share",
        0.4,
        1.0,
        (0, 10),
        "rise of release at full blockade",
        "assumption: 0 to 2; the highest claim is tripled",
    ),
    _line(
        "release_time_h",
        24.0,
        "h",
        0.3,
        1.0,
        (0.5, 2000),
        "time release takes",
        "assumption: hours to days",
    ),
    _line(
        "receptor_rise",
        0.75,
        "share",
        0.2,
        0.2,
        (0, 10),
        "rise of receptors at full blockade",
        "EO04, EO05, EO08 (rodents, high dose; none at the lowest dose, EO07)",
    ),
    _line(
        "receptor_time_h",
        120.0,
        "h",
        0.3,
        0.5,
        (5, 5000),
        "time receptors take",
        "assumption: days",
    ),
    # Drive, one for each hypothesis
    _line(
        "tone_half",
        0.3,
        "tone above 1",
        0.3,
        1.0,
        (1e-3, 100),
        "tone for half the drive",
        "assumption",
    ),
    _line("tlr4_ic50_um", 105.5, "uM", 0, 0.1, (1e-6, 1e6), "IC50 of naltrexone at TLR4", "AF23"),
    _line(
        "growth_factor_ec50_ng_ml",
        1.0,
        "ng/mL",
        0,
        3.0,
        (1e-6, 1e6),
        "EC50 of naltrexone at OGFr",
        "assumption: no constant published",
    ),
    # Relief
    _line(
        "relief_half_life_d",
        9.2,
        "d",
        0.3,
        0.57,
        (0.1, 365),
        "half-life of relief",
        "assumption: 3 to 28 days",
    ),
    _line(
        "relief_size",
        0.3,
        "share of baseline",
        0.4,
        0.7,
        (0, 1),
        "what full relief removes",
        "assumption",
    ),
)

PARAMETERS: Mapping[str, Parameter] = {one.name: one for one in _TABLE}


def typical() -> Person:
    """The typical person.

    >>> typical().biophase_half_life_h
    33.4
    """
    return Person(**{name: one.typical for name, one in PARAMETERS.items()})


def cite(names: Iterable[str] = PARAMETERS) -> list[str]:
    """Name, value, unit and source of the parameters that a simulation used.

    >>> cite(["tlr4_ic50_um"])
    ['tlr4_ic50_um = 105.5 uM: AF23']
    """
    chosen = (PARAMETERS[name] for name in names)
    return [f"{one.name} = {one.typical:g} {one.unit}: {one.source}" for one in chosen]


def check_person(person: Person) -> Person:
    """The person, if every parameter lies within its limits.

    Raises InputError naming every parameter that does not.

    >>> check_person(typical()) == typical()
    True
    """
    faults = [
        Fault(name, _first_outside(values, one), f"{one.low:g} to {one.high:g} {one.unit}")
        for (name, one), values in zip(PARAMETERS.items(), person, strict=True)
        if not _inside(values, one)
    ]
    if faults:
        raise InputError(faults, source="the parameters")
    return person


def _outside(values: Any, one: Parameter) -> np.ndarray:
    each = np.atleast_1d(np.asarray(values, dtype=np.float64))
    # A file in single precision may sit a rounding error outside.
    slack = 1e-6 * max(abs(one.low), abs(one.high), 1.0) if math.isfinite(one.high) else 0.0
    return each[~((each >= one.low - slack) & (each <= one.high + slack))]


def _inside(values: Any, one: Parameter) -> bool:
    return _outside(values, one).size == 0


def _first_outside(values: Any, one: Parameter) -> str:
    return f"{_outside(values, one)[0]:g}"
