"""Put what a command made where the person asked for it: a file, or standard output for `-`.

JSON is UTF-8 everywhere. Text on the screen is in the screen's own letters; a letter that it lacks
(an old code page has no minus sign) is shown as a question mark, which is better than no answer.
"""

from __future__ import annotations

import io
import json
import sys

import click

__all__ = ["forgive_missing_letters", "put", "put_json"]


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
