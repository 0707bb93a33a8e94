"""What was found so far, kept in a folder, so that an interrupted job goes on where it stopped.

A folder belongs to one job: `job.json` holds its fingerprint. Each chunk is one file, written whole
or not at all.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from lowdose.errors import Fault, InputError
from lowdose.trial.operate.values import Found, Task

__all__ = ["Folder", "open_folder"]

_FORMAT = 1


class Folder:
    """The results of one job on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, number: int) -> Found | None:
        """What this task found, if it is there and whole."""
        try:
            content = io.BytesIO(self._file(number).read_bytes())
            with np.load(content, allow_pickle=False) as kept:
                values = {one.name: kept[one.name] for one in fields(Found)}
        except (OSError, KeyError, ValueError, BadZipFile):
            return None
        plain = {name: value.item() for name, value in values.items() if value.ndim == 0}
        return Found(**{**values, **plain})

    def save(self, number: int, found: Found) -> None:
        """Keep what a task found."""
        target = self._file(number)
        part = target.with_name(f"{target.name}.{os.getpid()}.part")
        with part.open("wb") as file:
            np.savez(file, **{one.name: getattr(found, one.name) for one in fields(Found)})
        part.replace(target)

    def _file(self, number: int) -> Path:
        return self._path / f"chunk-{number:06d}.npz"


def open_folder(path: Path, tasks: Sequence[Task]) -> Folder:
    """The folder of this job, made if need be.

    Raises InputError where it holds another job or cannot be written.
    """
    mark = {"format": _FORMAT, "job": _fingerprint(tasks), "chunks": len(tasks)}
    note = path / "job.json"
    try:
        path.mkdir(parents=True, exist_ok=True)
        if note.exists():
            _check(json.loads(note.read_text(encoding="utf-8")), mark, path)
        else:
            note.write_text(json.dumps(mark), encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a job of ours"
        raise _fault(path, reason) from None
    return Folder(path)


def _check(kept: object, mark: dict[str, object], path: Path) -> None:
    if kept != mark:
        raise _fault(path, "results of another job")


def _fault(path: Path, value: str) -> InputError:
    wanted = "an empty folder, or one of the same design, settings, trials and seed"
    return InputError([Fault("--resume", f"{path}: {value}", wanted)])


def _fingerprint(tasks: Sequence[Task]) -> str:
    return hashlib.sha256("\n".join(map(repr, tasks)).encode()).hexdigest()
