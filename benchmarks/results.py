"""What a benchmark leaves behind: one file with its numbers and everything they hang on.

A speed is a ratio measured in one run on one machine, against a named competitor of a named
version, with the accuracy of both beside it. `benchmarks/results/NAME.json` holds that, and
docs/benchmarks.md is written from it. Standard library only: the documentation reads these files
without any competitor being installed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shlex
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

__all__ = [
    "RESULTS",
    "Accuracy",
    "Comparison",
    "Machine",
    "Measure",
    "Result",
    "Watch",
    "conclude",
    "parser_for",
    "read_result",
    "this_machine",
    "versions_of",
]

RESULTS = Path(__file__).parent / "results"
OURS = ("lowdose", "jax", "jaxlib", "numpy", "scipy")


@dataclass(frozen=True)
class Accuracy:
    """How right an answer is; theirs is None where the number is the difference of the two."""

    what: str
    ours: float
    theirs: float | None = None


@dataclass(frozen=True)
class Comparison:
    """One claim of speed: the same task done by us and by a competitor in the same run.

    ours_s, theirs_s: seconds for one task, one number a repeat. settings: how the competitor was
    used. accuracy: at least one number.
    """

    name: str
    task: str
    competitor: str
    settings: str
    versions: dict[str, str]
    ours_s: tuple[float, ...]
    theirs_s: tuple[float, ...]
    accuracy: tuple[Accuracy, ...]

    def __post_init__(self) -> None:
        if not (self.ours_s and self.theirs_s and self.accuracy and self.versions):
            raise ValueError(f"{self.name}: seconds, versions and accuracy of both are needed")

    @property
    def ratio(self) -> float:
        """Their median time for one task as a multiple of ours; below 1 they are faster."""
        return statistics.median(self.theirs_s) / statistics.median(self.ours_s)

    @property
    def range(self) -> tuple[float, float]:
        """The ratio with the repeats that suit them best, and with those that suit us best."""
        return min(self.theirs_s) / max(self.ours_s), max(self.theirs_s) / min(self.ours_s)


@dataclass(frozen=True)
class Measure:
    """A number of ours without a competitor; wanted: what it was meant to stay under."""

    name: str
    what: str
    value: float
    unit: str
    wanted: float | None = None


@dataclass(frozen=True)
class Machine:
    """What it ran on; vector_bits: its widest registers."""

    processor: str
    vector_bits: int
    cores: int
    cores_used: int
    memory_gib: float
    system: str


class Watch:
    """How much of the processor others took while a benchmark ran, as a share of all cores.

    By `/proc/stat`, where there is one: everything that ran, less this process and its children;
    what the host of a virtual machine gave to other guests counts as taken by others.
    """

    def __init__(self) -> None:
        self._began, self._taken = time.monotonic(), _others()

    def share(self) -> float:
        """Since this was made; 0.02 means a fiftieth of the processor."""
        passed = (time.monotonic() - self._began) * (os.cpu_count() or 1)
        return max(0.0, _others() - self._taken) / passed


def _others() -> float:
    """Seconds of processor time that all others have had since the machine started."""
    told = Path("/proc/stat")
    if not told.exists():
        return 0.0
    user, nice, system, _, _, irq, soft, stolen = map(int, told.read_text().split()[1:9])
    busy = (user + nice + system + irq + soft + stolen) / os.sysconf("SC_CLK_TCK")
    return busy - sum(os.times()[:4])


@dataclass(frozen=True)
class Result:
    """One benchmark's run; others: what `Watch` says."""

    name: str
    date: str
    command: str
    settings: dict[str, Any]
    machine: Machine
    others: float
    versions: dict[str, str]
    comparisons: tuple[Comparison, ...]
    measures: tuple[Measure, ...]

    def as_json(self) -> str:
        """The file: everything, with each comparison's ratio and its range."""
        tree = asdict(self)
        for one, found in zip(tree["comparisons"], self.comparisons, strict=True):
            one |= {"ratio": found.ratio, "range": found.range}
        return json.dumps(_short(tree), indent=2) + "\n"


def read_result(path: Path) -> Result:
    """A file of `benchmarks/results`; raises ValueError where a ratio is not that of its times."""
    tree = json.loads(path.read_text(encoding="utf-8"))
    for one in tree["comparisons"]:
        said = one.pop("ratio"), *one.pop("range")
        made = _comparison(one)
        if any(abs(s / f - 1) > 1e-3 for s, f in zip(said, (made.ratio, *made.range), strict=True)):
            raise ValueError(f"{path.name}: {made.name} says {said}, its times give {made.ratio}")
    return Result(
        **tree
        | {
            "machine": Machine(**tree["machine"]),
            "comparisons": tuple(map(_comparison, tree["comparisons"])),
            "measures": tuple(Measure(**one) for one in tree["measures"]),
        }
    )


def _comparison(tree: dict[str, Any]) -> Comparison:
    listed = {name: tuple(tree[name]) for name in ("ours_s", "theirs_s")}
    return Comparison(
        **tree | listed | {"accuracy": tuple(Accuracy(**a) for a in tree["accuracy"])}
    )


def _short(tree: Any) -> Any:
    """Five figures of every number: more would only be noise."""
    if isinstance(tree, float):
        return float(f"{tree:.5g}")
    if isinstance(tree, dict):
        return {name: _short(value) for name, value in tree.items()}
    return [_short(value) for value in tree] if isinstance(tree, list | tuple) else tree


def this_machine() -> Machine:
    """What the operating system says of the machine."""
    told = Path("/proc/cpuinfo")
    text = told.read_text(encoding="utf-8") if told.exists() else ""
    name = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    bits = next((bits for flag, bits in (("avx512f", 512), ("avx2", 256)) if flag in text), 128)
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        processor=name[1].strip() if name else platform.machine(),
        vector_bits=bits,
        cores=os.cpu_count() or 1,
        cores_used=len(os.sched_getaffinity(0)),
        memory_gib=round(pages / 2**30, 1),
        system=f"{platform.system()} {platform.machine()}",
    )


def versions_of(names: Iterable[str]) -> dict[str, str]:
    """Installed versions of Python packages."""
    return {name: version(name) for name in names}


def parser_for(description: str) -> argparse.ArgumentParser:
    """Options of a benchmark, with where to leave its file."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--save", type=Path, help="write the result there")
    return parser


def conclude(
    options: argparse.Namespace,
    watch: Watch,
    comparisons: Sequence[Comparison],
    measures: Sequence[Measure],
) -> None:
    """Print the result and save it where that was asked for."""
    settings = {name: value for name, value in vars(options).items() if name != "save"}
    script = Path(sys.argv[0]).name
    result = Result(
        name=script.removesuffix("_speed.py"),
        date=date.today().isoformat(),
        command=f"python benchmarks/{script}{_given(settings)}",
        settings=settings,
        machine=this_machine(),
        others=watch.share(),
        versions={"python": platform.python_version()} | versions_of(OURS),
        comparisons=tuple(comparisons),
        measures=tuple(measures),
    )
    print(result.as_json(), end="")
    if options.save:
        options.save.write_text(result.as_json(), encoding="utf-8")


def _given(settings: dict[str, Any]) -> str:
    """The settings as one would type them."""
    return "".join(f" --{name} {shlex.quote(str(value))}" for name, value in settings.items())
