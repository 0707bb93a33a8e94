"""The sidecar file: what a diary file does not say itself, in `NAME.toml` beside `NAME.csv`.

blinded = true
dates = "day-first"          # also: decimal, same_day, ignore, scale, direction

[columns]                    # role = "name of the column in the file"
treatment = "condition"

[symptoms.mood]              # also: kind
scale = [0, 100]
direction = "higher_is_better"
instrument = "visual analogue scale"

[where]                      # read only the rows that say this
experiment = "A"
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from lowdose.diary.entries import Diary, Direction, Kind, Symptom
from lowdose.diary.findings import Findings, did_you_mean, quoted
from lowdose.diary.options import ROLES, ReadOptions
from lowdose.errors import Fault, InputError

__all__ = ["parse_direction", "parse_kind", "parse_sidecar", "write_sidecar"]

_DIRECTIONS = {
    **{each.value: each for each in Direction},
    "lower": Direction.LOWER_IS_BETTER,
    "higher": Direction.HIGHER_IS_BETTER,
}


def parse_direction(text: object) -> Direction | None:
    """Read which way is better; None if it says neither.

    >>> parse_direction("higher")
    <Direction.HIGHER_IS_BETTER: 'higher_is_better'>
    """
    return _DIRECTIONS.get(str(text).casefold().replace("-", "_"))


def parse_kind(text: object) -> Kind | None:
    """Read what a number is: rating, count or binary; None if it says none of them."""
    return Kind(str(text)) if str(text) in {each.value for each in Kind} else None


def _parse_scale(given: object) -> tuple[float, float] | None:
    if not isinstance(given, list) or len(given) != 2:
        return None
    low, high = given
    if any(isinstance(end, bool) or not isinstance(end, int | float) for end in (low, high)):
        return None
    return (float(low), float(high)) if low < high else None


def _parse_flag(given: object) -> bool | None:
    return given if isinstance(given, bool) else None


def _parse_text(given: object) -> str | None:
    return given if isinstance(given, str) else None


def _parse_names(given: object) -> tuple[str, ...] | None:
    if isinstance(given, list) and all(isinstance(name, str) for name in given):
        return tuple(given)
    return None


def _parse_texts(given: object) -> dict[str, str] | None:
    if isinstance(given, dict) and all(isinstance(text, str) for text in given.values()):
        return dict(given)
    return None


def _parse_table(given: object) -> dict[str, Any] | None:
    return given if isinstance(given, dict) else None


def _one_of(*choices: str) -> Callable[[object], str | None]:
    return lambda given: given if isinstance(given, str) and given in choices else None


_Parser = Callable[[object], Any]
_TOP: Mapping[str, tuple[_Parser, str]] = {
    "blinded": (_parse_flag, "true or false"),
    "scale": (_parse_scale, "two numbers like [0, 100], the lower one first"),
    "direction": (parse_direction, "lower_is_better or higher_is_better"),
    "kind": (parse_kind, "rating, count or binary"),
    "dates": (_one_of("iso", "day-first", "month-first"), "iso, day-first or month-first"),
    "decimal": (_one_of(".", ","), "'.' or ','"),
    "same_day": (_one_of("fault", "mean"), "fault or mean"),
    "read": (_parse_names, 'a list of symptoms like ["pain"]'),
    "where": (_parse_texts, "column = 'text'"),
    "adverse_terms": (_parse_texts, "code = 'name'"),
    "columns": (_parse_table, "a table of role = 'column name'"),
}
_COLUMNS: Mapping[str, tuple[_Parser, str]] = {
    **dict.fromkeys(ROLES, (_parse_text, "the name of a column")),
    "ignore": (_parse_names, 'a list of column names like ["note"]'),
}
_SYMPTOM: Mapping[str, tuple[_Parser, str]] = {
    "scale": _TOP["scale"],
    "direction": _TOP["direction"],
    "kind": _TOP["kind"],
    "instrument": (_parse_text, "text"),
}


def parse_sidecar(data: bytes, name: str) -> ReadOptions:
    """Read a sidecar file.

    Raises `InputError` with every fault, each with the key it is about.

    >>> parse_sidecar(b"blinded = true\\n[symptoms.mood]\\nscale = [0, 100]", "x.toml").scale
    {'mood': (0.0, 100.0)}
    """
    content = _toml(data, name)
    findings = Findings(name)
    symptoms = content.pop("symptoms", {})
    top = _parse_keys(content, _TOP, "", findings, "symptoms")
    if not isinstance(symptoms, dict):
        findings.fault("symptoms", quoted(str(symptoms)), "tables like [symptoms.pain]")
        symptoms = {}
    tables = {
        each: _parse_keys(table, _SYMPTOM, f"symptoms.{each}.", findings)
        for each, table in symptoms.items()
    }
    columns = _parse_keys(top.pop("columns", {}), _COLUMNS, "columns.", findings)
    findings.stop_if_faulty()
    return _options(top, columns, tables)


def _toml(data: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        fault = Fault("content", str(error), "a sidecar file in TOML", 'write texts in "marks"')
        raise InputError([fault], name) from None


def _parse_keys(
    given: object,
    known: Mapping[str, tuple[_Parser, str]],
    prefix: str,
    findings: Findings,
    *also: str,
) -> dict[str, Any]:
    if not isinstance(given, dict):
        findings.fault(prefix.rstrip("."), quoted(str(given)), "a table of settings")
        return {}
    parsed: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            remedy = did_you_mean(key, [*known, *also])
            findings.fault(f"{prefix}{key}", quoted(key), "a known setting", remedy)
            continue
        parse, expected = known[key]
        parsed[key] = parse(value)
        if parsed[key] is None:
            findings.fault(f"{prefix}{key}", quoted(str(value)), expected)
    return parsed


def _options(
    top: dict[str, Any], columns: dict[str, Any], tables: Mapping[str, dict[str, Any]]
) -> ReadOptions:
    def each(key: str) -> Any:
        named = {name: table[key] for name, table in tables.items() if key in table}
        return {"*": top[key], **named} if key in top and named else named or top.get(key)

    return ReadOptions(
        ignore=columns.pop("ignore", ()),
        columns=columns,
        symptoms=top.get("read"),
        scale=each("scale"),
        direction=each("direction"),
        kind=each("kind"),
        instrument=each("instrument") or {},
        dates=top.get("dates"),
        decimal=top.get("decimal"),
        blinded=top.get("blinded"),
        where=top.get("where", {}),
        same_day=top.get("same_day"),
        adverse_terms=top.get("adverse_terms", {}),
    )


def write_sidecar(*diaries: Diary) -> bytes:
    """Write what the file of these diaries cannot hold: scales, directions, kinds, blinding.

    >>> from lowdose.diary.read import read_diary
    >>> print(write_sidecar(read_diary(b"day,pain\\n1,6\\n")).decode())
    [symptoms."pain"]
    scale = [0.0, 10.0]
    direction = "lower_is_better"
    kind = "rating"
    <BLANKLINE>
    """
    said = {diary.blinded for diary in diaries}
    blinded = said.pop() if len(said) == 1 else None
    head = [] if blinded is None else [f"blinded = {str(blinded).lower()}", ""]
    symptoms = {name: each for diary in diaries for name, each in diary.symptoms.items()}
    tables = ["\n".join(_symptom_lines(symptom)) + "\n" for symptom in symptoms.values()]
    return ("\n".join(head + tables)).encode()


def _symptom_lines(symptom: Symptom) -> list[str]:
    lines = [f"[symptoms.{_text(symptom.name)}]"]
    if symptom.kind is Kind.RATING:
        lines.append(f"scale = [{float(symptom.low)!r}, {float(symptom.high)!r}]")
    lines.append(f"direction = {_text(symptom.direction.value)}")
    lines.append(f"kind = {_text(symptom.kind.value)}")
    if symptom.instrument:
        lines.append(f"instrument = {_text(symptom.instrument)}")
    return lines


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
