"""Put what a command made where the person asked for it: a file, or standard output for `-`.

JSON is UTF-8 everywhere. Text on the screen is in the screen's own letters; a letter that it lacks
(an old code page has no minus sign) is shown as a question mark, which is better than no answer.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from lowdose.errors import Fault, InputError

__all__ = ["CHARTS", "check_endings", "forgive_missing_letters", "put", "put_json"]

CHARTS = (".svg", ".png", ".html")


def check_endings(*groups: tuple[str, Sequence[str], Sequence[str]]) -> None:
    """Refuse file names we cannot serve before anything is worked out.

    Each group is an option, the files given with it, and the endings it knows.
    Raises InputError naming every file with another ending.
    """
    faults = [
        Fault(option, repr(path), f"a file name ending in {' or '.join(endings)}")
        for option, paths, endings in groups
        for path in paths
        if Path(path).suffix.lower() not in endings
    ]
    if faults:
        raise InputError(faults)


def put(path: str, data: bytes | str) -> None:
    """Write `data` to a file whole or not at all, or to standard output where `path` is `-`.

    Raises `OutputError` where the file could not be written.
    """
    if path == "-":
        click.echo(data, nl=False)
        return
    from lowdose.report.files import write_whole

    write_whole(path, data)
    click.echo(f"Wrote {path}.", err=True)


def put_json(data: object) -> None:
    """Write one JSON object and a newline to standard output, in UTF-8 wherever it goes."""
    put("-", (json.dumps(data, ensure_ascii=False, allow_nan=False) + "\n").encode())


def forgive_missing_letters() -> None:
    """Let standard output and error stand in for letters that their encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
