"""Write the validation report, docs/validation/report.md, from the checks in tests/checks.

python docs/generate.py                     writes it with the other generated pages
python docs/validation_report.py --slow     works the slow checks out anew and stores their numbers
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from checks.check import Chapter, Check, Compared, Kind, Verdict, compared  # noqa: E402
from checks.register import every_check  # noqa: E402
from checks.stored import COMMAND, Stored, read_stored, write_stored  # noqa: E402

from lowdose.mechanism.parameters import PARAMETERS  # noqa: E402

__all__ = ["validation_page"]

_PROSE = HERE / "validation_report.txt"
_SHOWN = 4
_DIGITS = 5

_WHERE = {
    Chapter.REGIMEN: "`tests/checks/regimen.py`; laws in `tests/regimen`.",
    Chapter.MECHANISM: "`tests/checks/mechanism.py`; more in [Levels and blockade]"
    "(mechanism.md) and [The fast path](mechanism-solver.md).",
    Chapter.POPULATION: "`tests/checks/population.py`; laws in `tests/population`.",
    Chapter.EVIDENCE: "`tests/checks/evidence.py`; every model with every test on all twelve sets "
    "runs in `tests/evidence`. The data are listed in `tests/evidence/reference/README.md`.",
    Chapter.INFERENCE: "`tests/checks/inference.py`; more in [Agreement](agreement.md) and "
    "[Real diaries](real-diaries.md).",
    Chapter.TRIAL: "`tests/checks/trial.py`; the data are listed in `tests/trial/data/README.md`.",
    Chapter.POOL: "`tests/checks/pool.py`; more in [Pooling against sampling](pool-agreement.md).",
    Chapter.CLINIC: "`tests/checks/clinic.py`. Most of what is checked of the clinic is no number: "
    "[The clinic, and what it was held against](clinic.md).",
}


def validation_page() -> str:
    """The whole page."""
    stored = read_stored()
    found = [_numbers(check, stored) for check in every_check()]
    chapters = "\n".join(_chapter(chapter, found) for chapter in Chapter)
    return _PROSE.read_text(encoding="utf-8").format(
        date=stored.date,
        command=COMMAND,
        counts=_counts(found),
        chapters=chapters,
        assumed=_assumed(),
    )


def _numbers(check: Check, stored: Stored) -> Compared:
    return stored.of(check) if check.slow else compared(check)


def _counts(found: Sequence[Compared]) -> str:
    """A line a chapter: rows by what they are held against, and what came out."""
    head = ("chapter", *(f"against {kind}" for kind in Kind), "rows", "agree", "differ, as known")
    rows = [_count(str(chapter), _of(chapter, found)) for chapter in Chapter]
    return _table(head, [*rows, _count("**all**", found)])


def _count(name: str, found: Sequence[Compared]) -> tuple[object, ...]:
    kinds = Counter(one.check.kind for one in found)
    verdicts = Counter(one.verdict for one in found)
    return (
        name,
        *(kinds[kind] for kind in Kind),
        len(found),
        verdicts[Verdict.AGREES],
        verdicts[Verdict.DIFFERS],
    )


def _of(chapter: Chapter, found: Sequence[Compared]) -> list[Compared]:
    return [one for one in found if one.check.chapter is chapter]


def _chapter(chapter: Chapter, found: Sequence[Compared]) -> str:
    head = ("what", "here", "there", "origin", "within", "verdict")
    rows = [_row(one) for one in _of(chapter, found)]
    return f"## {chapter.capitalize()}\n\n{_WHERE[chapter]}\n\n{_table(head, rows)}"


def _row(one: Compared) -> tuple[object, ...]:
    check = one.check
    verdict = f"{one.verdict}: {check.differs}" if check.differs else str(one.verdict)
    origin = f"{check.origin}; stored" if check.slow else check.origin
    here, there = _written(one.here, one.there), _written(one.there, one.there)
    return check.what, here, there, origin, check.within, verdict


def _written(values: np.ndarray, beside: np.ndarray) -> str:
    """The first numbers to five figures; what is nothing beside the other number is 0."""
    nothing = np.maximum(1e-9 * np.abs(beside), 1e-12)
    shown = [
        "0" if abs(value) < least else f"{value:.{_DIGITS}g}"
        for value, least in zip(values[:_SHOWN], nothing, strict=False)
    ]
    more = values.size - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _assumed() -> str:
    """Parameters that nobody measured, from the table of the mechanism."""
    rows = [
        (f"`{one.name}`", one.about, f"{one.typical:g} {one.unit}", f"{one.unsure:g}", one.source)
        for one in PARAMETERS.values()
        if "assumption" in one.source
    ]
    head = ("parameter", "what it is", "typical", "unsure (log)", "source")
    return (
        "## What is assumed\n\n"
        f"Of the {len(PARAMETERS)} numbers of [the mechanism](../mechanism/parameters.md), "
        f"{len(rows)} rest on an assumption: nobody measured them, or not in this.\n"
        "Assumptions of plans are in the templates' sources above, of trials in their designs' "
        "comments, and of answers in [The model](../inference/model.md).\n\n" + _table(head, rows)
    )


def _table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines) + "\n"


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|")


def main() -> None:
    """Work out slow checks anew, or print the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slow", action="store_true", help="work out and store the slow checks")
    if parser.parse_args().slow:
        write_stored([one for one in every_check() if one.slow], date.today().isoformat())
    else:
        print(validation_page())


if __name__ == "__main__":
    main()
