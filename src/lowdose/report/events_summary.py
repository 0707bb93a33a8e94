"""What was predicted for a data set, in short: as text, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lowdose.mechanism.blockade import STRUCTURES
from lowdose.mechanism.events import Record
from lowdose.population.people import USUAL_WEIGHT_KG, Covariates
from lowdose.population.predict_events import Predicted
from lowdose.regimen.limits import HIGHEST_MG
from lowdose.report.wording import plural

__all__ = ["events_json", "events_summary"]

_WIDTH = 80
_SHOWN = 12
_HEAD = ("ID", "doses", "mg", "naltrexone", "6beta-naltrexol", "blocked", "blocked last")


@dataclass(frozen=True)
class _One:
    """One person of the file: what was given, and the typical person's highest values.

    All at the records; `last` is blockade at the last of them.
    """

    person: str
    covariates: Covariates
    records: int
    doses: int
    amount_mg: float
    naltrexone: float
    naltrexol: float
    blockade: float
    last: float


def events_summary(predicted: Predicted) -> str:
    """Say what was predicted, in a few lines.

    >>> from lowdose.mechanism.events_read import parse_events
    >>> from lowdose.population.predict_events import predict_events
    >>> table = parse_events("ID,TIME,AMT,II,ADDL\\n1,0,4.5,24,6\\n1,170,.,.,.\\n")
    >>> print(events_summary(predict_events(table)).splitlines()[0])
    These are predictions of a model, not measurements. 2 records of 1 person. No
    """
    everyone = list(_everyone(predicted))
    rows = [_HEAD, *(_row(one) for one in everyone[:_SHOWN])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    if len(everyone) > _SHOWN:
        table.append(f"... and {len(everyone) - _SHOWN} more")
    return "\n\n".join(
        [
            _paragraph(_what_it_is(predicted)),
            *_beyond(predicted),
            "\n".join(table),
            _paragraph(_NOTE),
        ]
    )


_NOTE = (
    "Highest values at the records, of the typical person with that covariate: ng/mL, and the "
    "share of mu receptors in the brain that is blocked. Between records they may be higher. How "
    "the drug blocks is not settled; other accounts (--blockade) give other shares."
)


def events_json(predicted: Predicted, *, version: str) -> dict[str, Any]:
    """The same as a dictionary that `json.dumps(..., allow_nan=False)` accepts."""
    return {
        "lowdose": version,
        "records": len(predicted.table.records),
        "blockade": predicted.structure,
        "people": predicted.people,
        "seed": predicted.seed,
        "persons": [
            {
                "id": one.person,
                "weight_kg": one.covariates.weight_kg,
                "liver": one.covariates.liver,
                "records": one.records,
                "doses": one.doses,
                "amount_mg": _rounded(one.amount_mg),
                "naltrexone_max_ng_ml": _rounded(one.naltrexone),
                "naltrexol_max_ng_ml": _rounded(one.naltrexol),
                "blockade_central_max": _rounded(one.blockade),
                "blockade_central_last": _rounded(one.last),
            }
            for one in _everyone(predicted)
        ],
    }


def _everyone(predicted: Predicted) -> Iterator[_One]:
    first = 0
    for (person, records), covariates in zip(
        predicted.table.by_person(), predicted.covariates, strict=True
    ):
        here = slice(first, first + len(records))
        naltrexone, naltrexol, blockade = (each[here] for each in predicted.typical.values())
        yield _One(
            person,
            covariates,
            len(records),
            sum(_doses(record) for record in records),
            float(sum(_doses(record) * record.amount_mg for record in records)),
            float(np.max(naltrexone)),
            float(np.max(naltrexol)),
            float(np.max(blockade)),
            float(blockade[-1]),
        )
        first += len(records)


def _doses(record: Record) -> int:
    """How many doses a record stands for; those before a steady state are not counted."""
    return record.additional + 1 if record.doses else 0


def _what_it_is(predicted: Predicted) -> str:
    persons = len(predicted.covariates)
    crowd = "1 person" if persons == 1 else f"{persons:,} people"
    drawn = (
        f" Quantiles are over {predicted.people:,} drawn people." if predicted.people > 0 else ""
    )
    return (
        f"These are predictions of a model, not measurements. "
        f"{plural(len(predicted.table.records), 'record')} of {crowd}. {_weights(predicted)} "
        f"Blockade by the account {predicted.structure.replace('_', ' ')}: it "
        f"{STRUCTURES[predicted.structure].about}.{drawn}"
    )


def _weights(predicted: Predicted) -> str:
    known = {name.upper() for name in predicted.table.covariates} & {"WT", "LIVER"}
    used = f"Covariates used: {', '.join(sorted(known))}." if known else "No covariate is used."
    if "WT" in known:
        return used
    return f"{used} Without a column WT everybody weighs {USUAL_WEIGHT_KG:g} kg."


def _beyond(predicted: Predicted) -> list[str]:
    if max(record.amount_mg for record in predicted.table.records) <= HIGHEST_MG:
        return []
    return [
        _paragraph(
            f"Beyond low dose: some doses are of more than {HIGHEST_MG:g} mg (PR07). They are "
            "simulated only; no plan is made for such doses."
        )
    ]


def _row(one: _One) -> tuple[str, ...]:
    return (
        one.person,
        str(one.doses),
        f"{one.amount_mg:g}",
        f"{one.naltrexone:.3g}",
        f"{one.naltrexol:.3g}",
        f"{100 * one.blockade:.0f} %",
        f"{100 * one.last:.0f} %",
    )


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _paragraph(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_on_hyphens=False)
