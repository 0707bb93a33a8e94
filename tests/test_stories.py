"""The stories of docs/stories: every picture drawn, every notebook a notebook that can be run.

What their code prints is compared with the page by tests/test_docs.py, as for all pages.
"""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from doctest import DocTestParser
from importlib.util import module_from_spec, spec_from_file_location
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted((DOCS / "stories").glob("*.md"))
FIGURE = re.compile(r"^```\{figure\} (\S+)\n:alt: (.+)\n", re.MULTILINE)
SAVED = re.compile(r'ld\.save_chart\(.*?"([\w-]+\.svg)"\)', re.DOTALL)
SAVES = re.compile(r'ld\.save_chart\((.+?),\s*"[\w-]+\.svg"\)$', re.MULTILINE | re.DOTALL)
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@pytest.fixture(scope="module")
def stories() -> ModuleType:
    """The extension as Sphinx loads it, from its file."""
    spec = spec_from_file_location("stories", DOCS / "stories.py")
    assert spec is not None and spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@every_page
def test_a_story_shows_every_picture_that_its_code_saves(page: Path) -> None:
    text = page.read_text("utf-8")
    shown = [path for path, _ in FIGURE.findall(text)]

    assert shown == [f"made/{page.stem}/{name}" for name in SAVED.findall(text)]
    assert shown


@every_page
def test_a_story_is_in_the_list_of_stories(page: Path) -> None:
    assert f"\nstories/{page.stem}\n" in (DOCS / "index.md").read_text("utf-8")


@every_page
def test_a_notebook_keeps_the_code_of_its_story_and_shows_its_pictures(
    page: Path, stories: ModuleType
) -> None:
    text = page.read_text("utf-8")
    names = SAVED.findall(text)
    cells = stories.notebook(page, dict.fromkeys(names, "<svg/>"))["cells"]
    code = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")
    pictures = [out for cell in cells for out in cell.get("outputs", ()) if "<svg/>" in str(out)]
    written = (each.source.rstrip() for each in DocTestParser().get_examples(text))

    assert len(pictures) == len(names)
    assert code.split() == SAVES.sub(r"\1", "\n".join(written)).split()


def test_the_cells_of_a_notebook_say_what_the_notebook_shows(
    stories: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = story(
        tmp_path, ">>> x = 2\n>>> print(x + 1)\n3\n>>> for y in (1, x):\n...     print(y)\n1\n2\n"
    )
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}

    for cell in stories.notebook(page, {})["cells"]:
        if cell["cell_type"] == "code":
            with redirect_stdout(StringIO()) as said:
                exec(cell["source"], names)
            assert said.getvalue() == "".join(out["text"] for out in cell["outputs"])


def test_a_changed_number_is_told(stories: ModuleType, tmp_path: Path) -> None:
    page = story(tmp_path, ">>> print(1 + 1)\n3\n")

    wrong = stories.make(page, tmp_path / "made")

    assert "Expected:\n    3\nGot:\n    2\n" in wrong
    assert list((tmp_path / "made").iterdir()) == []


def test_a_story_leaves_its_picture_and_a_notebook_with_it(
    stories: ModuleType, tmp_path: Path
) -> None:
    draw = '>>> from pathlib import Path\n>>> _ = Path("a.svg").write_text("<svg>drawn</svg>")\n'
    page = story(tmp_path, draw + ">>> print(1)\n1\n")

    assert stories.make(page, tmp_path / "made") == ""

    assert (tmp_path / "made" / "a.svg").read_text() == "<svg>drawn</svg>"
    assert (tmp_path / "made" / "tale.ipynb").exists()


def story(folder: Path, code: str) -> Path:
    page = folder / "tale.md"
    page.write_text(f"# A tale\n\nSee [there](other.md).\n\n```pycon\n{code}\n```\n", "utf-8")
    return page
