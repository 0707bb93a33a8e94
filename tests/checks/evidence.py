"""Pooling trials: metafor on published data sets, published numbers, integrals by scipy."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import pairwise, product
from typing import Any

import numpy as np
from checks.check import Chapter, Check, Kind, Numbers, Within
from evidence.metafor import FOUND, HERE, SETS, SIX, arms, effects, moderators, source_of, table
from numpy.typing import ArrayLike
from scipy import integrate, stats

from lowdose.evidence.effects import counts, means, paired, recover, single
from lowdose.evidence.effects.values import Counts, Means, Rates
from lowdose.evidence.pooling.bayes import pool_bayes
from lowdose.evidence.pooling.log_odds import pool_log_odds
from lowdose.evidence.pooling.pool import pool
from lowdose.evidence.pooling.priors import (
    HalfCauchy,
    HalfNormal,
    LogNormal,
    LogT,
    TauPrior,
)
from lowdose.evidence.pooling.profile import heterogeneity_interval
from lowdose.evidence.pooling.rare_events import pool_rare_events
from lowdose.evidence.pooling.regression import predicted, regress
from lowdose.evidence.pooling.risks import pool_share
from lowdose.evidence.pooling.sensitivity import cumulative, leave_one_out, subgroups
from lowdose.evidence.pooling.small_studies import egger
from lowdose.evidence.pooling.tables import Tabled, mantel_haenszel, mantel_haenszel_rates, peto
from lowdose.evidence.pooling.trim_and_fill import trim_and_fill
from lowdose.evidence.pooling.values import Model, Test
from lowdose.evidence.published import Recomputed, recompute_reviews

MADE_BY = FOUND["made_by"]
METAFOR = f"metafor {MADE_BY['metafor']} under {MADE_BY['R'].split(' Patched')[0]}"
SIX_FIGURES = Within(relative=SIX["rtol"], absolute=SIX["atol"])
FIVE_FIGURES = Within(relative=2e-5, absolute=1e-8)
DOSES = json.loads((HERE / "harms_doses.json").read_text(encoding="utf-8"))


def checks() -> Iterator[Check]:
    """From an effect of one trial to a pool, what it rests on, and published pools."""
    yield from _effects()
    yield from _pools()
    yield from _tables()
    yield from _rests_on()
    yield from _doses()
    yield from _bayes()
    yield from _published()


def _by_metafor(
    what: str,
    name: str,
    here: Callable[[], ArrayLike],
    there: ArrayLike,
    within: Within = SIX_FIGURES,
) -> Check:
    origin = f"{METAFOR}; data: {source_of(name)}"
    return Check(Chapter.EVIDENCE, f"{what}, {name}", here, there, origin, within, Kind.PROGRAM)


def _part(found: Any, *names: str) -> list[float]:
    return [float(getattr(found, name)) for name in names]


def _wanted(expected: dict[str, Any], *names: str) -> list[float]:
    return [float(expected[name]) for name in names]


# --- effects of one trial -------------------------------------------------------------------


def _stroke_units() -> tuple[Means, Means]:
    d = table("normand1999")
    return Means(d["m1i"], d["sd1i"], d["n1i"]), Means(d["m2i"], d["sd2i"], d["n2i"])


def _both(effect: Any) -> list[Numbers]:
    return [effect.value, effect.variance]


def _effects() -> Iterator[Check]:
    expected = FOUND["effects"]
    of_means: dict[str, Callable[[], Any]] = {
        "MD": lambda: means.mean_difference(*_stroke_units()),
        "MD_HO": lambda: means.mean_difference(*_stroke_units(), equal_variances=True),
        "SMD_LS": lambda: means.standardised_mean_difference(*_stroke_units(), variance="LS"),
        "SMD_LS2": lambda: means.standardised_mean_difference(*_stroke_units(), variance="LS2"),
        "SMD_UB": lambda: means.standardised_mean_difference(*_stroke_units(), variance="UB"),
        "ROM": lambda: means.ratio_of_means(*_stroke_units()),
        "VR": lambda: means.log_variability_ratio(*_stroke_units()),
        "MN": lambda: single.single_mean(_stroke_units()[0]),
    }
    for measure, ours in of_means.items():
        there = [expected[measure]["yi"], expected[measure]["vi"]]
        yield _by_metafor(
            f"effects and variances, {measure}", "normand1999", lambda f=ours: _both(f()), there
        )
    of_counts = {
        "RR": counts.log_risk_ratio,
        "OR": counts.log_odds_ratio,
        "RD": counts.risk_difference,
    }
    for measure, of in of_counts.items():
        for name, one in expected[measure].items():
            yield _by_metafor(
                f"effects and variances, {measure}",
                name,
                lambda f=of, n=name: _both(f(*arms(n))),
                [one["yi"], one["vi"]],
            )
    yield from _paired_and_single(expected)
    yield Check(
        Chapter.EVIDENCE,
        "mean and SD from a median of 4, a range of 1 to 10 and 30 people",
        lambda: _part(recover.from_median_and_range(1, 4, 10, 30), "mean", "sd"),
        (4.356748, 2.205578),
        "metaBLUE 1.0.0 for R, examples of Luo.mean and Wan.std",
        Within(relative=2e-7),
        Kind.PROGRAM,
    )


def _paired_and_single(expected: dict[str, Any]) -> Iterator[Check]:
    def two() -> tuple[Means, Means, Numbers]:
        a = {name: np.array(values) for name, values in expected["arms"].items()}
        people = a["ni"]
        return Means(a["m1i"], a["sd1i"], people), Means(a["m2i"], a["sd2i"], people), a["ri"]

    def shunts() -> Counts:
        return Counts(table("pritz1997")["xi"], table("pritz1997")["ni"])

    def rates() -> tuple[Rates, Rates]:
        d = table("hart1999")
        return Rates(d["x1i"], d["t1i"]), Rates(d["x2i"], d["t2i"])

    rows: dict[str, tuple[str, Callable[[], Any]]] = {
        "IRR": ("hart1999", lambda: counts.log_incidence_rate_ratio(*rates())),
        "PR": ("pritz1997", lambda: single.proportion(shunts())),
        "PLO": ("pritz1997", lambda: single.log_odds(shunts())),
        "PFT": ("pritz1997", lambda: single.freeman_tukey_proportion(shunts())),
        "MC": ("made up pairs", lambda: paired.paired_difference(*two())),
        "SMCC": (
            "made up pairs",
            lambda: paired.standardised_paired_difference(*two(), by="change"),
        ),
    }
    for measure, (name, ours) in rows.items():
        there = [expected[measure]["yi"], expected[measure]["vi"]]
        yield _by_metafor(
            f"effects and variances, {measure}", name, lambda f=ours: _both(f()), there
        )


# --- pooled effects -------------------------------------------------------------------------


def _pools() -> Iterator[Check]:
    """Every model and test on the BCG trials; REML with Hartung and Knapp's test on all sets."""
    usual = ("reml", "knha")
    every = list(product([one.value for one in Model], [one.value for one in Test]))
    rows = [("bcg", *case) for case in every]
    rows += [(name, *usual) for name in SETS if name != "bcg"]
    for name, model, test in rows:
        expected = FOUND["pools"][name][model][test]
        yield _by_metafor(
            f"pooled effect, its interval and tau2, {model}, {test}",
            name,
            partial(_pooled, name, model, test),
            _wanted(expected, "estimate", "low", "high", "tau2"),
        )
    for name in SETS:
        expected = FOUND["profile"][name]
        yield _by_metafor(
            "ends of the interval of tau2",
            name,
            lambda n=name: heterogeneity_interval(*effects(n)).tau2,
            (expected["low"][0], expected["high"][0]),
            Within(relative=1e-5, absolute=1e-9),
        )


def _pooled(name: str, model: str, test: str) -> list[float]:
    found = pool(*effects(name), model=model, test=test)
    return [found.estimate, *found.interval, found.tau2]


def _tabled(found: Tabled) -> list[float]:
    return [found.estimate, *found.interval, found.q]


def _tables() -> Iterator[Check]:
    wanted = ("estimate", "low", "high", "q")
    for name, measure in product(FOUND["peto"], ("OR", "RR", "RD")):
        yield _by_metafor(
            f"Mantel-Haenszel {measure}, its interval and Q",
            name,
            lambda n=name, m=measure: _tabled(mantel_haenszel(*arms(n), measure=m.lower())),
            _wanted(FOUND["mantel"][name][measure], *wanted),
            FIVE_FIGURES,
        )
    d = table("hart1999")
    yield _by_metafor(
        "Mantel-Haenszel rate ratio, its interval and Q",
        "hart1999",
        lambda: _tabled(
            mantel_haenszel_rates(Rates(d["x1i"], d["t1i"]), Rates(d["x2i"], d["t2i"]))
        ),
        _wanted(FOUND["mantel"]["hart1999"]["IRR"], *wanted),
        FIVE_FIGURES,
    )
    for name in FOUND["peto"]:
        yield _by_metafor(
            "Peto's odds ratio, its interval and Q",
            name,
            lambda n=name: _tabled(peto(*arms(n))),
            _wanted(FOUND["peto"][name], *wanted),
            FIVE_FIGURES,
        )
    for name in FOUND["rare_to_the_end"]:
        yield _by_metafor(
            "exact likelihood of counts: estimate, standard error, tau2",
            name,
            lambda n=name: _part(pool_rare_events(*arms(n)), "estimate", "se", "tau2"),
            _wanted(FOUND["rare_to_the_end"][name], "estimate", "se", "tau2"),
            FIVE_FIGURES,
        )
    for name, one in DOSES["shares"].items():
        yield _by_metafor(
            "share of people by likelihood: log odds, standard error, tau2",
            name,
            lambda n=name: _part(pool_log_odds(arms(n)[1]), "estimate", "se", "tau2"),
            _wanted(one, "estimate", "se", "tau2"),
            Within(relative=1e-3),
        )


# --- what a pool rests on -------------------------------------------------------------------


def _rests_on() -> Iterator[Check]:
    for name, one in FOUND["left_out"].items():
        yield _by_metafor(
            "pooled effects with each trial left out",
            name,
            lambda n=name: leave_one_out(*effects(n)).estimate,
            one["estimate"],
        )
    for name, one in FOUND["growing"].items():
        yield _by_metafor(
            "pooled effects as trials come in",
            name,
            lambda n=name: cumulative(*effects(n), test="z").estimate,
            one["estimate"],
        )
    grouped = FOUND["grouped"]["bcg"]
    yield _by_metafor(
        "difference between subgroups: Q and p",
        "bcg",
        lambda: _part(subgroups(*effects("bcg"), table("bcg")["alloc"].tolist()), "q_between", "p"),
        (grouped["q"], grouped["p"]),
    )
    yield from _regressions()
    for name in SETS:
        lopsided = FOUND["lopsided"][name]["lm"]
        yield _by_metafor(
            "Egger's test: statistic and p",
            name,
            lambda n=name: _part(egger(*effects(n), form="lm"), "statistic", "p"),
            _wanted(lopsided, "statistic", "p"),
            Within(relative=1e-5, absolute=1e-9),
        )
        filled = FOUND["filled"][name]["L0"]
        yield _by_metafor(
            "trim and fill: trials missing, and the estimate with them",
            name,
            partial(_filled, name),
            _wanted(filled, "missing", "estimate"),
        )


def _filled(name: str) -> tuple[float, float]:
    found = trim_and_fill(*effects(name), by="L0", model="dl", test="z")
    return found.missing, found.pooled.estimate


def _regressions() -> Iterator[Check]:
    for name, models in FOUND["regressions"].items():
        for model in ("common", "reml"):
            yield _by_metafor(
                f"coefficients of a regression, {model}",
                name,
                lambda n=name, m=model: [
                    one.estimate
                    for one in regress(*moderators(n), model=m, test="knha").coefficients
                ],
                models[model]["knha"]["coefficients"],
            )
    for test, one in FOUND["ahead"].items():
        yield _by_metafor(
            f"effect at a latitude of 30 degrees, its interval and a new trial's, {test}",
            "bcg",
            partial(_at_thirty_degrees, test),
            _wanted(one, "estimate", "low", "high", "prediction_low", "prediction_high"),
        )


def _at_thirty_degrees(test: str) -> list[float]:
    line = regress(*effects("bcg"), {"latitude": table("bcg")["ablat"]}, test=test)
    found = predicted(line, {"latitude": 30})
    return [found.estimate, *found.interval, *found.prediction]


def _doses() -> Iterator[Check]:
    def data() -> tuple[Numbers, Numbers, Numbers]:
        d = table("bangertdrowns2004")
        known = d["length"] > 0
        return d["yi"][known], d["vi"][known], d["length"][known]

    def through() -> list[float]:
        y, v, d = data()
        found = regress(y, v, {"weeks": d}, through_zero=True, test="z")
        return [found.coefficients[0].estimate, found.coefficients[0].se, found.tau2]

    def slopes() -> list[float]:
        y, v, d = data()
        return _part(pool(y / d, v / d**2, test="z"), "estimate", "se", "tau2")

    for what, key, ours in (
        ("slope through zero dose, standard error, tau2", "through", through),
        ("slopes that differ between trials: estimate, standard error, tau2", "slopes", slopes),
    ):
        yield _by_metafor(
            what,
            "bangertdrowns2004",
            ours,
            _wanted(DOSES["doses"][key], "estimate", "se", "tau2"),
            FIVE_FIGURES,
        )


# --- Bayes ----------------------------------------------------------------------------------

Density = Callable[[float], float]
PRIORS: dict[str, tuple[TauPrior, Density]] = {
    "half-normal": (HalfNormal(0.5), lambda tau: stats.halfnorm.pdf(tau, scale=0.5)),
    "half-Cauchy": (HalfCauchy(0.3), lambda tau: stats.halfcauchy.pdf(tau, scale=0.3)),
    "log-normal": (
        LogNormal(-2.56, 1.74),
        lambda tau: stats.norm.pdf(2 * np.log(tau), -2.56, 1.74) * 2 / tau,
    ),
    "log-t": (
        LogT(-3.44, 2.59),
        lambda tau: stats.t.pdf(2 * np.log(tau), 5, -3.44, 2.59) * 2 / tau,
    ),
}
ENDS = (0.025, 0.5, 0.975)


def _trials(name: str) -> tuple[Numbers, Numbers]:
    if name == "two made up":
        return np.array([-0.8, -0.1]), np.array([0.05, 0.09])
    if name == "three made up":
        return np.array([-0.6, -0.5, 0.3]), np.array([0.1, 0.02, 0.2])
    return effects(name)


def _bayes() -> Iterator[Check]:
    """How much of the posterior lies below our ends and middle, by other means."""
    for kind, name in product(PRIORS, ("two made up", "three made up", "bcg", "li2007")):
        for of, within in (("mean", 2e-6), ("tau", 2e-5)):
            yield Check(
                Chapter.EVIDENCE,
                f"share of the posterior of {of} below its interval's ends and middle"
                f"{', and below 0' if of == 'mean' else ''}, "
                f"{kind}, {name}",
                partial(_below_by_us, kind, name, of),
                partial(_below_by_quad, kind, name, of),
                "scipy.integrate.quad over tau",
                Within(absolute=within),
                Kind.PROGRAM,
            )
    for events, people in ((3, 31), (1, 400), (30, 31), (31, 31)):
        yield Check(
            Chapter.EVIDENCE,
            f"share from {events} of {people}, with its interval",
            lambda e=events, p=people: pool_share(Counts([e], [p])).share,
            stats.beta(events + 0.5, people - events + 0.5).ppf((0.5, 0.025, 0.975)),
            "quantiles of Beta(x + 1/2, n - x + 1/2), Jeffreys, by scipy",
            Within(relative=0.01, absolute=2e-4),
            Kind.FORMULA,
        )


@cache
def _by_quad(kind: str, name: str) -> tuple[Callable[[float], float], Callable[[float], float]]:
    return by_quad(*_trials(name), PRIORS[kind][1])


def _below_by_us(kind: str, name: str, of: str) -> tuple[float, ...]:
    if of == "tau":
        return ENDS
    return (*ENDS, pool_bayes(*_trials(name), prior=PRIORS[kind][0]).below_zero)


def _below_by_quad(kind: str, name: str, of: str) -> list[float]:
    found = pool_bayes(*_trials(name), prior=PRIORS[kind][0])
    of_mean, of_tau = _by_quad(kind, name)
    if of == "mean":
        ends = found.interval
        return [of_mean(at) for at in (ends.low, found.estimate, ends.high, 0.0)]
    spread = found.tau_interval
    return [of_tau(at) for at in (spread.low, found.tau, spread.high)]


def by_quad(
    value: Numbers, variance: Numbers, prior: Density
) -> tuple[Density, Callable[[float], float]]:
    """Posterior distribution functions of the mean effect and of tau."""

    def parts(tau: float) -> tuple[float, float, float]:
        weight = 1 / (variance + tau**2)
        mean = float(weight @ value / weight.sum())
        log_like = 0.5 * (np.log(weight).sum() - np.log(weight.sum()))
        log_like -= 0.5 * float(weight @ (value - mean) ** 2)
        return float(np.exp(log_like - top) * prior(tau)), mean, float(weight.sum() ** -0.5)

    top = 0.0
    top = max(np.log(parts(tau)[0] + 1e-300) for tau in np.geomspace(1e-4, 10, 60))

    def over_tau(inner: Callable[[float, float], float], end: float = np.inf) -> float:
        """On the logarithm of tau, in pieces."""

        def density(log_tau: float) -> float:
            tau = float(np.exp(log_tau))
            height, mean, se = parts(tau)
            return height * tau * inner(mean, se)

        last = min(float(np.log(end)), 30.0)
        edges = np.append(np.append([-200.0, -60.0, -30.0], np.arange(-15.0, last, 1.0)), last)
        return sum(
            integrate.quad(density, *ends, epsabs=1e-12, epsrel=1e-9, limit=100)[0]
            for ends in pairwise(edges)
        )

    whole = over_tau(lambda mean, se: 1.0)
    return (
        lambda at: over_tau(lambda mean, se: float(stats.norm.cdf((at - mean) / se))) / whole,
        lambda at: over_tau(lambda mean, se: 1.0, end=at) / whole,
    )


# --- published ------------------------------------------------------------------------------


@cache
def _reviews() -> dict[str, Recomputed]:
    return {one.estimate.id: one for one in recompute_reviews()}


def _published() -> Iterator[Check]:
    """The published numbers stand in the evidence itself; a constant would say them twice."""
    named = [f"parker2018-m0{number}" for number in (2, 3, 4, 5)]
    for name in named:
        yield _pool_of_review(name, math.exp, 0.012)
    for name in ("hegde2025-m02", "naltrexone_fm_women_bibliomed-m01"):
        yield _pool_of_review(name, float, 0.02)
    yield Check(
        Chapter.EVIDENCE,
        "infections of treated catheters by exact likelihood: log odds ratio, standard error, tau",
        _catheters,
        (-1.353, 0.351, 0.83),
        "Stijnen 2010, doi:10.1002/sim.4040, table III, as metafor's tests quote it",
        Within(absolute=0.005),
        Kind.PUBLISHED,
    )


def _pool_of_review(name: str, scale: Callable[[float], float], within: float) -> Check:
    def ours() -> list[float]:
        found = _reviews()[name].ours
        assert found is not None
        return [scale(each) for each in (found.estimate, *found.interval)]

    def theirs() -> Sequence[float]:
        printed = _reviews()[name].estimate
        assert printed.effect is not None and printed.ci is not None
        return (printed.effect, *printed.ci)

    return Check(
        Chapter.EVIDENCE,
        f"published pool {name}, with its interval",
        ours,
        theirs,
        "the review, as printed (evidence-data.md)",
        Within(absolute=within),
        Kind.PUBLISHED,
    )


def _catheters() -> list[float]:
    found = pool_rare_events(*arms("nielweise2007"))
    return [found.estimate, found.se, found.tau2**0.5]
