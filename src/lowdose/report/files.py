"""Write a file whole or not at all.

Every file that a person names is written here: first to a temporary file in the same folder, then
renamed into place. Whatever goes wrong on the way, the file that stood there before is untouched.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lowdose.errors import OutputError

__all__ = ["whole_file", "whole_folder", "write_once", "write_whole"]

_NAME_CHARACTERS_KEPT = 60
_REASONS = {
    FileExistsError: "it is there already and stays as it is; name another place",
    FileNotFoundError: "the folder does not exist; make it first or name another one",
    NotADirectoryError: "a part of this path is a file, not a folder; name another path",
    IsADirectoryError: "this is a folder; add the name of a file",
    PermissionError: "writing is not allowed here; name a place you may write to",
}


def write_whole(path: str | Path, data: bytes | str) -> None:
    """Write `data` to `path` whole or not at all; text is written as UTF-8, newlines as given.

    A symbolic link is followed; devices and pipes (such as /dev/stdout) are written straight to.

    Raises:
        OutputError: the file could not be written; what was there before is kept.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "answer.txt", "Probably working.")
    ...     print((Path(folder) / "answer.txt").read_text(encoding="utf-8"))
    Probably working.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    try:
        _write(Path(path).resolve(), content)
    except OSError as error:
        raise OutputError(f"{path}: {_reason(error)}") from error
    except ValueError as error:  # a null character in the name
        raise OutputError(f"{path!r}: this is not a usable file name") from error


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """A place beside `path` to write to bit by bit; it becomes `path` when all has gone well.

    Whatever ends the work earlier, an interruption included, leaves nothing behind.

    Raises:
        OutputError: the file could not be written; what was there before is kept.
    """
    target = Path(path).resolve()
    temporary = _beside(target)
    try:
        if target.is_dir():
            raise IsADirectoryError(target)
        yield temporary
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
    except OSError as error:
        raise OutputError(f"{path}: {_reason(error)}") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


@contextmanager
def whole_folder(path: str | Path) -> Iterator[Path]:
    """A folder beside `path` to fill; it becomes `path`, which is new, when all has gone well.

    Raises:
        OutputError: there is something at `path` already, or it could not be made.
    """
    target = Path(path).resolve()
    temporary = _beside(target)
    try:
        if target.exists():
            raise FileExistsError(target)
        temporary.mkdir()
        yield temporary
        temporary.rename(target)
    except OSError as error:
        raise OutputError(f"{path}: {_reason(error)}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_once(path: str | Path, data: str, *, private: bool = False) -> None:
    """Write a file that is not there yet; a private one only its owner may read.

    Raises:
        OutputError: there is something at `path` already, or it could not be written.
    """
    target = Path(path)
    made = False
    try:
        mode = 0o600 if private else 0o666
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        made = True
        _fill(descriptor, data.encode("utf-8"))
    except BaseException as error:
        if made:
            with suppress(OSError):
                target.unlink()
        if isinstance(error, OSError):
            raise OutputError(f"{path}: {_reason(error)}") from error
        raise


def _beside(target: Path) -> Path:
    stem = target.name[:_NAME_CHARACTERS_KEPT]
    return target.with_name(f".{stem}.{secrets.token_hex(4)}.part")


def _write(target: Path, content: bytes) -> None:
    if target.is_dir():
        raise IsADirectoryError(target)
    if target.exists() and not target.is_file():
        with target.open("wb") as device:
            device.write(content)
        return
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(target)
    _replace(target, content)


def _replace(target: Path, content: bytes) -> None:
    temporary = _beside(target)
    try:
        # os.open, not mkstemp: new files get the person's usual permissions
        _fill(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), content)
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
    except BaseException:  # an interruption, too, must leave nothing behind
        with suppress(OSError):
            temporary.unlink()
        raise


def _fill(descriptor: int, content: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _reason(error: OSError) -> str:
    for kind, reason in _REASONS.items():
        if isinstance(error, kind):
            return reason
    return f"it could not be written ({error.strerror or 'unknown reason'})"
