"""The options with which every command reads a diary file, defined once.

@click.command()
@reading_options
def command(reading: ReadOptions, ...): ...
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

import click

from lowdose.diary.options import ReadOptions
from lowdose.diary.sidecar import parse_direction, parse_kind
from lowdose.errors import Fault, InputError

__all__ = ["options_from", "reading_options", "source_of"]

Command = Callable[..., Any]
T = TypeVar("T")

_OPTIONS = (
    click.option("--column", multiple=True, metavar="ROLE=NAME", help="Say which column is what."),
    click.option("--ignore", multiple=True, metavar="NAME", help="Leave a column unread."),
    click.option("--read", multiple=True, metavar="SYMPTOM", help="Read only these symptoms."),
    click.option(
        "--scale", multiple=True, metavar="[NAME=]LOW-HIGH", help="Ends of the scale: 0-10."
    ),
    click.option(
        "--direction", multiple=True, metavar="[NAME=]lower|higher", help="Which way is better."
    ),
    click.option(
        "--kind", multiple=True, metavar="[NAME=]rating|count|binary", help="What a number is."
    ),
    click.option(
        "--dates",
        type=click.Choice(["iso", "day-first", "month-first"]),
        help="How to read dates like 03/04/2026.",
    ),
    click.option("--decimal", type=click.Choice([".", ","]), help="The decimal mark."),
    click.option("--where", multiple=True, metavar="COLUMN=TEXT", help="Read only these rows."),
    click.option(
        "--same-day",
        type=click.Choice(["fault", "mean"]),
        help="What to do with rows of one day that carry no time.",
    ),
    click.option("--blinded/--open", default=None, help="Whether the person was blinded."),
)
_SCALE = re.compile(r"(?P<low>-?\d+(?:\.\d+)?)\s*(?:-|to)\s*(?P<high>-?\d+(?:\.\d+)?)")
_KEYS = (
    *("column", "ignore", "read", "scale", "direction", "kind"),
    *("dates", "decimal", "where", "same_day", "blinded"),
)


def reading_options(command: Command) -> Command:
    """Add the reading options to a command, which receives them as `reading`, a `ReadOptions`."""

    @functools.wraps(command)
    def wrapped(*args: Any, **given: Any) -> Any:
        said = {key: given.pop(key) for key in _KEYS}
        return command(*args, reading=options_from(**said), **given)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


def options_from(
    *,
    column: Iterable[str] = (),
    ignore: Iterable[str] = (),
    read: Iterable[str] = (),
    scale: Iterable[str] = (),
    direction: Iterable[str] = (),
    kind: Iterable[str] = (),
    dates: str | None = None,
    decimal: str | None = None,
    where: Iterable[str] = (),
    same_day: str | None = None,
    blinded: bool | None = None,
) -> ReadOptions:
    """Make `ReadOptions` from what was typed.

    Raises `InputError` with everything that cannot be understood.

    >>> options_from(scale=["0-100", "pain=0-10"]).scale
    {'*': (0.0, 100.0), 'pain': (0.0, 10.0)}
    """
    faults: list[Fault] = []
    options = ReadOptions(
        columns=_pairs("--column", column, "date=NAME", faults),
        ignore=tuple(ignore),
        symptoms=tuple(read) or None,
        scale=_settings("--scale", scale, _scale, "two numbers like 0-100", faults) or None,
        direction=_settings("--direction", direction, parse_direction, "lower or higher", faults)
        or None,
        kind=_settings("--kind", kind, parse_kind, "rating, count or binary", faults) or None,
        dates=cast(Any, dates),
        decimal=cast(Any, decimal),
        where=_pairs("--where", where, "COLUMN=TEXT", faults),
        same_day=cast(Any, same_day),
        blinded=blinded,
    )
    if faults:
        raise InputError(faults)
    return options


def _pairs(option: str, given: Iterable[str], example: str, faults: list[Fault]) -> dict[str, str]:
    pairs = {}
    for text in given:
        name, mark, value = text.partition("=")
        if not mark or not name.strip():
            faults.append(Fault(option, repr(text), f"something like {example}"))
        pairs[name.strip()] = value.strip()
    return pairs


def _settings(
    option: str,
    given: Iterable[str],
    parse: Callable[[str], T | None],
    expected: str,
    faults: list[Fault],
) -> dict[str, T]:
    settings: dict[str, T] = {}
    for text in given:
        name, mark, value = text.rpartition("=")
        parsed = parse(value.strip())
        if parsed is None:
            faults.append(Fault(option, repr(text), expected))
        else:
            settings[name.strip() if mark else "*"] = parsed
    return settings


def _scale(text: str) -> tuple[float, float] | None:
    """Read `0-10`, `-5-5` or `0 to 100`."""
    match = _SCALE.fullmatch(text)
    if match is None:
        return None
    low, high = float(match["low"]), float(match["high"])
    return (low, high) if low < high else None


def source_of(file: str) -> tuple[str | bytes, str]:
    """Give what to read and its name: `-` is standard input."""
    if file == "-":
        with click.open_file(file, "rb") as stream:
            return stream.read(), "standard input"
    return file, ""
