"""The ratings of a table: which symptoms there are, and every cell's number on its scale."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from lowdose.diary.columns import Columns
from lowdose.diary.entries import Kind, Symptom
from lowdose.diary.findings import Findings, cell, did_you_mean, listed, quoted
from lowdose.diary.form import Form
from lowdose.diary.numbers import EMPTY_WORDS, is_empty, parse_number
from lowdose.diary.options import ReadOptions, setting, symptom_from
from lowdose.diary.table import Table, is_plain_name

__all__ = ["parse_ratings", "symptoms_for"]

Cells = Sequence[tuple[int, str]]

_YES = {"yes": 1.0, "true": 1.0, "y": 1.0, "1": 1.0, "no": 0.0, "false": 0.0, "n": 0.0, "0": 0.0}
_BETTER_HIGH = re.compile(
    "mood|energy|happ|well.?being|function|content|relax|vitality|quality|concentration"
    "|productiv|creativ|mobility|appetite|steps|agency"
)
"""Names that suggest a symptom where higher is better; only used to ask."""

_LEAVE_OUT = "leave it out (--ignore {name}), or name all symptoms to read (--read)"


def symptoms_for(
    table: Table, columns: Columns, form: Form, options: ReadOptions, findings: Findings
) -> dict[str, Symptom]:
    """Say how every symptom is rated; defaults are noted, names nobody has are faults."""
    names = columns.symptoms
    if form is Form.LONG:
        names = _items(table, columns.roles["item"], options, findings)
    present = {*names, *table.header}
    if form is Form.LONG:
        present |= {text for _, text in table.column(columns.roles["item"])}
    _check_known(options, present, findings)
    symptoms = {name: symptom_from(options, name) for name in names}
    _note_defaults(symptoms.values(), options, findings)
    return symptoms


def _items(table: Table, column: str, options: ReadOptions, findings: Findings) -> tuple[str, ...]:
    seen = dict.fromkeys(text for _, text in table.column(column))
    for row, text in table.column(column):
        if not is_plain_name(text):
            findings.fault(cell(row, column), quoted(text), "the name of a symptom")
    names = tuple(name for name in seen if name)
    if options.symptoms is None:
        return names
    for name in options.symptoms:
        if name not in seen:
            expected = f"an entry of column {column}"
            findings.fault("--read", quoted(name), expected, did_you_mean(name, names))
    unread = [name for name in names if name not in options.symptoms]
    if unread:
        findings.note(f"Symptoms not read: {listed(unread, most=40)}.")
    return tuple(name for name in options.symptoms if name in seen)


def _check_known(options: ReadOptions, present: set[str], findings: Findings) -> None:
    said: Mapping[str, object]
    for what in ("scale", "direction", "kind", "instrument"):
        given = getattr(options, what)
        said = given if isinstance(given, Mapping) else {}
        for name in said:
            if name != "*" and name not in present:
                findings.fault(
                    f"{what} of {name}",
                    quoted(name),
                    "a symptom of the file",
                    did_you_mean(name, sorted(present)),
                )


def _note_defaults(symptoms: Iterable[Symptom], options: ReadOptions, findings: Findings) -> None:
    every = list(symptoms)
    ratings = [each.name for each in every if each.kind is Kind.RATING]
    scaleless = [name for name in ratings if setting(options.scale, name) is None]
    if scaleless:
        findings.note(f"Nobody gave a scale for {listed(scaleless)}: 0 to 10 was assumed.")
    open_names = [each.name for each in every if setting(options.direction, each.name) is None]
    if open_names:
        findings.note(
            f"Nobody said which way is better for {listed(open_names)}: lower was assumed."
        )
    doubtful = [name for name in open_names if _BETTER_HIGH.search(name.casefold())]
    if doubtful:
        findings.note(
            f"If higher is better for {listed(doubtful)}, say --direction higher_is_better: "
            "without it the answer is the wrong way round."
        )


def parse_ratings(
    table: Table,
    columns: Columns,
    symptoms: Mapping[str, Symptom],
    decimal: str,
    findings: Findings,
) -> dict[str, list[float]]:
    """Parse the ratings of every symptom; one list per symptom, one number per row of the file."""
    if "item" not in columns.roles or columns.symptoms:
        cells = {name: table.column(name) for name in symptoms}
        return {
            name: _parse_column(symptom, name, cells[name], decimal, findings)
            for name, symptom in symptoms.items()
        }
    return _parse_items(table, columns, symptoms, decimal, findings)


def _parse_items(
    table: Table,
    columns: Columns,
    symptoms: Mapping[str, Symptom],
    decimal: str,
    findings: Findings,
) -> dict[str, list[float]]:
    items = [text for _, text in table.column(columns.roles["item"])]
    value = columns.roles["value"]
    cells = table.column(value)
    ratings: dict[str, list[float]] = {}
    for name, symptom in symptoms.items():
        rows = [at for at, item in enumerate(items) if item == name]
        found = _parse_column(symptom, value, [cells[at] for at in rows], decimal, findings)
        ratings[name] = [math.nan] * len(items)
        for at, number in zip(rows, found, strict=True):
            ratings[name][at] = number
    return ratings


def _parse_column(
    symptom: Symptom, column: str, cells: Cells, decimal: str, findings: Findings
) -> list[float]:
    parse = _parser(symptom, decimal)
    known: dict[str, float | None] = {text: parse(text) for _, text in cells}
    _note_empty_words(column, known, findings)
    numbers = [known[text] for _, text in cells]
    wrong = [each for each, number in zip(cells, numbers, strict=True) if number is None]
    outside = [
        each
        for each, number in zip(cells, numbers, strict=True)
        if number is not None and not _on_scale(number, symptom)
    ]
    filled = sum(not is_empty(text) for _, text in cells)
    if len(wrong) > 2 and len(wrong) == filled:
        _fault_text_column(symptom, column, wrong, findings)
    else:
        hint = _LEAVE_OUT.format(name=column) if len(wrong) == filled else ""
        for row, text in wrong:
            remedy = _other_mark(text, decimal) or hint
            findings.fault(cell(row, column), quoted(text), _expected(symptom), remedy)
    _fault_outside(symptom, column, outside, filled, findings)
    return [math.nan if number is None else number for number in numbers]


def _parser(symptom: Symptom, decimal: str) -> Callable[[str], float | None]:
    def parse(text: str) -> float | None:
        if is_empty(text):
            return math.nan
        if symptom.kind is Kind.BINARY and text.casefold() in _YES:
            return _YES[text.casefold()]
        return parse_number(text, decimal)

    return parse


def _note_empty_words(column: str, known: Iterable[str], findings: Findings) -> None:
    words = sorted({text for text in known if text and text.casefold() in EMPTY_WORDS})
    if words:
        findings.note(f"In column {column}, {listed(map(quoted, words))} was read as not noted.")


def _on_scale(number: float, symptom: Symptom) -> bool:
    if math.isnan(number):
        return True
    if symptom.kind is not Kind.RATING and not number.is_integer():
        return False
    return symptom.low <= number <= symptom.high


def _expected(symptom: Symptom) -> str:
    if symptom.kind is Kind.BINARY:
        return "yes or no (or 1 or 0), or an empty cell"
    if symptom.kind is Kind.COUNT:
        return "a whole number, 0 or more, or an empty cell"
    return f"a number from {symptom.low:g} to {symptom.high:g} or an empty cell"


def _other_mark(text: str, decimal: str) -> str:
    """Say so where a cell is a number with the decimal mark that the file does not use."""
    if parse_number(text, "," if decimal == "." else ".") is None:
        return ""
    return f"the file has decimal {'points' if decimal == '.' else 'commas'} elsewhere"


def _fault_text_column(symptom: Symptom, column: str, wrong: Cells, findings: Findings) -> None:
    row, text = wrong[0]
    findings.fault(
        f"column {column}",
        f"text such as {quoted(text)} in row {row}",
        f"a symptom with {_expected(symptom)}",
        _remedy_for_text({text.casefold() for _, text in wrong}, column),
    )


def _remedy_for_text(words: set[str], column: str) -> str:
    if words <= set(_YES):
        return f"if this is a yes-or-no symptom, say --kind {column}=binary"
    return _LEAVE_OUT.format(name=column)


def _fault_outside(
    symptom: Symptom, column: str, outside: Cells, filled: int, findings: Findings
) -> None:
    if not outside:
        return
    remedy = ""
    if symptom.kind is Kind.RATING:
        remedy = "if the scale is another one, say for example --scale 0-100"
    if len(outside) > 5 and 4 * len(outside) > filled:
        row, text = outside[0]
        findings.fault(
            f"column {symptom.name}",
            f"{len(outside)} of {filled} cells off the scale, first {quoted(text)} in row {row}",
            _expected(symptom),
            remedy,
        )
        return
    for row, text in outside:
        findings.fault(cell(row, column), quoted(text), _expected(symptom), remedy)
