"""A document on paper: tagged PDF, the same bytes every time.

Everything travels to the template as data, so nothing that a person wrote is read as markup. The
fonts shipped inside typst are used first; the machine's own only for letters that those lack.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from importlib import resources
from typing import Any

from lowdose.errors import Fault, InputError
from lowdose.report.charts.elements import clean
from lowdose.report.charts.picture import PRINT_FONT
from lowdose.report.charts.svg import to_svg
from lowdose.report.document import (
    Beside,
    Block,
    Callout,
    Document,
    Facts,
    Figure,
    Heading,
    Items,
    Link,
    Table,
    Text,
    Words,
)
from lowdose.report.wording import glued

__all__ = ["to_pdf"]

_PAPERS = {"a4": "a4", "letter": "us-letter"}
_CHART_PX = 760


def to_pdf(document: Document, *, made_on: date, paper: str = "a4") -> bytes:
    """Set a document as an accessible PDF (PDF/UA-1) on "a4" or "letter" paper.

    Raises:
        InputError: another paper.
    """
    if paper not in _PAPERS:
        raise InputError([Fault("paper", repr(paper), f"one of: {', '.join(_PAPERS)}")])
    moment = datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC)
    return _compile(json.dumps(_data(document, _PAPERS[paper])), moment)


def _compile(data: str, moment: datetime) -> bytes:
    import typst

    with resources.as_file(resources.files("lowdose.report") / "templates") as folder:
        compiled: Callable[..., Any] = partial(
            typst.compile,
            folder / "document.typ",
            root=folder,
            format="pdf",
            sys_inputs={"data": data},
            timestamp=moment,
        )
        try:
            pdf = compiled(pdf_standards=["ua-1"])
        except typst.TypstError:
            # PDF/UA refuses letters that no font of this machine has; a sheet with an empty box
            # in a name is better than none, and it is still tagged
            pdf = compiled()
    return bytes(pdf)


def _text(text: str) -> str:
    return glued(clean(text))


def _data(document: Document, paper: str) -> dict[str, Any]:
    return {
        "paper": paper,
        "subject": _text(document.subject),
        "title": _text(document.title),
        "footer": _text(document.footer),
        "compact": document.compact,
        "sections": [
            {
                "slug": section.slug,
                "narrow": section.narrow,
                "title": _text(section.title),
                "blocks": [_block(block) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    data: dict[str, Any]
    match block:
        case Words():
            data = {"kind": "words", "text": _text(block.text), "small": block.small}
        case Heading():
            data = {"kind": "heading", "text": _text(block.text)}
        case Callout():
            data = {"kind": "callout", "label": _text(block.label), "text": _text(block.text)}
        case Items():
            data = {"kind": "items", "lines": [_rich(line) for line in block.lines]}
        case Facts():
            data = {"kind": "facts", "pairs": [[_text(text) for text in p] for p in block.pairs]}
        case Table():
            data = _table(block)
        case Figure():
            data = _figure(block)
        case Beside():
            halves = ([_block(one) for one in half] for half in (block.left, block.right))
            data = {"kind": "beside", "halves": list(halves)}
    return data


def _rich(text: Text) -> dict[str, str]:
    link = text if isinstance(text, Link) else Link(text, "")
    return {"text": _text(link.text), "address": clean(link.address), "after": _text(link.after)}


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": _text(table.caption),
        "columns": [_text(name) for name in table.columns],
        "rows": [[_rich(value) for value in row] for row in table.rows],
        "shares": list(table.shares),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    width = round(_CHART_PX * figure.share)
    drawing = to_svg(figure.chart, width=width, theme="light", heading=False, font=PRINT_FONT)
    return {
        "kind": "figure",
        "svg": drawing,
        "width": figure.share,
        "alt": _text(f"{figure.chart.title}. {figure.chart.description}"),
        "caption": _text(figure.caption),
    }
