"""The lists as tables: for those who treat, for the pharmacy, for emergencies, and opened.

Each is CSV text. What stands in which, and who may see it:

    site        person, levels, a kit number for each period      no allocation: everybody
    labels      what stands on each bottle                        no allocation: everybody
    pharmacy    what is in each kit                               the pharmacy only
    envelopes   the code that opens one person's envelope         who answers emergencies only
    allocation  who got what, with the codes that prove it        everybody, after the end
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import groupby

from lowdose.errors import Fault, InputError
from lowdose.regimen.amounts import number_text
from lowdose.regimen.kits import KitBottle
from lowdose.regimen.labels import WARNINGS
from lowdose.trial.design.timeline import treatment_keys
from lowdose.trial.design.values import Design, Given
from lowdose.trial.randomise.kits import TrialKit, kit_periods
from lowdose.trial.randomise.seal import code_of
from lowdose.trial.randomise.values import Entry, Opened, Seal

__all__ = [
    "allocation_csv",
    "contents_words",
    "enrolled_csv",
    "envelopes_csv",
    "labels_csv",
    "pharmacy_csv",
    "read_allocation",
    "read_enrolled",
    "site_csv",
]

_CLOSING = 2  # columns after the levels in the list of those who came: seal and hash


def site_csv(design: Design, entries: Sequence[Entry], kits: Sequence[TrialKit]) -> str:
    """The list for those who treat: people in order, and the kit of each period."""
    titles = [f"kit, {design.periods[number].name}" for number in kit_periods(design)]
    numbers = {
        person: [kit.number for kit in own]
        for person, own in groupby(kits, key=lambda kit: kit.person)
    }
    rows = ([one.person, *one.stratum, *numbers.get(one.person, [])] for one in entries)
    return _csv(["person", *_factors(design), *titles], rows)


def pharmacy_csv(design: Design, kits: Sequence[TrialKit]) -> str:
    """The list for the pharmacy: what is in each kit. Nobody else may see it."""
    rows = (
        [
            *(kit.number, kit.person, design.periods[kit.period].name),
            *(str(design.periods[kit.period].days), design.treatment(kit.treatment).name),
            contents_words(design, kit),
        ]
        for kit in kits
    )
    return _csv(["kit", "person", "period", "days", "treatment", "contents"], rows)


def contents_words(design: Design, kit: TrialKit) -> str:
    """What is in a kit, bottle by bottle.

    >>> from lowdose.trial.design.named import find_design
    >>> kit = TrialKit("10000-75", "1", 1, "ldn", (KitBottle(1, 1.5, 7), KitBottle(2, 4.5, 49)))
    >>> contents_words(find_design("crossover"), kit)
    'bottle 1: 7 capsules of 1.5 mg; bottle 2: 49 capsules of 4.5 mg'
    """
    treatment = design.treatment(kit.treatment)
    if treatment.given is Given.NOTHING:
        return "nothing to hand out"
    if not kit.bottles:
        return f"{treatment.drug}, as the protocol says"
    return "; ".join(
        f"bottle {one.number}: {_capsules(one.count)} of {_strength(one)}" for one in kit.bottles
    )


def _strength(bottle: KitBottle) -> str:
    return f"{number_text(bottle.strength_mg)} mg" if bottle.strength_mg else "placebo"


def _capsules(count: int) -> str:
    return f"{count} capsule{'s' if count > 1 else ''}"


def labels_csv(design: Design, kits: Sequence[TrialKit]) -> str:
    """A row for each bottle: what stands on its label, which is the same whatever it holds."""
    rows = [
        [
            *(kit.number, f"{bottle.number} of {len(kit.bottles)}", kit.person),
            *(design.periods[kit.period].name, _directions(kit.bottles, bottle)),
            *(_capsules(bottle.count), " ".join(WARNINGS)),
        ]
        for kit in kits
        for bottle in kit.bottles
    ]
    return _csv(
        ["kit", "bottle", "person", "period", "directions", "quantity", "warnings"],
        rows,
    )


def _directions(bottles: Sequence[KitBottle], bottle: KitBottle) -> str:
    first = 1 + sum(one.count for one in bottles if one.number < bottle.number)
    last = first + bottle.count - 1
    days = f"Day {first}" if first == last else f"Days {first} to {last}"
    return f"{days} of this period: take 1 capsule a day."


def envelopes_csv(entries: Iterable[Entry], secret: bytes) -> str:
    """The code of each person: to be cut up, one a sealed envelope, for emergencies."""
    return _csv(["person", "code"], ([one.person, code_of(secret, one.person)] for one in entries))


def allocation_csv(design: Design, opened: Iterable[Opened]) -> str:
    """The opened list: what everybody got in each period, and the code that proves it."""
    orders = {
        one.name: [design.treatment(key).name for key in treatment_keys(design, number)]
        for number, one in enumerate(design.sequences)
    }
    titles = ["person", *_factors(design), "sequence", *(one.name for one in design.periods)]
    rows = (
        [one.person, *one.stratum, one.sequence, *orders[one.sequence], one.code] for one in opened
    )
    return _csv([*titles, "code"], rows)


def read_allocation(design: Design, text: str, source: str = "") -> tuple[Opened, ...]:
    """An opened list back from its table; what it says is not checked against any seal.

    Raises InputError with every row that is too short or too long.
    """
    levels = len(_factors(design))
    columns = levels + len(design.periods) + 3
    return tuple(
        Opened(row[0], tuple(row[1 : 1 + levels]), row[1 + levels], row[-1])
        for row in _rows(text, columns, source)
    )


def enrolled_csv(design: Design, seals: Iterable[Seal], hashes: Iterable[str]) -> str:
    """Those who came, one by one, where chance waits for them: levels, seal, hash of all so far."""
    rows = (
        [one.person, *one.stratum, one.seal, so_far]
        for one, so_far in zip(seals, hashes, strict=True)
    )
    return _csv(["person", *_factors(design), "seal", "list_sha256"], rows)


def read_enrolled(design: Design, text: str, source: str = "") -> tuple[tuple[Seal, str], ...]:
    """Those who came, each with the hash of all so far.

    Raises InputError with every row that is too short or too long, or has an unknown level.
    """
    factors = design.allocation.factors
    rows = _rows(text, 1 + len(factors) + _CLOSING, source)
    faults = [
        Fault(f"row {number}, column {factor.name}", repr(level), ", ".join(factor.levels))
        for number, row in enumerate(rows, start=2)
        for factor, level in zip(factors, row[1:], strict=False)
        if level not in factor.levels
    ]
    if faults:
        raise InputError(faults, source)
    return tuple((Seal(row[0], tuple(row[1:-_CLOSING]), row[-2]), row[-1]) for row in rows)


def _rows(text: str, columns: int, source: str) -> list[list[str]]:
    """The rows below the titles, all of the same length."""
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))[1:]
    except csv.Error as error:
        raise InputError([Fault("content", str(error), "a table as CSV")], source) from None
    faults = [
        Fault(f"row {number}", f"{len(row)} columns", f"{columns} columns")
        for number, row in enumerate(rows, start=2)
        if len(row) != columns
    ]
    if faults:
        raise InputError(faults, source)
    return rows


def _factors(design: Design) -> list[str]:
    return [factor.name for factor in design.allocation.factors]


def _csv(titles: list[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows(rows)
    return out.getvalue()
