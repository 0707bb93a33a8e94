"""Mixed models of published data, fitted by us; reference/mixed.R and mixed_more.R fit the same."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from trial.references import data

from lowdose.trial.analyse.linear_mixed.covariance import (
    Independent,
    Part,
    RandomEffects,
    SerialCorrelation,
    Unstructured,
)
from lowdose.trial.analyse.linear_mixed.fit import Fit, fit_model
from lowdose.trial.analyse.linear_mixed.model import model_of
from lowdose.trial.analyse.mmrm import fit_visits

Numbers = np.ndarray


def ones(n: int) -> Numbers:
    return np.ones((n, 1))


def dummies(codes: Numbers) -> Numbers:
    return np.column_stack([np.ones(codes.size), *(codes == one for one in np.unique(codes)[1:])])


def whole(values: Numbers) -> Numbers:
    return values.astype(int)


def sleepstudy() -> Fit:
    d = data("sleepstudy")
    x = np.column_stack([np.ones(180), d["days"]])
    effects = RandomEffects(whole(d["subject"]), x)
    return fit_model(model_of(d["reaction"], x, [effects, Independent(np.zeros(180, int))]))


def penicillin() -> Fit:
    d = data("penicillin")
    plate, sample = (RandomEffects(whole(d[name]), ones(144)) for name in ("plate", "sample"))
    parts = [plate, sample, Independent(np.zeros(144, int))]
    return fit_model(model_of(d["diameter"], ones(144), parts))


def machines() -> Fit:
    d = data("machines")
    both = RandomEffects(whole(10 * d["worker"] + d["machine"]), ones(54))
    parts = [RandomEffects(whole(d["worker"]), ones(54)), both, Independent(np.zeros(54, int))]
    return fit_model(model_of(d["score"], dummies(d["machine"]), parts))


def orthodont() -> Fit:
    d = data("orthodont")
    n = d["age"].size
    slope = np.column_stack([np.ones(n), d["age"]])
    x = np.column_stack([slope, d["female"], d["age"] * d["female"]])
    parts = [RandomEffects(whole(d["subject"]), slope), Independent(np.zeros(n, int))]
    return fit_model(model_of(d["distance"], x, parts))


def ergostool() -> Fit:
    d = data("ergostool")
    parts = [RandomEffects(whole(d["subject"]), ones(36)), Independent(np.zeros(36, int))]
    return fit_model(model_of(d["effort"], dummies(d["type"]), parts))


def ovary() -> Fit:
    d = data("ovary")
    n, angle = d["time"].size, 2 * np.pi * d["time"]
    x = np.column_stack([np.ones(n), np.sin(angle), np.cos(angle)])
    mare = whole(d["mare"])
    parts = [RandomEffects(mare, ones(n)), SerialCorrelation(mare, d["day"])]
    return fit_model(model_of(d["follicles"], x, parts))


MODELS: dict[str, Callable[[], Fit]] = {
    one.__name__: one for one in (sleepstudy, penicillin, machines, orthodont, ergostool)
}


def column_of_ones(n: int) -> Numbers:
    return np.ones((n, 1))


def alike(n: int) -> Independent:
    return Independent(np.zeros(n, int))


def line(at: Numbers, *more: Numbers) -> Numbers:
    return np.column_stack([np.ones(at.size), at, *more])


def by_line(outcome: Numbers, x: Numbers, group: Numbers, **how: bool) -> Fit:
    """Random intercept and slope of the second column."""
    effects = RandomEffects(group.astype(int), x[:, :2])
    return fit_model(model_of(outcome, x, [effects, alike(outcome.size)], **how))


def visits_of(name: str, person: str, visit: str, outcome: str, drug: Numbers, **how: bool) -> Fit:
    d = data(name)
    people, place = np.unique(d[person], return_inverse=True)
    times, at = np.unique(d[visit], return_inverse=True)
    found, baseline, arm = (
        np.full(shape, np.nan) for shape in ((people.size, times.size), people.size, people.size)
    )
    found[place, at], baseline[place], arm[place] = d[outcome], d["baseline"], drug
    return fit_visits(baseline, found, arm, **how)


def hamd17() -> Fit:
    return visits_of("hamd17", "patient", "week", "change", data("hamd17")["arm"] == 2)


def proudfoot2003() -> Fit:
    drug = data("proudfoot2003")["beat_the_blues"]
    return visits_of("proudfoot2003", "patient", "month", "bdi", drug)


def dyestuff2() -> Fit:
    d = data("dyestuff2")
    x = column_of_ones(30)
    return fit_model(model_of(d["yield"], x, [RandomEffects(d["batch"].astype(int), x), alike(30)]))


def sleep_edge() -> Fit:
    d = data("sleepstudy")
    late = (d["days"] >= 5) & (d["days"] <= 8)
    return by_line(d["reaction"][late], line(d["days"][late]), d["subject"][late])


def reisby(residuals: Callable[[Numbers, Numbers], list[Part]], **how: bool) -> Fit:
    """Imipramine: Hamilton's score by week and kind of depression."""
    d = data("reisby1977")
    x = line(d["week"], d["endogenous"], d["week"] * d["endogenous"])
    parts = residuals(d["patient"].astype(int), d["week"].astype(int))
    return fit_model(model_of(d["hamd"], x, parts, **how))


RESIDUALS: dict[str, Callable[[Numbers, Numbers], list[Part]]] = {
    "reisby_ar1": lambda who, week: [SerialCorrelation(who, week.astype(float))],
    "reisby_arh1": lambda who, week: [SerialCorrelation(who, week.astype(float), week)],
    "reisby_levels": lambda who, week: [
        RandomEffects(who, column_of_ones(who.size)),
        Independent(week),
    ],
    "reisby_un": lambda who, week: [Unstructured(who, week)],
}
