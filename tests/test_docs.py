"""What the documentation says is so: its examples run, its links lead somewhere, nothing lags."""

from __future__ import annotations

import doctest
import importlib
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

import lowdose

ROOT = Path(__file__).parents[1]
SOURCE = Path(lowdose.__file__).parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts),
]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANY_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
DOCS = ROOT / "docs"
REFERENCES = ("reference/commands.md", "reference/python.md", "mechanism/parameters.md")
WRITTEN = [page for page in PAGES if page not in [DOCS / name for name in REFERENCES]]
LINK = re.compile(r"\]\(<?([^)>\s]+)[^)]*\)")
BARE_LINK = re.compile(r"<(https?:[^>]*)>")
ELSEWHERE = re.compile(r"[a-z]+:")
WHOLE_LINK = re.compile(r"https://[\w.-]+\.[a-z]{2,}(/\S*)?|mailto:\S+@\S+|doi:10\.\S+")
TOCTREE = re.compile(r"^```\{toctree\}\n(?::[^\n]*\n)*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FACT = re.compile(r"\b(?:AF|EO|IN|PD|PK|PR|SA|SY)\d{2}\b")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
LONG_EXAMPLES = {"final-again", "how-many-people", "simulate", "three-clinics"}
pages_to_run = pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=[pytest.mark.slow] if page.stem in LONG_EXAMPLES else [])
        for page in PAGES
    ],
    ids=lambda page: str(page.relative_to(ROOT)),
)


def prose(page: Path) -> str:
    """A page without its blocks of code, which may hold what only looks like a link."""
    return ANY_FENCE.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """What a link may name on a page: its headings, written as GitHub and MyST write them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in headings}


def fences(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [body for found, body in FENCE.findall(text) if found == language]


GENERATED = (
    "reference/commands.md",
    "reference/python.md",
    "mechanism/parameters.md",
    "benchmarks.md",
    "pictures/benchmarks.svg",
    # computes every check anew
    pytest.param("validation/report.md", marks=[pytest.mark.slow, pytest.mark.long]),
)


@pytest.mark.parametrize("page", GENERATED)
def test_a_generated_page_is_current(tmp_path: Path, page: str) -> None:
    """Mended by `make docs`. In a process of its own: click remembers how a command was called."""
    program = ROOT / "docs" / "generate.py"
    subprocess.run([sys.executable, program, tmp_path, page], check=True)

    assert (tmp_path / page).read_text("utf-8") == (ROOT / "docs" / page).read_text("utf-8")


def test_every_generated_page_is_held_to_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    generate = importlib.import_module("generate")

    held = [one if isinstance(one, str) else one.values[0] for one in GENERATED]
    assert sorted(generate.PAGES) == sorted(held)


def test_every_public_name_is_in_the_reference() -> None:
    reference = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    names = [name for name in lowdose.__all__ if not name.startswith("__")]

    assert [name for name in names if f"\n## {name}\n" not in reference] == []


def test_every_fact_that_the_program_refers_to_is_listed() -> None:
    used = {
        fact
        for path in SOURCE.rglob("*.py")
        for fact in FACT.findall(path.read_text(encoding="utf-8"))
    }
    listed = set(FACT.findall((DOCS / "facts.md").read_text(encoding="utf-8")))

    assert used - listed == set()


@pages
def test_local_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    local = [link for link in LINK.findall(prose(page)) if not ELSEWHERE.match(link)]

    assert [link for link in local if not leads_somewhere(page, link)] == []


def leads_somewhere(page: Path, link: str) -> bool:
    place, _, anchor = link.partition("#")
    target = page.parent / place if place else page
    return target.exists() and (not anchor or anchor in anchors(target))


@pages
def test_links_elsewhere_are_https_and_whole(page: Path) -> None:
    """There is no network in tests: whether something answers there is looked up by people."""
    links = [link for link in LINK.findall(prose(page)) if ELSEWHERE.match(link)]
    links += BARE_LINK.findall(prose(page))

    assert [link for link in links if not WHOLE_LINK.fullmatch(link)] == []


def test_every_command_is_told_of_in_a_page_that_a_person_wrote() -> None:
    from lowdose.cli.main import cli

    told = "".join(page.read_text("utf-8") for page in WRITTEN)

    assert [name for name in command_names(cli, "lowdose") if name not in told] == []


def command_names(command: click.Command, name: str) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield name
        return
    for each, inner in command.commands.items():
        yield from command_names(inner, f"{name} {each}")


def test_every_term_of_the_glossary_is_used_and_stands_in_its_place() -> None:
    listed = re.findall(r"^(\S.*)\n  \S", (DOCS / "glossary.md").read_text("utf-8"), re.MULTILINE)
    used = "".join(prose(page) for page in WRITTEN if page.name != "glossary.md").lower()

    assert listed == sorted(listed, key=str.lower)
    assert [term for term in listed if not re.search(rf"\b{term.lower()}", used)] == []


def test_every_stage_of_the_code_has_a_chapter_in_the_same_order() -> None:
    order = re.search(r"errors \| runtime \|([^\n]*\n?[^\n]*cli)", lowdose.__doc__ or "")
    assert order is not None
    stages = [name.strip() for name in order[1].split("|")]
    chapters = re.findall(r" <(\w+)/index>$", (DOCS / "index.md").read_text("utf-8"), re.MULTILINE)

    assert chapters == ["start", *stages]


def test_every_page_is_on_the_site_once() -> None:
    """In the list of a page above it; the decisions are listed by a pattern."""
    listed = [
        (page.parent / name).resolve().relative_to(DOCS)
        for page in WRITTEN
        if page.is_relative_to(DOCS)
        for block in TOCTREE.findall(page.read_text("utf-8"))
        for name in re.findall(r"^(?:.* <)?([\w./-]+)>?$", block, re.MULTILINE)
        if "*" not in name
    ]
    written = {page.relative_to(DOCS).with_suffix("") for page in PAGES if DOCS in page.parents}
    decisions = {page for page in written if page.match("decisions/0*")}

    assert sorted(listed) == sorted(written - decisions - {Path("index")})


@pages_to_run
def test_python_examples_hold(page: Path, in_examples: Path) -> None:
    """Examples of one page share their names, from top to bottom.

    Those of the reference are the docstrings' own and run with their modules.
    """
    if page == DOCS / "reference" / "python.md":
        return
    text = "\n".join(fences(page, "pycon"))
    case = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    report: list[str] = []

    result = doctest.DocTestRunner(optionflags=FLAGS).run(case, out=report.append)

    assert result.failed == 0, "".join(report)


@pages_to_run
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


@pytest.mark.parametrize("name", ["accessible", "neighbours"])
def test_examples_of_the_sites_own_extensions_hold(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(DOCS)

    result = doctest.testmod(import_module(name))

    assert result.attempted > 0
    assert result.failed == 0


def test_the_version_is_the_same_everywhere() -> None:
    """Said in the package; the wheel takes it from there; two texts for people repeat it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert settings["project"]["dynamic"] == ["version"]
    assert settings["tool"]["hatch"]["version"]["path"] == "src/lowdose/__init__.py"
    assert f"\nversion: {lowdose.__version__}\n" in citation
    assert f"\n## {lowdose.__version__}" in changes


def test_the_changes_are_in_the_order_of_keep_a_changelog() -> None:
    order = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    days = []
    for version in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        head = re.fullmatch(
            r"\d+\.\d+\.\d+ - (not yet released|\d{4}-\d\d-\d\d)", version.split("\n")[0]
        )
        assert head, f"{version[:40]!r} is not a version and its day"
        days.append(head[1])
        kinds = re.findall(r"^### (.*)$", version, flags=re.MULTILINE)
        assert kinds and kinds == [kind for kind in order if kind in kinds]
    # "not yet released" sorts after any day, and stands on top
    assert days == sorted(days, reverse=True)


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
