"""How people differ, side effects, and what predictions rest on: publications and scipy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from checks.check import Chapter, Check, Kind, Numbers, Within
from scipy import stats

from lowdose.mechanism.parameters import PARAMETERS, Person
from lowdose.population.people import Covariates, draw
from lowdose.population.predict_trial import TrialPrediction
from lowdose.population.sensitivity import _indices, _units
from lowdose.population.side_effects import ANY, RATIOS, any_side_effect, expected_side_effects

FIVE_POINTS = Within(absolute=0.05)


def checks() -> Iterator[Check]:
    """People, side effects, Sobol's shares, scores of predictions."""
    yield from _people()
    yield from _side_effects()
    for what, place in (("first-order", 0), ("total", 1)):
        yield Check(
            Chapter.POPULATION,
            f"Sobol's {what} shares of Ishigami's function, 256 draws",
            lambda place=place: _sobol_by_us()[place],
            lambda place=place: _sobol_by_scipy()[place],
            "scipy.stats.sobol_indices, the same seed",
            Within(relative=1e-6, absolute=1e-9),
            Kind.PROGRAM,
        )
    worlds = np.array([-1.0, -0.2, 0.0])
    yield Check(
        Chapter.POPULATION,
        "log score of a reported -0.34 (0.31) under three worlds",
        lambda: TrialPrediction("made up", "plasma", 28, worlds).log_score(-0.34, 0.31),
        lambda: np.log(stats.norm.pdf(-0.34, worlds, 0.31).mean()),
        "log of the mean normal density, by scipy",
        Within(relative=1e-9),
        Kind.FORMULA,
    )


@cache
def _drawn() -> Person:
    return draw(3, 20_000)


def _variation(values: Numbers) -> float:
    return float(values.std() / values.mean())


def _people() -> Iterator[Check]:
    def parent() -> float:
        p = _drawn()
        return _variation(p.fraction_absorbed * p.first_pass_escape / p.clearance_l_per_h)

    def metabolite() -> float:
        return _variation(_drawn().fraction_absorbed / _drawn().metabolite_clearance_l_per_h)

    for what, ours, published, fact in (
        ("naltrexone", parent, 0.49, "PK47"),
        ("6beta-naltrexol", metabolite, 0.30, "PK48"),
    ):
        yield Check(
            Chapter.POPULATION,
            f"coefficient of variation of the AUC of {what}, 20,000 people",
            ours,
            published,
            f"Bertolotti 1997, J Hepatol 27:505 ({fact})",
            FIVE_POINTS if what == "naltrexone" else Within(absolute=0.10),
            Kind.PUBLISHED,
        )
    yield Check(
        Chapter.POPULATION,
        "share of naltrexone that passes the liver, decompensated cirrhosis over healthy",
        _cirrhosis,
        8.0,
        "Bertolotti 1997, J Hepatol 27:505 (PK47, PK50)",
        Within(relative=1e-6),
        Kind.PUBLISHED,
    )
    for name in ("clearance_l_per_h", "volume_l", "central_ed50_mg", "biophase_half_life_h"):
        one = PARAMETERS[name]
        yield Check(
            Chapter.POPULATION,
            f"mean and spread of people's log {name}",
            lambda n=name: (
                float(np.log(getattr(_drawn(), n)).mean()),
                float(np.log(getattr(_drawn(), n)).std()),
            ),
            (np.log(one.typical), one.people),
            "log-normal distribution; 20,000 people leave up to 0.01 to chance",
            Within(absolute=0.01),
            Kind.FORMULA,
        )


def _cirrhosis() -> float:
    """In those whose share has room to rise eightfold."""
    usual, ill = draw(3, 100), draw(3, 100, covariates=Covariates(liver="decompensated cirrhosis"))
    free = usual.first_pass_escape < 1 / 8
    return float(np.median(ill.first_pass_escape[free] / usual.first_pass_escape[free]))


def _side_effects() -> Iterator[Check]:
    for ratio in RATIOS:
        yield Check(
            Chapter.POPULATION,
            f"risk ratio of {ratio.event} at 4.5 mg, with its interval",
            lambda event=ratio.event: next(
                one.ratio for one in expected_side_effects([4.5]) if one.event == event
            ),
            (ratio.ratio, ratio.low, ratio.high),
            ratio.source,
            Within(relative=0.02),
            Kind.PUBLISHED,
        )
    for place, (what, (noted, people)) in enumerate((("LDN", ANY.drug), ("placebo", ANY.placebo))):
        beta = stats.beta(0.5 + noted, 0.5 + people - noted)
        yield Check(
            Chapter.POPULATION,
            f"people of 100 with any side effect on {what}, with its interval",
            lambda place=place: any_side_effect()[place],
            [100 * beta.ppf(end) for end in (0.5, 0.025, 0.975)],
            f"quantiles of Beta({noted} + 1/2, {people - noted} + 1/2), by scipy; {ANY.source}",
            Within(relative=1e-6),
            Kind.FORMULA,
        )


def _ishigami(units: Numbers) -> Numbers:
    x = np.pi * (2 * units - 1)
    found: Numbers = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    return found


def _sobol_by_us() -> tuple[Numbers, Numbers]:
    units = _units(3, 256, seed=7)
    first, total, _, _ = _indices(np.stack([_ishigami(each.T) for each in units]), seed=7)
    return first, total


def _sobol_by_scipy() -> tuple[Numbers, Numbers]:
    """scipy draws, mixes and evaluates by itself; only the function is given."""
    found = stats.sobol_indices(func=_ishigami, n=256, dists=[stats.uniform()] * 3, rng=7)
    return found.first_order, found.total_order
