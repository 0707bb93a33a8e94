"""Every simulated person's days as rows of a CSV or Parquet file, written while they are computed.

One row a person and day (or hour), people in order, numbers in single precision. Memory does not
grow with the number of people; the file appears when it is whole.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import OutputError
from lowdose.mechanism.chain import OUTPUTS
from lowdose.report.files import whole_file

__all__ = ["people_tables"]

Numbers = NDArray[np.float64]
Save = Callable[[Mapping[str, Numbers], NDArray[np.int64]], None]
_ROWS_A_PART = 500_000


@contextmanager
def people_tables(
    *, csv: Sequence[str] = (), parquet: Sequence[str] = (), hourly: bool = False
) -> Iterator[Save | None]:
    """Give the function that `lowdose.simulate` saves people with, or None without any file.

    A block's outputs are (times, people); its people are numbers from 0, in the files from 1.
    Blocks may come from any thread and in any order. `-` writes CSV to standard output.

    Raises:
        OutputError: a file could not be written; what was there before is kept.
    """
    with ExitStack() as stack:
        writers = [stack.enter_context(_csv(path)) for path in csv]
        writers += [stack.enter_context(_parquet(path)) for path in parquet]
        yield _in_order(writers, "hour" if hourly else "day") if writers else None


def _in_order(writers: Sequence[Callable[[Any], None]], unit: str) -> Save:
    lock, waiting, first = Lock(), dict[int, Any](), 0

    def save(outputs: Mapping[str, Numbers], numbers: NDArray[np.int64]) -> None:
        nonlocal first
        rows = _rows(outputs, numbers, unit)
        with lock:
            waiting[int(numbers[0])] = (rows, numbers.size)
            while first in waiting:
                rows, people = waiting.pop(first)
                for write in writers:
                    write(rows)
                first += people

    return save


def _rows(outputs: Mapping[str, Numbers], numbers: NDArray[np.int64], unit: str) -> Any:
    import polars

    times = len(next(iter(outputs.values())))
    columns: dict[str, Any] = {
        "person": np.repeat(numbers.astype(np.int64) + 1, times),
        unit: np.tile(np.arange(1, times + 1, dtype=np.int32), numbers.size),
    }
    names = sorted(outputs, key=[*OUTPUTS, *outputs].index)
    columns |= {name: outputs[name].T.ravel().astype(np.float32) for name in names}
    return polars.DataFrame(columns)


@contextmanager
def _csv(path: str) -> Iterator[Callable[[Any], None]]:
    if path == "-":
        yield _csv_writer(sys.stdout.buffer)
        return
    with whole_file(path) as place, place.open("wb") as file:
        yield _csv_writer(file)


def _csv_writer(file: Any) -> Callable[[Any], None]:
    started = False

    def write(rows: Any) -> None:
        nonlocal started
        rows.write_csv(file, include_header=not started)
        started = True

    return write


@contextmanager
def _parquet(path: str) -> Iterator[Callable[[Any], None]]:
    """Parts in a folder beside the file, put together at the end."""
    import polars

    with whole_file(path) as place, TemporaryDirectory(prefix=place.name, dir=place.parent) as at:
        parts: list[Path] = []
        held: list[Any] = []

        def flush() -> None:
            if held:
                parts.append(Path(at) / f"{len(parts):08d}.parquet")
                polars.concat(held).write_parquet(parts[-1])
                held.clear()

        def write(rows: Any) -> None:
            held.append(rows)
            if sum(map(len, held)) >= _ROWS_A_PART:
                flush()

        yield write
        flush()
        try:
            polars.scan_parquet(parts).sink_parquet(place)
        except polars.exceptions.PolarsError as error:
            raise OutputError(f"{path}: it could not be written ({error})") from error
