"""Put what a command made where the person asked for it: a file, or standard output for `-`."""

from __future__ import annotations

import click

__all__ = ["put"]


def put(path: str, data: bytes | str) -> None:
    """Write `data` to a file whole or not at all, or to standard output where `path` is `-`.

    Raises `OutputError` where the file could not be written.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    if path == "-":
        click.echo(content, nl=False)
        return
    from lowdose.report.files import write_whole

    write_whole(path, content)
    click.echo(f"Wrote {path}.", err=True)
