"""What the documentation says is so: its examples run, its links lead somewhere, nothing lags."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import lowdose

ROOT = Path(__file__).parents[1]
SOURCE = Path(lowdose.__file__).parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts),
]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(<?([^)#>\s]+)[^)]*\)")
FACT = re.compile(r"\b(?:AF|EO|IN|PD|PK|PR|SA|SY)\d{2}\b")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def fences(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [body for found, body in FENCE.findall(text) if found == language]


def test_the_reference_pages_are_current(tmp_path: Path) -> None:
    """Mended by `make docs`. In a process of its own: click remembers how a command was called."""
    subprocess.run([sys.executable, ROOT / "docs" / "generate.py", tmp_path], check=True)

    lagging = [
        page.name
        for page in tmp_path.iterdir()
        if page.read_text("utf-8") != (ROOT / "docs" / page.name).read_text("utf-8")
    ]
    assert lagging == []


def test_every_public_name_is_in_the_reference() -> None:
    reference = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    names = [name for name in lowdose.__all__ if not name.startswith("__")]

    assert [name for name in names if f"\n## {name}\n" not in reference] == []


def test_every_fact_that_the_program_refers_to_is_listed() -> None:
    used = {
        fact
        for path in SOURCE.rglob("*.py")
        for fact in FACT.findall(path.read_text(encoding="utf-8"))
    }
    listed = set(FACT.findall((ROOT / "docs" / "facts.md").read_text(encoding="utf-8")))

    assert used - listed == set()


@pages
def test_local_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]

    assert [link for link in local if not (page.parent / link).exists()] == []


@pages
def test_python_examples_hold(page: Path, in_examples: Path) -> None:
    """Examples of one page share their names, from top to bottom.

    Those of the reference are the docstrings' own and run with their modules.
    """
    if page.name == "api.md":
        return
    text = "\n".join(fences(page, "pycon"))
    case = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    report: list[str] = []

    result = doctest.DocTestRunner(optionflags=FLAGS).run(case, out=report.append)

    assert result.failed == 0, "".join(report)


@pages
def test_terminal_examples_hold(
    page: Path, in_examples: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Output is compared where it is shown; `...` stands for whatever comes there."""
    status = 0
    for command, shown in commands(page):
        if command == "echo $?":
            assert shown.strip() == str(status)
            status = 0
            continue
        assert status == 0, f"the command before {command!r} ended with status {status}"
        status, printed = carried_out(command, capfd)
        assert not shown or doctest.OutputChecker().check_output(shown, printed, FLAGS), (
            f"$ {command}\nshown:\n{shown}\nprinted:\n{printed}"
        )
    assert status == 0


def test_every_example_block_is_of_a_kind_that_is_checked() -> None:
    known = {"console", "pycon", "text", "toml", "json", "bibtex"}
    found = {language for page in PAGES for language, _ in FENCE.findall(page.read_text("utf-8"))}

    assert found <= known


@pages
def test_settings_shown_are_toml(page: Path) -> None:
    for block in fences(page, "toml"):
        tomllib.loads(block)


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert project["version"] == lowdose.__version__
    assert f"\nversion: {lowdose.__version__}\n" in citation
    assert f"\n## {lowdose.__version__}" in changes


def commands(page: Path) -> Iterator[tuple[str, str]]:
    """The commands of a page in order, each with the output that is shown."""
    for block in fences(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.replace("\\\n", " ").partition("\n")
            yield command.strip(), shown


def carried_out(command: str, capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    program, *arguments = shlex.split(command)
    if program == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert set(arguments) <= set(targets), command
        return 0, ""
    if program in {"git", "cd"}:
        return 0, ""
    assert program == "lowdose", f"nobody checks {command!r}"
    from lowdose.cli.main import main

    capfd.readouterr()
    with pytest.raises(SystemExit) as end:
        main(arguments)
    out, err = capfd.readouterr()
    return int(end.value.code or 0), out + err


@pytest.fixture
def in_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with the examples where the pages say they are."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path
