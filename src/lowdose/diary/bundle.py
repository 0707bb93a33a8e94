"""A FHIR Bundle as a diary: its Observations become rows of the long form.

Read: `Observation` with `effectiveDateTime` (its local day counts), the name from `code.text` or
the first `display`, and `valueQuantity` or `valueInteger`. Other resources are left out with a
note.
Made after HL7 FHIR R4 and R5 (https://hl7.org/fhir/observation.html).
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from lowdose.diary.findings import Findings, quoted
from lowdose.diary.table import Row, Table

__all__ = ["bundle_table", "looks_like_json"]

_HEADER = ("person", "date", "symptom", "value")


def looks_like_json(text: str) -> bool:
    """Say whether a file is JSON rather than a table."""
    return text.lstrip()[:1] == "{"


def bundle_table(text: str, findings: Findings) -> Table:
    """Turn a FHIR Bundle into a table in the long form; row numbers are entry numbers.

    Raises `InputError` if it is not a Bundle or holds no Observation.

    >>> bundle = {"resourceType": "Bundle", "entry": [{"resource": {
    ...     "resourceType": "Observation", "code": {"text": "pain"}, "valueInteger": 6,
    ...     "effectiveDateTime": "2026-02-18T21:30:00+01:00"}}]}
    >>> bundle_table(json.dumps(bundle), Findings("")).rows[0].cells
    ('2026-02-18T21:30:00+01:00', 'pain', '6')
    """
    entries = _entries(text, findings)
    resources = [_dict(_dict(entry).get("resource")) for entry in entries]
    observations = [
        (number, resource)
        for number, resource in enumerate(resources, start=1)
        if resource.get("resourceType") == "Observation"
    ]
    if not observations:
        findings.fault("Bundle", f"{len(entries)} entries", "at least one Observation")
    findings.stop_if_faulty()
    _note_others(resources, findings)
    rows = tuple(Row(number, _cells(number, each, findings)) for number, each in observations)
    findings.stop_if_faulty()
    return _without_empty_person(rows)


def _entries(text: str, findings: Findings) -> list[Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        findings.stop("content", str(error)[:200], "a FHIR Bundle in JSON, or a CSV file")
    kind = _dict(content).get("resourceType")
    entries = _dict(content).get("entry")
    if kind != "Bundle" or not isinstance(entries, list):
        findings.stop("resourceType", quoted(str(kind)), "a FHIR Bundle with entries")
    return entries


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _first(value: object) -> dict[str, Any]:
    return _dict(value[0]) if isinstance(value, list) and value else {}


def _note_others(resources: list[dict[str, Any]], findings: Findings) -> None:
    kinds = Counter(str(each.get("resourceType")) for each in resources)
    kinds.pop("Observation", None)
    if kinds:
        others = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        findings.note(f"Of the Bundle only Observations were read; left out: {others}.")


def _cells(number: int, resource: dict[str, Any], findings: Findings) -> tuple[str, ...]:
    code = _dict(resource.get("code"))
    symptom = str(code.get("text") or _first(code.get("coding")).get("display") or "").strip()
    moment = str(resource.get("effectiveDateTime") or "").strip()
    if not moment:
        findings.fault(f"row {number}", "no effectiveDateTime", "the day the Observation is about")
    if not symptom:
        findings.fault(f"row {number}", "no code.text", "the name of the symptom")
    person = str(_dict(resource.get("subject")).get("reference") or "").strip()
    return person, moment, symptom, _value(number, resource, findings)


def _value(number: int, resource: dict[str, Any], findings: Findings) -> str:
    value = _dict(resource.get("valueQuantity")).get("value", resource.get("valueInteger"))
    if value is None and "dataAbsentReason" in resource:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        found = quoted(str(value)) if value is not None else "no value"
        findings.fault(f"row {number}", found, "a number in valueQuantity or valueInteger")
        return ""
    return repr(value)


def _without_empty_person(rows: tuple[Row, ...]) -> Table:
    if any(row.cells[0] for row in rows):
        return Table(_HEADER, rows)
    return Table(_HEADER[1:], tuple(Row(row.number, row.cells[1:]) for row in rows))
