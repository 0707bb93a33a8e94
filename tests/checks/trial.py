"""Analyses, power and lists of trials: R on public data, published analyses, closed forms."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from checks.check import Chapter, Check, Kind, Numbers, Within
from numpy.typing import ArrayLike
from trial.crossovers import crossover_of
from trial.made_designs import crossover as crossover_design
from trial.made_designs import parallel
from trial.mixed_models import MODELS, by_line, dyestuff2, line, ovary, sleep_edge
from trial.randomise.lists_to_draw import crossover as crossover_to_draw
from trial.references import HERE, antidepressant, data, rows, source_of

from lowdose.trial.analyse.ancova import ancova
from lowdose.trial.analyse.change import change_score, paired_difference
from lowdose.trial.analyse.crossover import carried_over, carry_over_test, crossover, two_period
from lowdose.trial.analyse.daily import fit_daily
from lowdose.trial.analyse.equivalence import equivalence_power
from lowdose.trial.analyse.isotonic import isotonic
from lowdose.trial.analyse.linear_mixed.fit import Fit
from lowdose.trial.analyse.linear_mixed.infer import kenward_roger, satterthwaite
from lowdose.trial.analyse.mmrm import fit_visits
from lowdose.trial.analyse.responders import (
    mcnemar,
    miettinen_nurminen,
    newcombe,
    odds_ratio,
    paired_newcombe,
    risk_ratio,
)
from lowdose.trial.analyse.rubin import rubin
from lowdose.trial.analyse.up_and_down import Estimator, counts_of, estimates_of
from lowdose.trial.analyse.values import Estimate, Estimates
from lowdose.trial.design.values import Design, Looks, Period, UpAndDown
from lowdose.trial.operate.closed_form import (
    people_for,
    power_ancova,
    power_paired,
    power_two_groups,
    power_two_proportions,
)
from lowdose.trial.operate.sequential import boundaries, crossing, inflation
from lowdose.trial.randomise.chance import words
from lowdose.trial.randomise.draw import draw_list
from lowdose.trial.run.up_and_down import Courses, courses_of
from lowdose.trial.run.values import TrialData

R = "R 4.2.2"
EXACT = Within()


def checks() -> Iterator[Check]:
    """From one crossover to sealed lists."""
    yield from _classic()
    yield from _mixed()
    yield from _visits()
    yield from _responders()
    yield from _imputed()
    yield from _power()
    yield from _looks()
    yield from _up_and_down()
    yield from _lists()


def _by_r(
    what: str,
    here: Callable[[], ArrayLike],
    there: ArrayLike | Callable[[], ArrayLike],
    package: str,
    within: Within,
    *,
    slow: bool = False,
) -> Check:
    origin = f"{package}, {R}"
    return Check(Chapter.TRIAL, what, here, there, origin, within, Kind.PROGRAM, slow=slow)


def _published(
    what: str,
    here: Callable[[], ArrayLike],
    there: ArrayLike | Callable[[], ArrayLike],
    origin: str,
    within: Within,
) -> Check:
    return Check(Chapter.TRIAL, what, here, there, origin, within, Kind.PUBLISHED)


# --- classical analyses of published crossovers ------------------------------------------------


def _classic() -> Iterator[Check]:
    for row in rows("classic"):
        name, analysis, term = row["set"], row["analysis"], row["term"]
        package = "lmerTest" if analysis == "mixed" else "lm or t.test"
        yield _by_r(
            f"{name}, {analysis} {term}".strip() + ": estimate, standard error, df",
            partial(_analysed, name, analysis, term),
            [float(row[key]) for key in ("estimate", "se", "df")],
            f"{package}; data: {source_of(name)}",
            Within(relative=1e-6 if analysis == "mixed" else 1e-8, absolute=1e-10),
        )
    yield _published(
        "cushny1905: t of the hours of sleep gained",
        lambda: round(float(_sleep().statistic), 4),
        4.0621,
        "Student 1908, doi:10.1093/biomet/6.1.1, who had the other drug first",
        EXACT,
    )
    yield _published(
        "cochran1957: F of the machines, its df, p and error mean square",
        _machines,
        (15.22, 8, 0.0045, 21.025),
        "SAS, PROC GLM: J. Connett, course 5421, University of Minnesota",
        Within(absolute=5e-5),
    )


def _sleep() -> Estimate:
    hours = data("cushny1905")
    return paired_difference(hours["first"][None], hours["second"][None])[0]


def _machines() -> list[float]:
    one = crossover_of("cochran1957")
    found = crossover(one.outcome, one.given)[0][0]
    return [round(found.statistic**2, 2), found.df, round(found.p, 4), 5 * found.se**2]


def _analysed(name: str, analysis: str, term: str) -> list[float]:
    found = _estimates(name, analysis, term)
    return [float(found.estimate[0]), float(found.se[0]), float(found.df[0])]


def _estimates(name: str, analysis: str, term: str) -> Estimates:
    if analysis == "paired":
        hours = data(name)
        return paired_difference(hours["first"][None], hours["second"][None])
    one = crossover_of(name)
    compared = len(one.labels) - 1
    place = one.labels[1:].index(term) if term else 0
    if analysis in {"crossover", "mixed"}:
        return crossover(one.outcome, one.given, compared=compared)[place]
    if analysis == "carry-over":
        return crossover(one.outcome, one.given, previous=one.before, compared=compared)[place]
    if analysis == "carried":
        return carried_over(one.outcome, one.given, one.before, compared=compared)[place]
    first = one.outcome[..., 0]
    if analysis.startswith("first period"):
        # R was asked for the people with both periods.
        drug = np.where(np.isfinite(one.outcome).all(axis=2), one.drug_first, np.nan)
        return change_score(np.zeros_like(first), first, drug, welch=analysis.endswith("Welch"))
    if analysis == "two periods":
        return two_period(one.outcome, one.drug_first)
    if analysis == "totals":
        return carry_over_test(one.outcome, one.drug_first)
    of_baseline = {"ancova": ancova, "change": change_score}[analysis]
    return of_baseline(one.baseline, first, one.drug_first)


# --- mixed models -------------------------------------------------------------------------------


@cache
def _fit(name: str) -> Fit:
    makers = {**MODELS, "dyestuff2": dyestuff2, "sleep_edge": sleep_edge, "ovary": ovary}
    return makers[name]()


def _terms(name: str, place: int) -> list[float]:
    fit = _fit(name)
    one = np.eye(fit.sums.coefficients.size)[place]
    plain, adjusted = satterthwaite(fit, one), kenward_roger(fit, one)
    return [plain.estimate, plain.se, plain.df, adjusted.se, adjusted.df]


def _mixed() -> Iterator[Check]:
    for table, kept in (("mixed", tuple(MODELS)), ("mixed_more", ("dyestuff2", "sleep_edge"))):
        for name in kept:
            for place, row in enumerate(one for one in rows(table) if one["model"] == name):
                yield _by_r(
                    f"mixed model of {name}, {row['term']}: estimate, standard error, df, and both "
                    "by Kenward and Roger",
                    partial(_terms, name, place),
                    [float(row[key]) for key in ("estimate", "se", "df", "kr_se", "kr_df")],
                    "lme4, lmerTest, pbkrtest",
                    Within(relative=1e-4),
                )
    for place, row in enumerate(rows("ovary_ar1")):
        yield _by_r(
            f"serial correlation, ovary, coefficient {place + 1}: estimate, standard error",
            lambda place=place: _terms("ovary", place)[:2],
            (float(row["estimate"]), float(row["se"])),
            "nlme",
            Within(relative=1e-4),
        )
    yield _published(
        "sleep study: slope, its standard error, REML criterion",
        lambda: [*_terms("sleepstudy", 1)[:2], _fit("sleepstudy").deviance],
        (10.467286, 1.54579, 1743.628),
        "Bates 2015, doi:10.18637/jss.v067.i01",
        Within(absolute=5e-4),
    )
    yield _published(
        "imipramine: intercept and trend with their errors, -2 log likelihood",
        _imipramine,
        (23.58, -2.38, 0.55, 0.21, 2219.04),
        "Hedeker and Gibbons 2006, chapter 4, doi:10.1002/0470036486",
        Within(absolute=0.005001),
    )


def _imipramine() -> list[float]:
    d = data("reisby1977")
    fit = by_line(d["hamd"], line(d["week"]), d["patient"], restricted=False)
    errors = np.sqrt(np.diagonal(fit.sums.covariance))
    return [*fit.sums.coefficients, *errors, fit.deviance]


@cache
def _visit_fit() -> Fit:
    baseline, change, drug, _ = antidepressant()
    return fit_visits(baseline, change, drug)


def _visits() -> Iterator[Check]:
    for place, row in enumerate(rows("mmrm")):
        yield _by_r(
            f"antidepressant trial, week {row['week']} by MMRM: estimate, standard error",
            lambda place=place: _visit(place),
            (float(row["estimate"]), float(row["se"])),
            "nlme, gls with corSymm and varIdent",
            Within(relative=1e-5, absolute=1e-6),
        )
    for row in rows("ancova"):
        strata = row["strata"] == "1"
        yield _by_r(
            "antidepressant trial, week 8 by analysis of covariance"
            + (" with investigators" if strata else "")
            + ": estimate, standard error, df",
            partial(_last_visit, strata),
            [float(row[key]) for key in ("estimate", "se", "df")],
            "lm",
            Within(relative=1e-9),
        )
    for name, design, people in (
        ("parallel", replace(parallel(12), periods=(Period("treatment", 28),)), 12),
        (
            "crossover",
            replace(crossover_design(10), periods=(Period("first", 21), Period("second", 21))),
            10,
        ),
    ):
        package, expected = daily_by_r()[name]
        yield _by_r(
            f"daily ratings, {name}: estimate, standard error, -2 log restricted likelihood",
            partial(_daily, name, design, people),
            expected,
            package,
            Within(relative=1e-5, absolute=1e-5),
            slow=True,
        )


def _visit(place: int) -> tuple[float, float]:
    found = satterthwaite(_visit_fit(), np.eye(_visit_fit().sums.coefficients.size)[place])
    return found.estimate, found.se


def _last_visit(strata: bool) -> list[float]:
    baseline, change, drug, site = antidepressant()
    one = ancova(
        baseline[None], change[None, :, -1], drug[None], strata=site[None] if strata else None
    )[0]
    return [one.estimate, one.se, one.df]


def daily_by_r() -> dict[str, tuple[str, tuple[float, float, float]]]:
    """Package; estimate, standard error and -2 log restricted likelihood, as R printed them."""
    lines = (HERE / "reference" / "daily.txt").read_text(encoding="utf-8").splitlines()
    found = [line.split() for line in lines if line.split()[1:2] in (["nlme"], ["glmmTMB"])]
    return {name: (package, (float(a), float(b), float(c))) for name, package, a, b, c in found}


def daily_data(name: str, design: Design, people: int) -> TrialData:
    """The stored ratings as a trial; person 0, 2, ... got the drug second or not at all."""
    table = np.loadtxt(HERE / "reference" / f"daily_{name}.csv", delimiter=",", skiprows=1)
    rating = np.full((1, people, design.days), np.nan)
    rating[0, table[:, 0].astype(int), table[:, 1].astype(int) - 1] = table[:, 4]
    drug_first = np.array([table[(table[:, 0] == one), 3][0] for one in range(people)]) == 1
    blank = np.zeros((1, people))
    return TrialData(
        design=design,
        sequence=np.where(drug_first, 0, 1)[None],
        rating=rating,
        taken_mg=np.zeros_like(rating),
        days_in=np.full((1, people), design.days),
        left=blank.astype(int),
        guess=np.zeros((1, people, len(design.periods))),
    )


def _daily(name: str, design: Design, people: int) -> list[float]:
    found: dict[str, Any] = fit_daily(daily_data(name, design, people))
    return [found["estimate"][0, 0], found["se"][0, 0], found["deviance"][0]]


# --- responders ---------------------------------------------------------------------------------

# Newcombe 1998, table II: hits and people of both groups, his hybrid interval, and the score's, as
# paper 127 of the Western Users of SAS Software 2016 has them; DescTools for R holds itself to the
# same.
NEWCOMBE = (
    ((56, 70), (48, 80), (0.0524, 0.3339), (0.0528, 0.3382)),
    ((9, 10), (3, 10), (0.1705, 0.8090), (0.1700, 0.8406)),
    ((10, 10), (0, 20), (0.6791, 1.0), (0.7156, 1.0)),
    ((84, 101), (89, 105), (-0.1177, 0.0851), (-0.1191, 0.0860)),
)
FOUR_DECIMALS = Within(absolute=6e-5)


def _responders() -> Iterator[Check]:
    for drug, reference, hybrid, score in NEWCOMBE:
        said = f"{drug[0]} of {drug[1]} against {reference[0]} of {reference[1]}"
        for method, ends, interval in (("hybrid", hybrid, newcombe), ("score", score, None)):
            of = interval or miettinen_nurminen
            yield _published(
                f"{said}: {method} interval of the difference",
                lambda of=of, a=drug, b=reference: of(a, b),
                ends,
                "Newcombe 1998, Statistics in Medicine 17:873, table II",
                FOUR_DECIMALS,
            )
    book = "Fagerland, Lydersen and Laake 2017, by contingencytables for R"
    yield _published(
        "0 of 16 against 15 of 72: score interval",
        lambda: miettinen_nurminen((0, 16), (15, 72)),
        (-0.3164, -0.0056),
        book,
        FOUR_DECIMALS,
    )
    yield _published(
        "pairs 59, 6, 16, 80: paired interval",
        lambda: paired_newcombe(59, 6, 16, 80),
        (-0.1186, -0.0046),
        book,
        FOUR_DECIMALS,
    )
    for row in rows("responders"):
        yield _by_r(
            f"table {row['table']}: log risk ratio and log odds ratio with errors, exact McNemar p",
            partial(_tabled, *(int(row[name]) for name in "abcd")),
            [float(row[k]) for k in ("ratio_log", "ratio_se", "odds_log", "odds_se", "exact")],
            "base",
            Within(relative=1e-5),
        )


def _tabled(a: int, b: int, c: int, d: int) -> list[float]:
    responded = np.repeat([1.0, 0, 1, 0], (a, b, c, d))[None]
    drug = np.repeat([1.0, 1, 0, 0], (a, b, c, d))[None]
    ratio, odds = risk_ratio(responded, drug)[0], odds_ratio(responded, drug)[0]
    first, second = (
        np.repeat(each, (a, b, c, d))[None] for each in ([1.0, 1, 0, 0], [1.0, 0, 1, 0])
    )
    exact = mcnemar(first, second, mid=False)[0]
    return [ratio.estimate, ratio.se, odds.estimate, odds.se, float(exact)]


def _imputed() -> Iterator[Check]:
    keys = ("estimate", "within", "between", "total", "df", "missing")
    for row in rows("rubin"):
        yield _by_r(
            f"five imputations pooled, {row['complete']} degrees of freedom: estimate, variances, "
            "df, share missing",
            partial(_pooled_imputations, float(row["complete"])),
            [float(row[key]) for key in keys],
            "mice 3.15.0",
            Within(relative=1e-9),
        )


def _pooled_imputations(df: float) -> list[float]:
    found = rubin(
        Estimates(
            "",
            np.array([-1.31, -0.92, -1.77, -1.2, -1.05]),
            np.array([0.62, 0.58, 0.71, 0.6, 0.66]),
            np.full(5, df),
        )
    )
    one = found.estimate
    return [one.estimate, found.within, found.between, one.se**2, one.df, found.missing]


# --- power and looks ----------------------------------------------------------------------------


def _power_by_us(row: dict[str, str]) -> float:
    effect, spread, first = (float(row[key]) for key in ("effect", "spread", "first"))
    if row["what"].startswith("equivalence"):
        design = "parallel" if "parallel" in row["what"] else "crossover"
        return equivalence_power(spread, int(first), ratio=effect, design=design)
    if row["what"] == "paired":
        return power_paired(effect, spread, int(first))
    people = int(first), int(row["second"])
    if row["what"] == "two groups":
        return power_two_groups(effect, spread, *people)
    if row["what"] == "ancova":
        return power_ancova(effect, 1.0, spread, *people)
    return power_two_proportions(effect, spread, *people)


def _power() -> Iterator[Check]:
    for what in dict.fromkeys(row["what"] for row in rows("closed_form")):
        cases = [row for row in rows("closed_form") if row["what"] == what]
        yield _by_r(
            f"power, {what}, {len(cases)} cases",
            lambda cases=cases: [_power_by_us(row) for row in cases],
            [float(row["value"]) for row in cases],
            "power.t.test, pwr, integrate",
            Within(relative=1e-7, absolute=1e-9),
        )
    yield _published(
        "people in all for d 0.5 and power 80 %, two groups",
        lambda: people_for(lambda n: power_two_groups(0.5, 1.0, n // 2, n // 2), power=0.8),
        128,
        "Cohen 1988, Statistical Power Analysis, table 2.4.1: 64 a group",
        EXACT,
    )
    yield Check(
        Chapter.TRIAL,
        "equivalence at a coefficient of variation of 30 %: power of 40 people, people for 80 %",
        lambda: (
            equivalence_power(0.3, 40),
            people_for(lambda people: equivalence_power(0.3, people), power=0.8),
        ),
        (0.8158453, 40),
        "PowerTOST for R, examples of exppower.TOST and sampleN.TOST",
        Within(absolute=5e-8),
        Kind.PROGRAM,
    )


UNEQUAL = (0.3, 0.55, 0.8, 1.0)
DRIFT = 2.8


def equal(count: int) -> tuple[float, ...]:
    """Looks at equal shares."""
    return tuple((look + 1) / count for look in range(count))


def looks_of(study: str) -> Looks:
    """The looks that a row of the stored table is about."""
    name, _, last = study.rpartition("-")
    if last.isdigit():
        return Looks(equal(int(last)), name)
    return Looks(UNEQUAL, name if last == "unequal" else study)


def looks_by_r(study: str, what: str) -> list[float]:
    """What rpact says of a study."""
    return [
        float(row["value"])
        for row in rows("sequential")
        if (row["name"], row["what"]) == (study, what)
    ]


# Looks, and the last boundary, with a fourth decimal.
TEXTBOOK = {
    "pocock": ("table 2.1", (2.1783, 2.2895, 2.3613, 2.4132)),
    "obrien-fleming": ("table 2.3", (1.9774, 2.0040, 2.0243, 2.0401)),
}


def _looks() -> Iterator[Check]:
    for study in dict.fromkeys(row["name"] for row in rows("sequential")):
        yield _by_r(
            f"looks {study}: boundaries",
            lambda s=study: boundaries(looks_of(s)),
            looks_by_r(study, "limit"),
            "rpact 3.3.4",
            Within(absolute=2e-7),
        )
        yield _by_r(
            f"looks {study}: power and share of people expected at drift 2.8, inflation",
            partial(_crossed, study),
            [looks_by_r(study, what)[0] for what in ("power", "expected", "inflation")],
            "rpact 3.3.4",
            Within(absolute=1e-6),
        )
    for rule, (table, constants) in TEXTBOOK.items():
        yield _published(
            f"last boundary of 2 to 5 looks, {rule}",
            lambda rule=rule: [boundaries(Looks(equal(n), rule))[-1] for n in range(2, 6)],
            constants,
            f"Jennison and Turnbull 2000, {table}",
            Within(absolute=5.001e-5),
        )


def _crossed(study: str) -> list[float]:
    looks = looks_of(study)
    found = crossing(boundaries(looks), looks.fractions, DRIFT)
    return [found.power, found.expected(looks.fractions), inflation(looks, power=0.8)]


# --- up and down --------------------------------------------------------------------------------

PERCENT = UpAndDown(tuple(step / 100 for step in range(5, 13)), 0.11)
DRUGS = ("ropivacaine", "levobupivacaine")


def benhamou(drug: int) -> Courses:
    """One arm of Benhamou et al. 2003; see reference/up_and_down.R."""
    table = data("benhamou2003")
    here = table["levobupivacaine"] == drug
    return courses_of(
        PERCENT, table["concentration"][here].tolist(), (table["effective"][here] == 1).tolist()
    )


def up_and_down_by_r(drug: int, what: str) -> list[float]:
    """What R makes of one arm."""
    return [
        float(row["value"])
        for row in rows("up_and_down")
        if (int(row["levobupivacaine"]), row["what"]) == (drug, what)
    ]


# Dose for half, %: Pace and Stylianou's estimator, and Oron's, as the vignette of cir prints them.
FOR_HALF = (
    (0, Estimator.ISOTONIC, 0.09287671),
    (1, Estimator.ISOTONIC, 0.06846154),
    (0, Estimator.CENTRED, 0.09383622),
    (1, Estimator.CENTRED, 0.06842105),
)


def _up_and_down() -> Iterator[Check]:
    for drug, estimator, published in FOR_HALF:
        yield _published(
            f"{DRUGS[drug]}: dose for half of people, {estimator.value}",
            lambda d=drug, e=estimator: estimates_of(benhamou(d), 0.5, e)[0],
            published,
            "vignette of cir for R (A. Oron); data: Benhamou 2003, "
            "doi:10.1097/00000542-200312000-00022",
            Within(absolute=5e-9),
        )
    for drug, name in enumerate(DRUGS):
        yield _by_r(
            f"{name}: isotonic shares of responders by dose",
            partial(_isotonic, drug),
            up_and_down_by_r(drug, "isotonic"),
            "isoreg",
            Within(absolute=1e-9),
        )
        yield _by_r(
            f"{name}: Dixon and Mood's doses for 50 and 95 %",
            lambda d=drug: [
                estimates_of(benhamou(d), target, Estimator.DIXON_MOOD)[0] for target in (0.5, 0.95)
            ],
            up_and_down_by_r(drug, "dixon-mood"),
            "their sums written out, doi:10.2307/2280071",
            Within(absolute=1e-9),
        )


def _isotonic(drug: int) -> Numbers:
    people, responses = counts_of(benhamou(drug))
    used = people[0] > 0
    found: Numbers = isotonic(responses / np.where(used, people, np.nan), people)[0][used]
    return found


# --- sealed lists -------------------------------------------------------------------------------

# printf 'example 0' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00...00  (32 bytes); then 1.
BY_OPENSSL = (
    "9dcb5f45dcfbb2e3b560e640cd6ac9675ed29c9c432bb64a66c809b205ad098f"
    "3cec87596803a95c7b11d84014ff236b3b7d0e479b94b1827402268035aa37ef"
)


def _lists() -> Iterator[Check]:
    yield Check(
        Chapter.TRIAL,
        "the first 64 bytes of chance from a secret of zeros",
        _first_bytes,
        list(bytes.fromhex(BY_OPENSSL)),
        "OpenSSL, HMAC with SHA-256",
        EXACT,
        Kind.PROGRAM,
    )
    yield _by_r(
        "sequences of 40 people in blocks of 4 and 6",
        lambda: [
            one.sequence
            for one in draw_list(crossover_to_draw(sizes=(4, 6)), bytes(range(32)), people=40)
        ],
        _list_from_r,
        "list.R, written from the documentation alone",
        EXACT,
    )


def _first_bytes() -> list[int]:
    drawn = words(bytes(32), "example")
    return list(b"".join(next(drawn).to_bytes(8, "big") for _ in range(8)))


def _list_from_r() -> list[int]:
    path = Path(__file__).parents[1] / "trial" / "randomise" / "list_from_r.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [int(row["sequence"]) for row in csv.DictReader(file)]
