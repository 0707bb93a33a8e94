"""The page and the picture of the benchmarks, from `benchmarks/results` and `benchmarks/words`.

No number of speed is typed by hand: words say what was compared and what that does not say; ratios,
times, accuracy, versions and machine come from the result files. `docs/generate.py` writes both.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from lowdose.report.charts.specification import (
    Axis,
    Category,
    Chart,
    Intervals,
    Panel,
    Role,
    Rule,
    Scale,
)
from lowdose.report.charts.svg import to_svg

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from results import RESULTS, Accuracy, Comparison, Measure, Result, read_result  # noqa: E402
from run import BENCHMARKS as NAMES  # noqa: E402

__all__ = ["benchmarks_chart", "benchmarks_page", "benchmarks_picture", "ratio_text"]

# A plan for many: diaries, sites, cells a site, and the price of a core-hour in euro (assumption).
_MANY, _SITES, _CELLS, _EURO = 10_000_000, 50_000, 20, 0.05


def results() -> list[Result]:
    """Every benchmark's last run, in the order in which they are run."""
    return [read_result(RESULTS / f"{name}.json") for name in NAMES]


def benchmarks_page() -> str:
    """docs/benchmarks.md."""
    found = results()
    tables = [_overview(found), _targets(found), *map(_section, found)]
    return "\n".join([_words("opening"), *tables, _words("closing")])


def benchmarks_picture() -> str:
    """docs/pictures/benchmarks.svg, on white, whatever the page around it."""
    opening, end, rest = to_svg(benchmarks_chart(results()), theme="light").partition(">")
    white = '<rect width="100%" height="100%" fill="#fff"/>'
    return f"{opening}{end}{white}{rest}\n"


def benchmarks_chart(found: Sequence[Result]) -> Chart:
    """One row a comparison: its ratio and range, with the competitor at 1."""
    rows = list(_rows(found))
    ranges = [one.range for _, one in rows]
    return Chart(
        title="How many times as long as ours the others take",
        description=" ".join(f"{row.name}: {row.note}." for row, _ in rows),
        x=Axis(
            "the other's time as a multiple of ours, same task, same machine, same run",
            Scale.LOG,
            low=min(0.5, *(low for low, _ in ranges)),
            hints=("the other is faster", "lowdose is faster"),
        ),
        panels=(
            Panel(
                Axis(scale=Scale.CATEGORY, categories=tuple(row for row, _ in rows)),
                (
                    Rule(1.0, role=Role.ZERO, label="as fast as the other"),
                    Intervals(
                        row=tuple(range(len(rows))),
                        middle=tuple(one.ratio for _, one in rows),
                        low=tuple(low for low, _ in ranges),
                        high=tuple(high for _, high in ranges),
                        label="median, and range of the repeats",
                    ),
                ),
            ),
        ),
    )


def _rows(found: Sequence[Result]) -> Iterator[tuple[Category, Comparison]]:
    for result in found:
        heading = _words(result.name).splitlines()[0].removeprefix("## ")
        for one in result.comparisons:
            name = (
                f"{one.competitor}, {one.task.rpartition(', ')[2]}" if _twice(result, one) else ""
            )
            yield Category(name or one.competitor, f"× {ratio_text(one.ratio)}", heading), one
            heading = ""


def _twice(result: Result, one: Comparison) -> bool:
    """Whether a competitor comes more than once, so that the task must tell them apart."""
    return sum(each.competitor == one.competitor for each in result.comparisons) > 1


def ratio_text(ratio: float) -> str:
    """Two figures: more would only be noise."""
    return f"{float(f'{ratio:.2g}'):,.10g}"


def _overview(found: Sequence[Result]) -> str:
    head = ("task", "against", "ratio", "ours", "theirs", "accuracy beside it")
    return _table(head, (_claim(one) for result in found for one in result.comparisons))


def _claim(one: Comparison) -> tuple[str, ...]:
    low, high = map(ratio_text, one.range)
    return (
        one.task,
        f"{one.competitor} ({', '.join(f'{n} {v}' for n, v in one.versions.items())}): "
        f"{one.settings}",
        f"**{ratio_text(one.ratio)}** ({low} to {high})",
        _duration(statistics.median(one.ours_s)),
        _duration(statistics.median(one.theirs_s)),
        "; ".join(map(_accuracy, one.accuracy)),
    )


def _accuracy(one: Accuracy) -> str:
    if one.theirs is None:
        return f"{one.what}: {one.ours:.2g}"
    return f"{one.what}: ours {one.ours:.2g}, theirs {one.theirs:.2g}"


def _duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def _targets(found: Sequence[Result]) -> str:
    """How many of the times and sizes that we wanted were missed, each by name."""
    targets = [one for result in found for one in result.measures if one.wanted is not None]
    missed = [one for one in targets if not _is_met(one)]
    lines = (
        f"- {one.what}: {_amount(one.value)} {one.unit}, wanted {_limit(one)} at most"
        for one in missed
    )
    words = _words("targets").format(targets=len(targets), missed=len(missed))
    return "\n".join([words, *lines, ""])


def _section(result: Result) -> str:
    measures = (
        (one.what, f"{_amount(one.value)} {one.unit}", _wanted(one)) for one in result.measures
    )
    machine, versions = result.machine, ", ".join(f"{n} {v}" for n, v in result.versions.items())
    made = (
        f"*{result.date}, `{result.command}`; {machine.processor}, registers of "
        f"{machine.vector_bits} bits, {machine.cores_used} of {machine.cores} cores, "
        f"{machine.memory_gib:g} GiB, {machine.system}; other programs took "
        f"{100 * result.others:.0f} % of the processor meanwhile. {versions}.*\n"
    )
    table = _table(("ours alone", "measured", "wanted at most"), measures)
    more = [_at_scale(result)] if result.name == "pool" else []
    return "\n".join([_words(result.name), table, *more, made])


def _amount(value: float) -> str:
    """Three figures."""
    return f"{float(f'{value:.3g}'):,.10g}"


def _wanted(one: Measure) -> str:
    if one.wanted is None:
        return ""
    return _limit(one) if _is_met(one) else f"{_limit(one)}, **not met**"


def _is_met(one: Measure) -> bool:
    return one.wanted is None or one.value <= one.wanted


def _limit(one: Measure) -> str:
    """What was wanted, in four figures: none is longer, but for shares of a second."""
    return f"{one.wanted:,.4g} {one.unit}"


def _at_scale(result: Result) -> str:
    """What ten million diaries would take, by the slopes of the pooling benchmark."""
    found = {one.name: one.value for one in result.measures}
    cores = result.machine.cores_used
    hours, minutes = _MANY * found["diary"] / 3.6e6, _MANY * found["course"] / 6e7
    total = cores * (hours + minutes / 60)
    arrays = _SITES * _CELLS
    rows = (
        ("the likelihood of each", f"{hours:.1f} hours of {cores} cores"),
        ("summing these into arrays, and the answer", f"{minutes:.0f} minutes of {cores} cores"),
        (f"adding the arrays of {_SITES:,} sites", f"{_SITES / 10_000 * found['sites']:.2g} ms"),
        (
            f"memory for the arrays of {_SITES:,} sites, {_CELLS} each",
            f"{arrays * found['array'] / 2**20:.1f} GiB; "
            f"as files {arrays * found['file'] / 2**20:.1f} GiB",
        ),
        (
            f"price, at {_EURO:g} euro for a core-hour of a rented server (assumption)",
            f"{_EURO * total:.2f} euro",
        ),
    )
    return _table((f"{_MANY:,} diaries, at these rates", "take"), iter(rows))


def _words(name: str) -> str:
    return (BENCHMARKS / "words" / f"{name}.md").read_text(encoding="utf-8")


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
