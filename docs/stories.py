"""The stories: their code runs while the site is built, draws their pictures and fills notebooks.

A story is a page of docs/stories. Its `pycon` blocks share their names from top to bottom; what
they print must be what the page shows (tests/test_docs.py holds that too, without a site). A
picture is whatever a line `ld.save_chart(..., "NAME.svg")` writes: the page shows it as
`made/STORY/NAME.svg`, a folder that is made anew by every build and kept out of git.

Sphinx calls `setup`, because docs/conf.py names this module among its extensions.
"""

from __future__ import annotations

import contextlib
import doctest
import json
import logging
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "examples"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_FENCE = re.compile(r"^```(\{?\w+\}?)([^\n]*)\n(.*?)^```$\n?", re.MULTILINE | re.DOTALL)
_SAVED = re.compile(r'^ld\.save_chart\((.+),\s*"([\w-]+\.svg)"\)$', re.DOTALL)
_LOCAL = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")
_OPTION = re.compile(r"^:\w+:")
_TO_RUN = (
    "*To run this, put it into the project's folder (where `examples` is), set the project up "
    "(`make setup`), and open it with a Jupyter that uses `.venv/bin/python`.*\n"
)
_TO_TAKE = (
    "\n\nEverything above was run, and its pictures drawn, when this page was built. "
    "{download}`Take it as a notebook <made/%s/%s.ipynb>`, change a number and see.\n"
)


def stories(folder: Path = HERE / "stories") -> list[Path]:
    """The pages, in the order of their names."""
    return sorted(folder.glob("*.md"))


def carry_out(page: Path, folder: Path) -> str:
    """Run a story in an empty folder, where it leaves its pictures; say what went otherwise."""
    code = "\n".join(
        body for kind, _, body in _FENCE.findall(page.read_text("utf-8")) if kind == "pycon"
    )
    case = doctest.DocTestParser().get_doctest(code, {}, page.name, str(page), 0)
    said: list[str] = []
    (folder / "examples").symlink_to(EXAMPLES)
    with contextlib.chdir(folder):
        doctest.DocTestRunner(optionflags=FLAGS).run(case, out=said.append)
    return "".join(said)


def notebook(page: Path, pictures: Mapping[str, str]) -> dict[str, Any]:
    """A story as a Jupyter notebook of format 4.5, with what its code prints and draws.

    pictures: by file name, as SVG. Where the page saves a chart, the notebook shows it.
    """
    cells = [_prose(_TO_RUN)]
    text, end = page.read_text("utf-8"), 0
    for found in _FENCE.finditer(text):
        cells.append(_prose(text[end : found.start()]))
        kind, _, body = found.groups()
        cells += _coded(body, pictures) if kind == "pycon" else [_prose(_caption(body))]
        end = found.end()
    cells = [one for one in [*cells, _prose(text[end:])] if one["source"]]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "cells": [{"id": f"cell-{place}", **one} for place, one in enumerate(cells)],
    }


def _prose(text: str) -> dict[str, Any]:
    """Links within the site lead nowhere in a notebook: their words stay."""
    source = _LOCAL.sub(r"\1", text).strip()
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _caption(body: str) -> str:
    return "\n".join(line for line in body.splitlines() if not _OPTION.match(line))


def _coded(body: str, pictures: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """A cell ends where something is printed or drawn: a notebook shows a cell's last value."""
    lines: list[str] = []
    for example in doctest.DocTestParser().get_examples(body):
        source = example.source.rstrip()
        saved = _SAVED.match(source)
        lines.append(saved[1].strip() if saved else source)
        if saved:
            yield _cell(lines, _shown({"image/svg+xml": pictures[saved[2]]}))
        elif example.want:
            yield _cell(lines, _printed(source, example.want))
        if saved or example.want:
            lines = []
    if lines:
        yield _cell(lines)


def _cell(lines: list[str], *outputs: dict[str, Any]) -> dict[str, Any]:
    code = {"cell_type": "code", "metadata": {}, "execution_count": None}
    return {**code, "source": "\n".join(lines), "outputs": list(outputs)}


def _printed(source: str, text: str) -> dict[str, Any]:
    if source.startswith(("print(", "for ")):
        plain = text.replace("<BLANKLINE>", "")
        return {"output_type": "stream", "name": "stdout", "text": plain}
    return _shown({"text/plain": text.rstrip()})


def _shown(data: dict[str, str]) -> dict[str, Any]:
    result = {"output_type": "execute_result", "execution_count": None, "metadata": {}}
    return {**result, "data": data}


def make(page: Path, into: Path) -> str:
    """Run a story, leave its pictures and its notebook in a folder; say what went otherwise."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as work:
        wrong = carry_out(page, Path(work))
        pictures = {one.name: one.read_text("utf-8") for one in Path(work).glob("*.svg")}
    for name, drawing in pictures.items():
        (into / name).write_text(drawing, encoding="utf-8")
    if not wrong:
        made = json.dumps(notebook(page, pictures), ensure_ascii=False, indent=1)
        (into / f"{page.stem}.ipynb").write_text(made + "\n", encoding="utf-8")
    return wrong


def _make_all(app: Any) -> None:
    from sphinx.util.logging import getLogger

    logging.getLogger("jax").setLevel(logging.WARNING)  # which devices there are is of no interest
    folder = Path(app.srcdir) / "stories"
    for page in stories(folder):
        if wrong := make(page, folder / "made" / page.stem):
            getLogger(__name__).warning("the story %s went otherwise:\n%s", page, wrong)


def _offer_notebook(_: Any, name: str, content: list[str]) -> None:
    folder, _, stem = name.rpartition("/")
    if folder == "stories":
        content[0] += _TO_TAKE % (stem, stem)


def setup(app: Any) -> dict[str, bool]:
    """Register with Sphinx: run the stories first, and offer each as a notebook."""
    app.connect("builder-inited", _make_all)
    app.connect("source-read", _offer_notebook)
    return {"parallel_read_safe": True}
