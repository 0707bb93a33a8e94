"""The pharmacy's papers for a blinded course, and labels to cut out for any course (PDF).

The worksheet says what each kit is filled with and is for the pharmacy alone. The labels are made
without that knowledge: they are the same bytes whichever kit holds what.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lowdose.errors import Fault, InputError
from lowdose.regimen.amounts import number_text
from lowdose.regimen.kits import MATCHING, Kit, KitBottle, KitPeriod, blinded_kit
from lowdose.regimen.labels import Label, bottle_labels, kit_labels
from lowdose.regimen.plan import Plan
from lowdose.regimen.preparation import Preparation
from lowdose.report.patient_page import date_span
from lowdose.report.pharmacist_page import pharmacist_page
from lowdose.report.plan_sheets import compile_sheet
from lowdose.report.tongue import ENGLISH, Tongue

__all__ = ["DatedKit", "Filling", "kit_worksheet", "label_sheet", "labels_of", "labels_of_kits"]

_SECRET = "WORKSHEET FOR THE PHARMACY · NOT FOR THE PATIENT OR ANYONE ELSE WHO IS BLINDED"
_NO_OPEN: dict[str, Any] = {"doses": [], "supplies": [], "batches": []}


@dataclass(frozen=True)
class DatedKit:
    """The kit of one period: its code, and the days on which it is used."""

    period: int
    code: str
    first: date
    last: date


@dataclass(frozen=True)
class Filling:
    """A kit, and whether it holds naltrexone; the batch that it is made in."""

    kit: DatedKit
    active: bool
    batch: int
    make_on: date
    use_by: date


def kit_worksheet(
    number: str,
    opened: Plan | None,
    period: Plan,
    fillings: Sequence[Filling],
    *,
    tongue: Tongue = ENGLISH,
) -> bytes:
    """What the pharmacy makes for a blinded course.

    Args:
        number: of the course, for the title.
        opened: the open days before the periods; None where there are none.
        period: one period, as if it held naltrexone.
        fillings: every kit, in the order of the periods.
        tongue: the language it is printed in.

    Raises InputError where a plan has no preparation, or a kit would be a liquid.
    """
    made = _made(period)
    bottles = blinded_kit(made).bottles
    page = pharmacist_page(period)
    page.update(
        kicker=_SECRET,
        title=f"Blinded kits, course {number}",
        under=f"{len(fillings)} periods of {period.regimen.days} days · "
        f"{date_span(fillings[0].kit.first, fillings[-1].kit.last)}",
        opened=pharmacist_page(opened) if opened else _NO_OPEN,
        kits=[row for one in fillings for row in _kit_rows(one, bottles)],
        totals=list(_totals(fillings, bottles)),
        matching=MATCHING,
        label_note="Labels are a paper of their own. Those of the kits carry code, period and "
        "bottle only; keep this worksheet away from them once the kits are filled.",
    )
    return compile_sheet("kits.typ", page, "a4", tongue)


def _made(plan: Plan) -> Preparation:
    if plan.preparation is None:
        raise InputError([Fault("plan", "no preparation", "one to make a worksheet of")])
    return plan.preparation


def _kit_rows(one: Filling, bottles: Sequence[KitBottle]) -> Iterator[list[str]]:
    for bottle in bottles:
        content = f"naltrexone {number_text(bottle.strength_mg)} mg" if one.active else "placebo"
        yield [
            one.kit.code,
            f"{one.kit.period}",
            date_span(one.kit.first, one.kit.last),
            f"bottle {bottle.number}",
            content,
            str(bottle.count),
            f"{one.batch}",
        ]


def _totals(fillings: Sequence[Filling], bottles: Sequence[KitBottle]) -> Iterator[list[str]]:
    for batch in sorted({one.batch for one in fillings}):
        kits = [one for one in fillings if one.batch == batch]
        active = sum(one.active for one in kits)
        for bottle in bottles:
            mg = bottle.strength_mg * bottle.count * active
            yield [
                f"{batch}",
                _date(kits[0].make_on),
                _date(kits[0].use_by),
                f"{number_text(bottle.strength_mg)} mg",
                str(bottle.count * active),
                str(bottle.count * (len(kits) - active)),
                f"{number_text(round(mg, 6))} mg",
            ]


def _date(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def labels_of(number: str, plan: Plan) -> list[Label]:
    """The labels of open bottles, with dates and the number of the course."""
    patient = f"{plan.patient or ''} · {number}"
    return list(bottle_labels(_made(plan), plan.regimen, patient=patient, start=plan.start))


def labels_of_kits(
    number: str, period: Plan, kits: Sequence[DatedKit], *, use_by: date | None = None
) -> list[Label]:
    """One label per kit and bottle: code, period, days and directions, never the content."""
    made = _made(period)
    bottles = blinded_kit(made).bottles
    periods = tuple(KitPeriod(one.period, one.code, 1, made.days) for one in kits)
    kit = Kit(bottles, periods, {})
    patient = f"{period.patient or ''} · {number}"
    plain = kit_labels(kit, made, period.regimen, patient=patient)
    owners = [one for one in kits for _ in bottles]
    return [
        replace(
            label,
            directions=(f"{date_span(one.first, one.last)}.", *label.directions),
            use_by=_date(use_by) if use_by else label.use_by,
        )
        for label, one in zip(plain, owners, strict=True)
    ]


def label_sheet(number: str, labels: Sequence[Label], *, tongue: Tongue = ENGLISH) -> bytes:
    """Labels to cut out, two in a row, in the language of `tongue`."""
    page = {
        "title": f"Labels, course {number}",
        "footer": f"Labels, course {number}. Made with lowdose.",
        "labels": [
            {
                "title": label.title,
                "patient": label.patient,
                "directions": list(label.directions),
                "quantity": label.quantity,
                "use_by": label.use_by,
                "storage": label.storage,
                "warnings": list(label.warnings),
            }
            for label in labels
        ],
    }
    return compile_sheet("labels.typ", page, "a4", tongue)
