"""Plan files (TOML): read one, and write a request so that it reads back the same.

A plan file holds the same keys as the options of `lowdose plan`, with underscores, and a table
`safety` with the answers; steps written out are tables `[[steps]]`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from lowdose.errors import Fault, InputError
from lowdose.regimen.answers import QUESTIONS, Answers, answer_text
from lowdose.regimen.doses import Regimen
from lowdose.regimen.request import PlanRequest
from lowdose.regimen.request_values import hold_text, split_text, step_back_text, step_mapping
from lowdose.regimen.stock import Stock
from lowdose.regimen.titration import Titration

__all__ = ["read_plan_file", "write_plan_file"]

_LARGEST_CHARACTERS = 1_000_000


def read_plan_file(content: str | bytes, source: str = "") -> dict[str, Any]:
    """The keys of a plan file and what stands there, for `request.parse_request`.

    Raises `InputError` where it is not TOML in UTF-8.

    >>> read_plan_file('template = "usual"')
    {'template': 'usual'}
    """
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        place = f"byte {error.start + 1}"
        raise InputError([Fault(place, "not UTF-8", "text in UTF-8")], source) from None
    if len(text) > _LARGEST_CHARACTERS:
        expected = f"at most {_LARGEST_CHARACTERS} characters"
        raise InputError([Fault("size", f"{len(text)} characters", expected)], source)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        shown = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "tables too deep"
        remedy = 'a key looks like target_mg = 4.5 or time = "bedtime"'
        raise InputError([Fault("content", shown, "TOML", remedy)], source) from None


def write_plan_file(request: PlanRequest) -> str:
    """The request as a plan file.

    >>> from lowdose.regimen.request import parse_request
    >>> written = {"start_mg": 4.5, "target_mg": 4.5, "safety": {"opioids": "none"}}
    >>> request = parse_request(written, today=date(2026, 3, 2), zone="Europe/Oslo")
    >>> text = write_plan_file(request)
    >>> parse_request(read_plan_file(text), today=date(2030, 1, 1), zone="UTC") == request
    True
    """
    tables = [*_lines(_mapping(request)), "", "[safety]", *_lines(_safety(request.answers))]
    if isinstance(request.course, Regimen):
        for step in request.course.steps:
            tables += ["", "[[steps]]", *_lines(step_mapping(step))]
    return "\n".join(["# A plan of lowdose. `lowdose plan --file` reads it.", *tables, ""])


def _mapping(request: PlanRequest) -> dict[str, Any]:
    course = request.course
    own = _climb(course) if isinstance(course, Titration) else _names(course)
    rest = {"start": request.start, "zone": request.zone, "blinded": request.blinded or None}
    stock = {} if request.stock is None else _stock(request.stock)
    return {**own, **rest, "patient": request.patient, **stock}


def _names(course: Titration | Regimen) -> dict[str, Any]:
    return {"name": course.name or None, "source": course.source}


def _climb(titration: Titration) -> dict[str, Any]:
    return {
        **_names(titration),
        "start_mg": titration.start_mg,
        "step_mg": titration.step_mg,
        "every_days": titration.every_days,
        "target_mg": titration.target_mg,
        "time": titration.time,
        "days": titration.days,
        "target_days": titration.target_days if titration.days is None else None,
        "hold": [hold_text(hold) for hold in titration.holds] or None,
        "step_back": [step_back_text(back) for back in titration.step_backs] or None,
        "split": split_text(titration.split) or None,
    }


def _stock(stock: Stock) -> dict[str, Any]:
    names = {"mg_per_ml": "liquid_mg_per_ml"}
    return {
        names.get(field.name, field.name): getattr(stock, field.name) for field in fields(stock)
    }


def _safety(answers: Answers) -> dict[str, Any]:
    said = {question.key: answer_text(answers, question.key) for question in QUESTIONS}
    return {
        **said,
        "medicines": None if answers.medicines is None else list(answers.medicines),
        "checked": list(answers.checked) or None,
        "specialist": answers.specialist or None,
    }


def _lines(table: Mapping[str, Any]) -> Iterator[str]:
    """Keys without a value are left out: TOML has no word for nothing."""
    for key, value in table.items():
        if value is not None:
            yield f"{key} = {_toml(value)}"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(each) for each in value)}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(_lines(value))} }}"
    # JSON strings are TOML strings but for DEL, which text of a request cannot hold.
    return json.dumps(str(value), ensure_ascii=False)
