"""Doses, capsules and liquids against the sources of their rules, and against counting out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import combinations_with_replacement
from typing import Any

from checks.check import Chapter, Check, Kind, Within

from lowdose.regimen.beyond_use import Storage, Vehicle
from lowdose.regimen.capsules import fewest_capsules
from lowdose.regimen.climb import regimen_of
from lowdose.regimen.doses import Intake, Moment, Regimen, Step
from lowdose.regimen.preparation import prepare_liquid
from lowdose.regimen.templates import find_template

EXACT = Within()
# Days and doses (mg) of each step as the source of the template has them; the weeks at the target,
# and what else the source leaves open, are assumptions that the template names.
TEMPLATES = {
    "slow": [*((7, 0.5 * n) for n in range(1, 9)), (56, 4.5)],
    "usual": [(14, 1.5), (14, 3.0), (56, 4.5)],
    "source-pages": [*((7, 0.5 * n) for n in range(1, 8)), (56, 4.0)],
    # NCT04270877: up to 6 mg within four weeks, twelve weeks in all.
    "final-trial": [(7, 1.5), (7, 3.0), (7, 4.5), (63, 6.0)],
    "ultra-low": [(7, 0.002), (7, 0.004), (7, 0.006), (7, 0.008), (56, 0.01)],
    "weekly-1mg": [(7, 1.0), (7, 2.0), (7, 3.0), (7, 4.0), (56, 4.5)],
    "sensitive": [*((14, 0.5 * n) for n in range(1, 9)), (56, 4.5)],
}
# What is asked of the liquid, days it keeps, and who says so.
BEYOND_USE = (
    ("in the refrigerator", {}, 35, "USP <795> (2023), preserved aqueous; Fawcett 1997 has 60"),
    (
        "at room temperature",
        {"storage": Storage.ROOM},
        30,
        "Fawcett 1997, doi:10.1177/106002809703101102, 25 degrees",
    ),
    (
        "as long as the pharmacist accepts",
        {"beyond_use_days": 60},
        60,
        "Fawcett 1997, doi:10.1177/106002809703101102, 4 degrees",
    ),
    ("in water", {"vehicle": Vehicle.WATER}, 14, "USP <795> (2023), without preservative"),
    ("at 0.5 mg/mL", {"mg_per_ml": 0.5}, 14, "USP <795> (2023): no study at this strength"),
)
STOCKS_UG = ((500, 1500, 4500), (1000, 1500, 3000), (250, 750, 2500), (500,))
MOST_CAPSULES = 5


def checks() -> Iterator[Check]:
    """Templates, the liquid's formula and its dates, capsules."""
    yield from (_template(name) for name in TEMPLATES)
    yield Check(
        Chapter.REGIMEN,
        "liquid of 100 mL: tablets, ascorbic acid (mg), preservative (mg), glycerol and total (mL)",
        _formula,
        (2, 500, 100, 20, 100),
        "New Zealand formula (PR03)",
        EXACT,
        Kind.PUBLISHED,
    )
    for what, options, days, origin in BEYOND_USE:
        yield Check(
            Chapter.REGIMEN,
            f"days that the liquid keeps {what}",
            partial(_days_kept, options),
            days,
            origin,
            EXACT,
            Kind.PUBLISHED,
        )
    yield from (_capsules(stock) for stock in STOCKS_UG)


def _template(name: str) -> Check:
    return Check(
        Chapter.REGIMEN,
        f"template {name}: days and mg of each step",
        lambda: [(step.days, step.dose_mg) for step in regimen_of(find_template(name)).steps],
        TEMPLATES[name],
        find_template(name).source,
        EXACT,
        Kind.PUBLISHED,
    )


def _regimen(dose_mg: float, days: int) -> Regimen:
    return Regimen("check", (Step(days, (Intake(Moment.BEDTIME, dose_mg),)),), "")


def _formula() -> list[float]:
    (batch,) = prepare_liquid(_regimen(3.0, 30), overfill_percent=0).batches
    return [part.amount for part in batch.ingredients]


def _days_kept(options: dict[str, Any]) -> int:
    return prepare_liquid(_regimen(1.0, 14), **options).beyond_use.days


def _capsules(stock: tuple[int, ...]) -> Check:
    """Every dose to 20 mg by quarters: how many capsules, 0 where none will do."""
    doses = range(250, 20_001, 250)
    named = " and ".join(f"{one / 1000:g}" for one in stock)
    return Check(
        Chapter.REGIMEN,
        f"fewest capsules of {named} mg for each dose of 0.25 to 20 mg",
        lambda: [sum(fewest_capsules(dose, stock, most=MOST_CAPSULES) or ()) for dose in doses],
        lambda: [_counted_out(dose, stock) for dose in doses],
        "counting out every possibility",
        EXACT,
        Kind.OTHER_WAY,
    )


def _counted_out(dose: int, stock: tuple[int, ...]) -> int:
    for count in range(1, MOST_CAPSULES + 1):
        if any(sum(picked) == dose for picked in combinations_with_replacement(stock, count)):
            return count
    return 0
