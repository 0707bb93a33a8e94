"""Third step of reading: which of the four forms a table has, told from its column names alone.

REDCap      a column whose name begins with `redcap_`
long        one rating a row: `value`, and one of `item`, `symptom`, `variable`
aggregate   one mean a period: `cycle`, and neither `date` nor `day`
daily       everything else: one row a day, one column a symptom
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from lowdose.diary.table import name_key

__all__ = ["NAMES", "Form", "form_of", "known_names"]


class Form(StrEnum):
    """How the rows of a file are arranged."""

    DAILY = "daily"
    LONG = "long"
    REDCAP = "redcap"
    AGGREGATE = "aggregate"


NAMES: Mapping[str, tuple[str, ...]] = {
    "date": ("date",),
    "day": ("day",),
    "time": ("time",),
    "dose_mg": ("dose_mg",),
    "treatment": ("treatment",),
    "period": ("period",),
    "guess": ("guess",),
    "adverse": ("adverse",),
    "entered": ("entered", "entered_at"),
    "person": ("person", "participant"),
    "cycle": ("cycle",),
    "days": ("days",),
    "item": ("item", "symptom", "variable"),
    "value": ("value",),
}
"""Role -> the column names that are understood without being declared."""


def known_names(declared: Mapping[str, str]) -> list[str]:
    """List every column name that tells something about a table."""
    ours = [name for names in NAMES.values() for name in names]
    return [*ours, *declared.values(), "record_id", "redcap_event_name", "redcap_repeat_instance"]


def form_of(header: tuple[str, ...], declared: Mapping[str, str]) -> Form:
    """Tell the form of a table.

    >>> form_of(("participant", "date", "item", "value"), {})
    <Form.LONG: 'long'>
    >>> form_of(("cycle", "treatment", "pain"), {})
    <Form.AGGREGATE: 'aggregate'>
    """
    keys = {name_key(name) for name in header}
    if any(key.startswith("redcap_") for key in keys):
        return Form.REDCAP
    if _has("value", keys, declared) and _has("item", keys, declared):
        return Form.LONG
    dated = _has("date", keys, declared) or _has("day", keys, declared)
    if _has("cycle", keys, declared) and not dated:
        return Form.AGGREGATE
    return Form.DAILY


def _has(role: str, keys: set[str], declared: Mapping[str, str]) -> bool:
    taken = {name_key(name) for other, name in declared.items() if other != role}
    return role in declared or any(name in keys - taken for name in NAMES[role])
