"""A document as a file for a word processor (.docx): real headings, tables and pictures.

For whoever has to go on writing. Tables repeat their headings on every page, pictures carry what
they say in words, and the same document gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from lowdose.report.charts.elements import clean
from lowdose.report.charts.picture import to_png
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
    Section,
    Table,
    Text,
    Words,
)
from lowdose.report.wording import glued

if TYPE_CHECKING:
    from docx.document import Document as File
    from docx.table import Table as _Table
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

__all__ = ["to_docx"]

_CHART_PX = 720
_WIDE_INCHES, _HIGH_INCHES = 6.3, 8.6
_INK, _QUIET, _ACCENT = "1D2730", "55616B", "0060A0"
_PANEL = "F3F6F8"
_LANGUAGE = "en-GB"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a zip file knows


def to_docx(document: Document, *, made_on: date) -> bytes:
    """Write a document as a .docx file, dated `made_on`.

    >>> from datetime import date
    >>> to_docx(Document("Subject", "Title", (), "The end."), made_on=date(2026, 1, 5))[:2]
    b'PK'
    """
    import docx

    file = docx.Document()
    _styles(file)
    _about(file, document, made_on)
    file.add_paragraph(_text(document.subject), style="Subtitle")
    file.add_paragraph(_text(document.title), style="Title")
    for section in document.sections:
        _section(file, section)
    file.sections[0].footer.paragraphs[0].text = _text(document.footer)
    written = io.BytesIO()
    file.save(written)
    return _steady(written.getvalue())


def _text(text: str) -> str:
    return glued(clean(text))


def _about(file: File, document: Document, made_on: date) -> None:
    about, moment = file.core_properties, datetime.combine(made_on, time())
    about.title, about.subject = _text(document.title)[:255], _text(document.subject)[:255]
    about.author, about.last_modified_by, about.language = "lowdose", "lowdose", _LANGUAGE
    about.created = about.modified = moment
    about.comments, about.revision = "", 1


def _styles(file: File) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    page = file.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin = page.bottom_margin = Cm(2.2)
    looks = {
        "Normal": (10.5, _INK),
        "Title": (20, _INK),
        "Subtitle": (10.5, _QUIET),
        "Heading 1": (15, _ACCENT),
        "Heading 2": (11.5, _INK),
        "Caption": (9.5, _QUIET),
    }
    for name, (size, colour) in looks.items():
        style: Any = file.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(colour)
        style.font.name = "Calibri"
        style.font.italic = False
        if name == "Caption":
            style.font.bold = False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{key}"), None)  # a theme's font would win
    _speak(file)


def _speak(file: File) -> None:
    """Say in which language the text is, for whatever reads it aloud."""
    from docx.oxml.ns import qn

    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)


def _section(file: File, section: Section) -> None:
    if section.slug != "answer":
        file.add_heading(_text(section.title), level=1)
    for block in section.blocks:
        _block(file, block)


def _block(file: File, block: Block) -> None:
    match block:
        case Words():
            file.add_paragraph(_text(block.text), style="Caption" if block.small else None)
        case Heading():
            file.add_heading(_text(block.text), level=2)
        case Callout():
            _callout(file, block)
        case Items():
            for line in block.lines:
                _rich(file.add_paragraph(style="List Bullet"), line)
        case Facts():
            _facts(file, block)
        case Table():
            _table(file, block)
        case Figure():
            _figure(file, block)
        case Beside():
            for one in (*block.left, *block.right):
                _block(file, one)


def _rich(paragraph: Paragraph, text: Text) -> None:
    if not isinstance(text, Link) or not text.address:
        paragraph.add_run(_text(str(text)))
        return
    _link(paragraph, _text(text.text), clean(text.address))
    paragraph.add_run(_text(text.after))


def _link(paragraph: Paragraph, words: str, address: str) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    run = paragraph.add_run(words)
    run.font.underline, run.font.color.rgb = True, RGBColor.from_string(_ACCENT)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, True))
    paragraph._p.append(link)
    link.append(run._r)


def _callout(file: File, block: Callout) -> None:
    paragraph = file.add_paragraph()
    paragraph.add_run(f"{_text(block.label)}: ").bold = True
    paragraph.add_run(_text(block.text))
    _shade(paragraph._p.get_or_add_pPr())


def _shade(properties: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", _PANEL)):
        shade.set(qn(f"w:{key}"), value)
    # the schema wants the shade before spacing and indents
    properties.insert_element_before(shade, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _facts(file: File, block: Facts) -> None:
    for name, value in block.pairs:
        paragraph = file.add_paragraph()
        paragraph.add_run(f"{_text(name)}: ").bold = True
        paragraph.add_run(_text(value))


def _table(file: File, block: Table) -> None:
    caption = file.add_paragraph(_text(block.caption), style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = file.add_table(rows=1, cols=len(block.columns))
    table.style = file.styles["Table Grid"]
    for cell, name in zip(table.rows[0].cells, block.columns, strict=True):
        _cell(cell, name, bold=True)
    _repeat(table.rows[0]._tr)
    _widths(table, block)
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            _cell(cell, text)
    _describe(table._tbl.tblPr, block.caption)
    file.add_paragraph()


def _widths(table: _Table, block: Table) -> None:
    from docx.shared import Inches

    shares = block.shares or (1.5, *(1.0 for _ in block.columns[1:]))
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Inches(_WIDE_INCHES * share / sum(shares))


def _cell(cell: _Cell, text: Text, *, bold: bool = False) -> None:
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    _rich(paragraph, text)
    for run in paragraph.runs:
        run.font.size = Pt(9)
        run.bold = bold or None


def _repeat(row: Any) -> None:
    """Mark a row as the table's head, which every page repeats."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(head)


def _describe(properties: Any, words: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    said = OxmlElement("w:tblDescription")
    said.set(qn("w:val"), _text(words))
    properties.append(said)


def _figure(file: File, block: Figure) -> None:
    from docx.shared import Emu, Inches

    picture = io.BytesIO(to_png(block.chart, width=round(_CHART_PX * block.share), heading=False))
    shape = file.add_picture(picture, width=Inches(_WIDE_INCHES * block.share))
    if shape.height > Inches(_HIGH_INCHES):
        shape.width = Emu(shape.width * Inches(_HIGH_INCHES) // shape.height)
        shape.height = Inches(_HIGH_INCHES)
    said = shape._inline.docPr
    said.set("descr", _text(f"{block.chart.title}. {block.chart.description}"))
    said.set("title", _text(block.chart.title))
    file.paragraphs[-1].paragraph_format.keep_with_next = True
    file.add_paragraph(_text(block.caption), style="Caption")


def _steady(data: bytes) -> bytes:
    """The same file without the moment at which it was packed."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as given,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in given.namelist():
            kept.writestr(zipfile.ZipInfo(name, _EPOCH), given.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
