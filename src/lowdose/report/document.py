"""A document before it has a form: sections of paragraphs, lists, tables and figures.

Pages (`html.py`), printed sheets (`pdf.py`) and files for a word processor (`word.py`) are forms of
the same document, so they cannot say different things. Everything here is plain text; escaping is
the form's task.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from lowdose.report.charts.diagram import Diagram
from lowdose.report.charts.specification import Chart

__all__ = [
    "Beside",
    "Block",
    "Callout",
    "Document",
    "Facts",
    "Figure",
    "Heading",
    "Items",
    "Link",
    "Plain",
    "Section",
    "Table",
    "Text",
    "Words",
]


class Link(NamedTuple):
    """Words that lead to an address ("" for none), and plain words after them."""

    text: str
    address: str
    after: str = ""

    def __str__(self) -> str:
        return self.text + self.after


Text = str | Link


@dataclass(frozen=True)
class Words:
    """A paragraph; `small` for what only some readers need."""

    text: str
    small: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: str


@dataclass(frozen=True)
class Callout:
    """What must not be overlooked: a short label and a few sentences."""

    label: str
    text: str


@dataclass(frozen=True)
class Items:
    """A list."""

    lines: tuple[Text, ...]


@dataclass(frozen=True)
class Facts:
    """Names and what belongs to them."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table; the first column of each row names the row.

    `shares` of the width for each column; without them the first gets the most.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    shares: tuple[float, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A picture with the sentence that says how to read it; `share` of the paper's width."""

    chart: Chart | Diagram
    caption: str
    share: float = 1.0


Plain = Words | Heading | Callout | Items | Facts | Table | Figure


@dataclass(frozen=True)
class Beside:
    """Blocks side by side, where there is room."""

    left: tuple[Plain, ...]
    right: tuple[Plain, ...]


Block = Plain | Beside


@dataclass(frozen=True)
class Section:
    """Blocks under a heading; `slug` names the place in links.

    `narrow` sections may stand in a column of their own in a compact document.
    """

    slug: str
    title: str
    blocks: tuple[Block, ...]
    narrow: bool = False


@dataclass(frozen=True)
class Document:
    """The whole: a line above the title, the title, sections, and a closing line.

    `compact` documents are set small and in columns, to fit one sheet of paper if they can.
    """

    subject: str
    title: str
    sections: tuple[Section, ...]
    footer: str
    compact: bool = False
