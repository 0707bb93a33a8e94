"""What fills a capsule, and how well each thing said about it is supported.

Advice on fillers for low-dose naltrexone is repeated far more often than it has been measured.
Each entry says what is known, and in one word how it is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lowdose.errors import Fault, InputError

__all__ = ["FILLERS", "SLOW_RELEASE", "TABLET_EXCIPIENTS", "Filler", "Support", "find_filler"]


class Support(StrEnum):
    """How well a statement is supported, best first."""

    MEASURED = "measured"
    PRACTICE = "in use, not measured"
    CLAIM = "claim without measurement"


@dataclass(frozen=True)
class Filler:
    """One filler (or way of making a capsule) and what is known about it."""

    name: str
    note: str
    support: Support
    source: str


FILLERS = (
    Filler(
        "microcrystalline cellulose",
        "Naltrexone content stayed within 90 to 110 % for 360 days at room temperature in the "
        "dark. Cellulose was also the filler of capsules in a trial with placebo (PR13).",
        Support.MEASURED,
        "Cote 2018, Int J Pharm Compd 22(3):252-256 (PR04); NCT05430152 (PR13)",
    ),
    Filler(
        "sucrose",
        "Used by compounding pharmacies; no stability or absorption study was found.",
        Support.PRACTICE,
        "LDN Research Trust prescriber guide 2021 (PR08)",
    ),
    Filler(
        "probiotic",
        "Used by compounding pharmacies; no stability or absorption study was found.",
        Support.PRACTICE,
        "LDN Research Trust prescriber guide 2021 (PR08)",
    ),
    Filler(
        "calcium carbonate",
        "Patient pages advise against it, saying that it slows absorption. No measurement of "
        "this was found, for or against; avoiding it costs nothing.",
        Support.CLAIM,
        "lay web page, no data (PR11)",
    ),
)

SLOW_RELEASE = Filler(
    "slow-release capsule",
    "Patient pages advise against slow-release capsules. No measurement of low-dose naltrexone "
    "in a slow-release capsule was found, for or against. Use ordinary capsules: that is what "
    "the trials gave and what the plan assumes.",
    Support.CLAIM,
    "lay web page, no data (PR11)",
)

TABLET_EXCIPIENTS = (
    "A preparation from tablets also holds what the tablets hold besides naltrexone; one US "
    "label lists lactose, microcrystalline cellulose, crospovidone, magnesium stearate and "
    "colouring. Check the label of the tablets in hand for what this patient must avoid "
    "(US drug label of naltrexone hydrochloride 50 mg tablets, openFDA)."
)


def find_filler(name: str) -> Filler:
    """The filler of that name.

    Raises InputError, listing the known ones, where it is unknown.

    >>> find_filler("sucrose").support.value
    'in use, not measured'
    """
    for filler in FILLERS:
        if filler.name == name.strip().lower():
            return filler
    known = ", ".join(filler.name for filler in FILLERS)
    raise InputError([Fault("filler", repr(name), f"one of: {known}")])
