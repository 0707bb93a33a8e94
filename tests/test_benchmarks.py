"""Claims of speed: each has a result file behind it, and no page claims one that has not."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from results import RESULTS, Comparison, read_result  # noqa: E402
from run import BENCHMARKS  # noqa: E402

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "benchmarks" / "words").glob("*.md")),
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts),
]
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
NUMBER = (
    r"(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred|thousand|half)"
)
SHARE = r" ?% (?:of|faster|slower)"
AMOUNT = rf"(?:{NUMBER}(?: times|-fold|{SHARE}|×| ?x\b)|× ?\d[\d,.]*|twice|half the|a third of the)"
SPEED = r"\b(?:fast|faster|slow|slower|quick|quicker|sooner|speed|speed-?up|as long|time|seconds)\b"
CLAIM = re.compile(rf"\b{AMOUNT}[^|]*?{SPEED}|{SPEED}[^|]*?\b{AMOUNT}", re.IGNORECASE)
# Sentences with such words that are not about a program: what they are about.
OTHERS = {
    "decisions/014-drift.md": {"A second, slower swing": "a person's swing"},
    "validation/mechanism-solver.md": {"answers four times as strongly": "a person's release"},
    "validation/mechanism.md": {"absorption 0.3 times as fast": "a form of the drug"},
    "validation/report.md": {"absorption 0.3 times as fast": "the same, from there"},
    "validation/evidence-coverage.md": {"two fifths as long as": "intervals"},
    "validation/made-up-treatment.md": {"then a slow fall": "pain"},
}
every_benchmark = pytest.mark.parametrize("name", BENCHMARKS)


@every_benchmark
def test_a_benchmark_has_a_result_and_its_words(name: str) -> None:
    """Reading raises where a ratio is not that of its times."""
    found = read_result(RESULTS / f"{name}.json")
    words = (ROOT / "benchmarks" / "words" / f"{name}.md").read_text(encoding="utf-8")

    assert found.name == name
    assert re.findall(r"^\*\*(.*?)\*\*", words, re.MULTILINE) == [
        "What.",
        "Against whom.",
        "What it does not say.",
    ]


@every_benchmark
def test_a_result_says_what_it_hangs_on(name: str) -> None:
    found = read_result(RESULTS / f"{name}.json")

    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found.date)
    assert found.command.startswith(f"python benchmarks/{name}_speed.py")
    assert {"lowdose", "python"} <= found.versions.keys()
    assert found.machine.processor and found.machine.cores and found.machine.memory_gib
    assert found.comparisons


@every_benchmark
def test_a_result_was_measured_with_the_processor_to_itself(name: str) -> None:
    assert read_result(RESULTS / f"{name}.json").others < 0.1


def test_every_result_file_is_of_a_benchmark_that_is_run() -> None:
    assert sorted(path.stem for path in RESULTS.iterdir()) == sorted(BENCHMARKS)


def test_a_ratio_that_is_not_that_of_its_times_is_refused(tmp_path: Path) -> None:
    text = (RESULTS / "evidence.json").read_text(encoding="utf-8")
    changed = re.sub(r'"ratio": [\d.]+', '"ratio": 1000000', text)
    (tmp_path / "evidence.json").write_text(changed, encoding="utf-8")

    with pytest.raises(ValueError, match="its times give"):
        read_result(tmp_path / "evidence.json")


def test_a_comparison_without_accuracy_is_refused() -> None:
    with pytest.raises(ValueError, match="accuracy"):
        Comparison("x", "task", "other", "", {"other": "1"}, (1.0,), (2.0,), ())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_claims_a_ratio_of_speed_by_hand(page: Path) -> None:
    """Only docs/benchmarks.md has ratios; it is written from the files (tests/test_docs.py)."""
    if page.name == "benchmarks.md":
        return
    innocent = OTHERS.get(str(page.relative_to(ROOT / "docs")) if "docs" in page.parts else "", {})

    assert [one for one in claims(page) if not any(words in one for words in innocent)] == []


def test_what_is_excused_still_stands_on_its_page() -> None:
    for page, phrases in OTHERS.items():
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        assert [phrase for phrase in phrases if phrase not in text] == []


@pytest.mark.parametrize(
    "text",
    [
        "It is 509 times as fast as NUTS.",
        "The fast path reaches 81 % of the twin's speed.",
        "A loop is three times slower.",
        "It compiles in half the time.",
        "Sampling takes 50 times as long.",
        "a speed-up of 12x",
    ],
)
def test_a_claim_of_speed_is_seen(text: str) -> None:
    assert CLAIM.search(text)


def claims(page: Path) -> list[str]:
    """Sentences of a page with an amount and a word of speed."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    sentences = re.split(r"(?<=[.:;!?])\s+|\n", text)
    return [one for one in sentences if CLAIM.search(one)]
