"""Every text of a document, and the text of each of its forms without blanks, to compare them."""

from __future__ import annotations

import io
from collections.abc import Iterator

import docx
import pypdf
from bs4 import BeautifulSoup

from lowdose.report.document import (
    Beside,
    Block,
    Callout,
    Document,
    Facts,
    Figure,
    Heading,
    Items,
    Table,
    Words,
)


def texts_of(document: Document) -> Iterator[str]:
    """All that a document says, piece by piece."""
    yield from (document.subject, document.title, document.footer)
    for section in document.sections:
        if section.slug != "answer":  # its heading is for screen readers of pages only
            yield section.title
        for block in section.blocks:
            yield from _texts(block)


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Words() | Heading():
            yield block.text
        case Callout():
            yield from (block.label, block.text)
        case Items():
            yield from map(str, block.lines)
        case Facts():
            yield from (text for pair in block.pairs for text in pair)
        case Table():
            yield block.caption
            yield from block.columns
            yield from (str(cell) for row in block.rows for cell in row)
        case Figure():
            yield block.caption
        case Beside():
            for one in (*block.left, *block.right):
                yield from _texts(one)


def bare(text: str) -> str:
    """Without blanks of any kind and with plain letters for ligatures."""
    for ligature, plain in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl")):
        text = text.replace(ligature, plain)
    return "".join(text.split())


def html_text(page: str) -> str:
    """What a page says."""
    return bare(BeautifulSoup(page, "html.parser").get_text())


def pdf_text(data: bytes, footer: str) -> str:
    """What a sheet says, without the line at the foot of each page."""
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    whole = "".join(page.extract_text() for page in pages)
    said = bare(whole)
    for number in range(1, len(pages) + 1):
        said = said.replace(f"Page{number}of{len(pages)}", "")
    return said.replace(bare(footer), "") + bare(footer)


def docx_text(data: bytes) -> str:
    """What a word processor's file says."""
    file = docx.Document(io.BytesIO(data))
    pieces = [node.text or "" for node in file.element.body.iter() if node.tag.endswith("}t")]
    pieces += [paragraph.text for paragraph in file.sections[0].footer.paragraphs]
    return bare("".join(pieces))
