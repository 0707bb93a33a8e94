"""Two hundred entries at once, of two or more versions of the clinic beside each other.

A host that other machines share is half as quick in one minute as in the next, so versions are
compared at the same time only: all are served at once, on one folder, and asked in turn.

    python benchmarks/clinic_load.py --courses 10000 --seconds 5 --folder filled
    python benchmarks/clinic_beside.py filled ../before/src:4 src:4 src:2

Each is a folder with a `lowdose` in it and how many web processes serve it. The database must be
one that all of them know. Gives of each the time within which 95 of 100 entries are answered, and
how that compares with the first version in the same round.
"""

from __future__ import annotations

import argparse
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from clinic_load import (
    devices_of,
    entries_at_once,
    load_clinic,
    newest_courses,
    nothing_due,
    nothing_waits,
    percentile,
    served,
)
from measuring import Progress, table

FIRST_PORT = 8801
EVENINGS = 6
PAUSE_SECONDS = 0.3


@dataclass(frozen=True)
class Version:
    """A version of the clinic: where its source lies, and by how many processes it is served."""

    source: Path
    processes: int

    @property
    def name(self) -> str:
        """As it was given."""
        return f"{self.source}:{self.processes}"


def version(written: str) -> Version:
    """A version from its argument."""
    source, _, processes = written.rpartition(":")
    if not (Path(source) / "lowdose").is_dir() or not processes.isdecimal():
        raise argparse.ArgumentTypeError(f"{written!r}, expected as src:2, with src/lowdose there")
    return Version(Path(source), int(processes))


def evening(port: int, courses: list[Any], devices: list[tuple[str, str]], day: date) -> float:
    """All devices send one day, which was not there before; the time for 95 of 100."""
    from lowdose.clinic.models import DiaryEntry

    DiaryEntry.objects.filter(course__in=courses, day=day).delete()
    nothing_due(courses)
    time.sleep(PAUSE_SECONDS)
    return percentile(entries_at_once(port, devices, day), 95)


def beside(versions: list[Version], rounds: int) -> dict[Version, list[float]]:
    """The times of each version, in milliseconds, round by round; the first round is for warmth."""
    nothing_waits()
    courses = newest_courses()
    devices = devices_of(courses)
    times: dict[Version, list[float]] = {one: [] for one in versions}
    progress = Progress("rounds", rounds + 1)
    with ExitStack() as running:
        ports = {one: FIRST_PORT + number for number, one in enumerate(versions)}
        for one, port in ports.items():
            options = ("--workers", str(one.processes))
            running.enter_context(served(port, *options, source=one.source.absolute()))
        for number in range(rounds + 1):
            day = date.today() - timedelta(days=1 + number % EVENINGS)
            # now one version comes first, now the other
            for one in versions if number % 2 else reversed(versions):
                times[one].append(evening(ports[one], courses, devices, day))
            progress()
    return {one: found[1:] for one, found in times.items()}


def report(times: dict[Version, list[float]]) -> str:
    """A line for each version: median, and ratio to the first with its standard error."""
    first = next(iter(times.values()))
    rows = []
    for one, found in times.items():
        ratios = [mine / its for mine, its in zip(found, first, strict=True)]
        error = statistics.stdev(ratios) / len(ratios) ** 0.5
        said = f"{statistics.mean(ratios):.2f} ({error:.2f})"
        rows.append((one.name, f"{statistics.median(found):.0f} ms", said))
    return table(("version", "p95, median", "ratio to the first (standard error)"), rows)


def main() -> None:
    """Serve, ask in turn, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="filled by clinic_load.py")
    parser.add_argument("versions", type=version, nargs="+", metavar="SOURCE:PROCESSES")
    parser.add_argument("--rounds", type=int, default=16)
    arguments = parser.parse_args()
    load_clinic(arguments.folder)
    print(report(beside(arguments.versions, max(arguments.rounds, 2))))


if __name__ == "__main__":
    main()
