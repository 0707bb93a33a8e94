"""Recognise a medicine by the name somebody typed.

A name is recognised where it contains one of the table's names as whole words, whatever else
stands beside it ("Tramadol 50 mg", "tramadol50"). A name that is only nearly one of an opioid is
never taken for it and never waved through: it is a question back.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from lowdose.regimen.medicine_names import NAMES, MedicineKind

__all__ = ["Medicine", "near_opioid", "recognise"]

_OPIOIDS = (MedicineKind.SHORT_OPIOID, MedicineKind.LONG_OPIOID, MedicineKind.DEPOT_OPIOID)
# How alike two spellings must be (difflib ratio) and how long a word, to ask back: assumption,
# set so that Toradol (ketorolac) is not asked about as tramadol and "tramadoll" is.
_ALIKE = 0.84
_SHORTEST_ASKED = 5


@dataclass(frozen=True)
class Medicine:
    """A medicine as it was named, and what it is."""

    named: str
    generic: str
    kind: MedicineKind

    @property
    def is_opioid(self) -> bool:
        """Whether it must not be taken together with naltrexone."""
        return self.kind in _OPIOIDS


def recognise(named: str) -> Medicine | None:
    """The medicine of this name, or None where the table does not have it.

    Where several names fit, an opioid wins, then the longest name.

    >>> recognise("Percocet 5/325"), recognise("vitamin D")
    (Medicine(named='Percocet 5/325', generic='oxycodone', kind=<MedicineKind.SHORT_OPIOID: \
'opioid'>), None)
    >>> recognise("CO-CODAMOL 30/500").generic, recognise("buprenorphine/naloxone").generic
    ('codeine', 'buprenorphine')
    """
    typed = f" {_plain(named)} "
    found = [
        (kind in _OPIOIDS, len(name), generic, kind)
        for name, (generic, kind) in _table().items()
        if f" {name} " in typed
    ]
    if not found:
        return None
    _, _, generic, kind = max(found)
    return Medicine(named, generic, kind)


def near_opioid(named: str) -> Medicine | None:
    """The opioid that an unrecognised name resembles, to be asked about, or None.

    >>> near_opioid("tramadoll").generic, near_opioid("Toradol"), near_opioid("metformin")
    ('tramadol', None, None)
    """
    if recognise(named) is not None:
        return None
    names = _opioid_words()
    for word in _plain(named).split():
        near = get_close_matches(word, names, n=1, cutoff=_ALIKE)
        if near and len(word) >= _SHORTEST_ASKED:
            generic, kind = _table()[near[0]]
            return Medicine(near[0], generic, kind)
    return None


@cache
def _table() -> dict[str, tuple[str, MedicineKind]]:
    """Every name in plain letters, with its generic name and kind."""
    return {
        _plain(name): (generic, kind)
        for kind, generics in NAMES.items()
        for generic, others in generics.items()
        for name in (generic, *others.split(","))
    }


@cache
def _opioid_words() -> tuple[str, ...]:
    """Opioid names of one word, which a slip of the finger could come near."""
    return tuple(
        name
        for name, (_, kind) in _table().items()
        if kind in _OPIOIDS and " " not in name and len(name) >= _SHORTEST_ASKED
    )


def _plain(text: str) -> str:
    """Small letters without accents, apart from numbers; anything else becomes one space."""
    folded = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z]+|[0-9]+", folded))
