"""Fits the mechanism's typical values to what was measured in people, and shows target beside fit.

Levels first, blockade then: each account of it on its own. The package's own numbers are these,
rounded to three figures; where they are not, the last table says so.

    python benchmarks/fit_mechanism.py
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from measuring import table
from mechanism_curves import (
    STEP_H,
    blocked,
    levels,
    nightly,
    people_around,
    single,
    summaries,
    summary,
)
from mechanism_targets import HELD_AGAINST_OWN_FIRST, LEVELS, SCAN_H, SCAN_SD, SCANNED
from scipy.optimize import least_squares

from lowdose.mechanism.blockade import STRUCTURES, central_delta, central_kappa, peripheral_mu
from lowdose.mechanism.exposure import formulated
from lowdose.mechanism.parameters import PARAMETERS, Person, typical

# What the levels decide; absorption (PK05), clearance (PK28) and share absorbed (PK37) are given.
EXPOSURE = {
    "first_pass_escape": (0.01, 1.0),
    "volume_l": (20.0, 3000.0),
    "exchange_l_per_h": (1.0, 2000.0),
    "peripheral_volume_l": (20.0, 5000.0),
    "metabolite_clearance_l_per_h": (5.0, 200.0),
    "metabolite_volume_l": (20.0, 3000.0),
    "metabolite_exchange_l_per_h": (1.0, 2000.0),
    "metabolite_peripheral_volume_l": (20.0, 3000.0),
}
BLOCKADE: dict[str, tuple[str, ...]] = {
    "biophase": ("central_ed50_mg", "biophase_half_life_h"),
    "plasma": ("plasma_ec50_ng_ml",),
    "slow_dissociation": ("slow_on_per_h",),
}
PEOPLE, SEED = 20_000, 20261124
# Correlation between the four numbers of 6beta-naltrexol that gives its half-life's published CV.
SHARED = 0.8
VARIATIONS = (
    ("area_day", "CV of naltrexone AUC of 24 h, %", "PK47", "49 ± 5"),
    ("area", "CV of naltrexone AUC, %", "PK47", "49 ± 5"),
    ("metabolite_area_day", "CV of 6beta-naltrexol AUC of 24 h, %", "PK48", "30 ± 5"),
    ("metabolite_area", "CV of 6beta-naltrexol AUC, %", "PK48", "30 ± 5"),
    ("peak", "CV of naltrexone Cmax, %", "PK59, PK67, PK77", "15, 69, 91"),
    ("metabolite_peak", "CV of 6beta-naltrexol Cmax, %", "PK69, PK78", "29, 38"),
    ("half_life_h", "CV of naltrexone half-life, %", "PK59, PK60, PK71", "21, 45, 32"),
    ("metabolite_half_life_h", "CV of 6beta-naltrexol half-life, %", "PK61, PK72", "18, 20"),
)
LOW_DOSES = (1.5, 3.0, 4.5, 6.0)
Residuals = Callable[[Person], np.ndarray]


def fitted(person: Person, names: Sequence[str], residuals: Residuals) -> tuple[Person, np.ndarray]:
    """The person with `names` fitted by least squares of their logarithms, and their log errors."""

    def with_values(logs: np.ndarray) -> Person:
        return person._replace(**dict(zip(names, np.exp(logs).tolist(), strict=True)))

    start = np.log([getattr(person, name) for name in names])
    limits = np.log([EXPOSURE.get(name, (1e-3, 1e3)) for name in names]).T
    found = least_squares(lambda logs: residuals(with_values(logs)), start, bounds=limits)
    errors = np.sqrt(np.diag(np.linalg.pinv(found.jac.T @ found.jac)))
    return with_values(found.x), errors


def rounded(person: Person, names: Sequence[str]) -> Person:
    """To three figures, as the package has them."""
    return person._replace(**{name: float(f"{getattr(person, name):.3g}") for name in names})


def level_residuals(person: Person) -> np.ndarray:
    found = summary(person)
    return np.array([np.log(one.of(found) / one.wanted) / one.weight_sd for one in LEVELS])


def scans(
    name: str, person: Person, at_h: float = SCAN_H, own_h: float | None = None
) -> np.ndarray:
    """Percent that an account predicts for every scan.

    own_h: hour of the scan that the late ones are held against; None is the highest of 8 hours.
    """
    early = [_at(blocked(name, person, single(person, dose, at_h)), at_h) for _, dose, _ in SCANNED]
    course = blocked(name, person, single(person, 50.0, 168.0))
    own = course[: round(8 / STEP_H) + 1].max() if own_h is None else _at(course, own_h)
    late = [_at(course, hours) / own for _, hours, _ in HELD_AGAINST_OWN_FIRST]
    return 100 * np.array([*early, *late])


def _at(curve: np.ndarray, hours: float) -> float:
    return float(curve[round(hours / STEP_H)])


SEEN = np.array([one[2] for one in (*SCANNED, *HELD_AGAINST_OWN_FIRST)])


def chi_square(predicted: np.ndarray) -> float:
    return float((((predicted - SEEN) / SCAN_SD) ** 2).sum())


def scan_residuals(name: str, **when: float) -> Residuals:
    """All scans, except that plasma can only meet the early ones."""
    few = len(SCANNED) if name == "plasma" else SEEN.size
    return lambda person: ((scans(name, person, **when) - SEEN) / SCAN_SD)[:few]


def fit_all() -> tuple[Person, dict[str, float]]:
    """The typical person, and the log error of every fitted value of blockade."""
    person, _ = fitted(typical(), list(EXPOSURE), level_residuals)
    person = rounded(person, list(EXPOSURE))
    unsure: dict[str, float] = {}
    for name, names in BLOCKADE.items():
        person, errors = fitted(person, names, scan_residuals(name))
        person = rounded(person, names)
        unsure |= dict(zip(names, errors.tolist(), strict=True))
    return person, unsure


def level_rows(person: Person) -> Iterator[tuple[str, ...]]:
    found = summary(person)
    for one in LEVELS:
        off = 100 * (one.of(found) / one.wanted - 1)
        held = _yes(abs(off) <= one.within_percent)
        allowed = f"{off:+.1f} % of ±{one.within_percent:g} %"
        yield one.what, one.source, f"{one.wanted:g}", f"{one.of(found):.3g}", f"{held}: {allowed}"


def spread_rows(person: Person) -> Iterator[tuple[str, ...]]:
    """How much drawn people differ, beside the published coefficients of variation."""
    spreads = [one.people for one in PARAMETERS.values()]
    made = [
        summaries(people_around(person, spreads, shared, PEOPLE, SEED)) for shared in (SHARED, 0.0)
    ]
    for name, what, source, wanted in VARIATIONS:
        together, apart = (100 * one[name].std() / one[name].mean() for one in made)
        yield what, source, wanted, f"{together:.0f}", f"{apart:.0f}"
    mean = [f"{2.4 * one['area'].mean():.3g}" for one in made]
    yield "mean naltrexone AUC, 2.4 mg, ng h/mL", "PK56", "1.954", *mean


def check_rows(person: Person) -> Iterator[tuple[str, ...]]:
    """What was not fitted: proportionality, the liver, other publications."""
    healthy = summary(person)
    ill = summary(person._replace(first_pass_escape=min(1.0, 8 * person.first_pass_escape)))
    exact = all(
        np.allclose(single(person, dose, 24.0), dose * single(person, 1.0, 24.0), rtol=1e-12)
        for dose in (0.1, 2.4, 4.5, 50.0)
    )
    yield "levels in proportion to dose, 0.1 to 50 mg", "PK13, PK58", "yes", _yes(exact)
    yield "naltrexone AUC, cirrhosis over healthy", "PK50", "8", f"{ill.area / healthy.area:.3g}"
    times = ill.half_life_h / healthy.half_life_h
    yield "naltrexone half-life, the same", "PK53", "1", f"{times:.3g}"
    times = ill.metabolite_area_day / healthy.metabolite_area_day
    yield "6beta-naltrexol AUC of 24 h, the same", "PK51", "0.82", f"{times:.2g}"
    yield "6beta-naltrexol : naltrexone at 2 h, healthy", "PK49", "10.9", f"{healthy.ratio_2h:.3g}"
    yield "the same, cirrhosis", "PK52", "0.39", f"{ill.ratio_2h:.2g}"
    yield "naltrexone AUC of 24 h, 100 mg", "PK47", "200", f"{100 * healthy.area_day:.3g}"
    yield "naltrexone AUC, 50 mg", "PK59, PK60", "65", f"{50 * healthy.area:.3g}"
    yield "6beta-naltrexol AUC for ever, per mg", "", "", f"{healthy.metabolite_area:.3g}"
    slow = summary(formulated(person, "slow-release"))
    yield "naltrexone Tmax, slow-release 16 mg, h", "PK45", "2", f"{slow.peak_h:.2g}"
    shape = slow.peak / slow.area
    yield "Cmax / AUC, slow-release 16 mg, 1/h", "PK44, PK46", "0.167", f"{shape:.3g}"


def scan_rows(person: Person) -> Iterator[tuple[str, ...]]:
    found = [scans(name, person) for name in STRUCTURES]
    titles = [f"{dose:g} mg, {SCAN_H:g} h" for _, dose, _ in SCANNED]
    titles += [f"50 mg, {hours:g} h, % of own first" for _, hours, _ in HELD_AGAINST_OWN_FIRST]
    ids = [one[0] for one in (*SCANNED, *HELD_AGAINST_OWN_FIRST)]
    for row, (title, fact) in enumerate(zip(titles, ids, strict=True)):
        yield title, fact, f"{SEEN[row]:g}", *(f"{one[row]:.0f}" for one in found)
    yield "**chi-square**", "", "", *(f"{chi_square(one):.1f}" for one in found)
    first = [chi_square(scans(name, person, own_h=1.0)) for name in STRUCTURES]
    yield "chi-square, own first at 1 h exactly", "", "", *(f"{one:.1f}" for one in first)


def robustness_rows(person: Person) -> Iterator[tuple[str, ...]]:
    """Fits anew where an assumption about the scans is another one."""
    cases: dict[str, dict[str, float]] = {
        "as above": {},
        "own first scan at 1 h exactly": {"own_h": 1.0},
        "early scans at 2 h": {"at_h": 2.0},
        "early scans at 8 h": {"at_h": 8.0},
    }
    for title, when in cases.items():
        yield title, *(_fit_anew(person, name, BLOCKADE[name], when) for name in BLOCKADE)
    free = _fit_anew(person, "slow_dissociation", ("slow_on_per_h", "slow_off_half_life_h"), {})
    yield "unbinding half-life free too", "", "", free
    yield "any plasma level, to all scans together", "", _best_plasma(person), ""


def _fit_anew(person: Person, name: str, names: Sequence[str], when: dict[str, float]) -> str:
    other, _ = fitted(person, names, scan_residuals(name, **when))
    values = ", ".join(f"{getattr(other, one):.3g}" for one in names)
    return f"{values} ({chi_square(scans(name, other, **when)):.1f})"


def _best_plasma(person: Person) -> str:
    """The level for half blockade that meets all scans together best, out of any."""
    tried = [person._replace(plasma_ec50_ng_ml=float(one)) for one in np.geomspace(1e-12, 10, 400)]
    square, best = min((chi_square(scans("plasma", one)), one.plasma_ec50_ng_ml) for one in tried)
    return f"{best:.2g} ({square:.1f})"


def nightly_rows(person: Person) -> Iterator[tuple[str, ...]]:
    for dose in LOW_DOSES:
        yield f"{dose:g}", *(_peak_trough(_day(name, person, dose)) for name in STRUCTURES)


def _day(name: str, person: Person, dose_mg: float) -> np.ndarray:
    return blocked(name, person, nightly(person, dose_mg, 24.0), periodic=True)


def _peak_trough(curve: np.ndarray) -> str:
    return f"{100 * curve.max():.0f} / {100 * curve.min():.0f}"


def hours_until_below(name: str, person: Person, dose_mg: float, share: float) -> float:
    """Hours after the last of very many nightly doses."""
    curve = blocked(name, person, nightly(person, dose_mg, 900.0), periodic=True)
    above = np.flatnonzero(curve >= share)
    return float((above[-1] + 1) * STEP_H) if above.size else 0.0


def stop_rows(person: Person) -> Iterator[tuple[str, ...]]:
    for dose in LOW_DOSES:
        hours = [hours_until_below(name, person, dose, 0.25) for name in STRUCTURES]
        yield f"{dose:g}", *(f"{one:.0f}" for one in hours)


def receptor_rows(person: Person) -> Iterator[tuple[str, ...]]:
    low = levels(person, nightly(person, 4.5, 24.0))
    daily = {dose: blocked("biophase", person, nightly(person, dose, 24.0)) for dose in (50, 100)}
    yield (
        "central mu, day 4 of 50 mg a day",
        "PD15",
        "94.9 (SD 4.9)",
        _peak_trough(daily[50]),
    )
    delta, kappa = central_delta(person, daily[50]), central_kappa(person, daily[100])
    yield "central delta, 50 mg a day", "PD16", "21.1 (SD 14.5)", _peak_trough(delta)
    yield "central kappa, 100 mg a day", "PD17", "92 (±1)", _peak_trough(kappa)
    yield "peripheral mu, 4.5 mg nightly", "", "", _peak_trough(peripheral_mu(person, low))
    nanomolar = low["naltrexol"] / 0.3434
    peak = f"{nanomolar.max():.3g} / {nanomolar.min():.3g}"
    yield "6beta-naltrexol, 4.5 mg nightly, nM", "PK84", "39 / 11.5 (scaled)", peak


def value_rows(person: Person, unsure: dict[str, float]) -> Iterator[tuple[str, ...]]:
    for name in (*EXPOSURE, *(name for names in BLOCKADE.values() for name in names)):
        one = PARAMETERS[name]
        now = getattr(person, name)
        error = f"{unsure[name]:.2f}" if name in unsure else ""
        yield name, f"{now:g}", f"{one.typical:g}", error, f"{one.unsure:g}", f"{one.people:g}"


def _yes(held: bool) -> str:
    return "yes" if held else "NO"


def main() -> None:
    person, unsure = fit_all()
    wanted = ("target", "source", "wanted", "fitted", "within")
    named = list(STRUCTURES)
    print(table(wanted, level_rows(person)), "\n")
    head = ("people", "source", "published", f"drawn, correlation {SHARED:g}", "correlation 0")
    print(table(head, spread_rows(person)), "\n")
    print(table(("not fitted", "source", "published", "model"), check_rows(person)), "\n")
    print(table(("scan", "source", "seen, %", *named), scan_rows(person)), "\n")
    print(table(("fitted value (chi-square)", *named), robustness_rows(person)), "\n")
    print(table(("mg nightly, peak / trough, %", *named), nightly_rows(person)), "\n")
    print(table(("mg nightly, hours to below 25 %", *named), stop_rows(person)), "\n")
    print(table(("not fitted", "source", "published, %", "model, %"), receptor_rows(person)), "\n")
    head = ("parameter", "fitted", "in the package", "error of the fit (log)", "unsure", "people")
    print(table(head, value_rows(person, unsure)))


if __name__ == "__main__":
    main()
