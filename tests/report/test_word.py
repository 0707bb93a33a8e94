"""Files for a word processor: real headings, tables with heads, pictures with words, same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn

from lowdose.report.charts.specification import Axis, Chart, Line, Panel
from lowdose.report.document import (
    Beside,
    Callout,
    Document,
    Facts,
    Figure,
    Heading,
    Items,
    Link,
    Section,
    Table,
    Words,
)
from lowdose.report.word import to_docx

MADE_ON = date(2026, 11, 26)
CHART = Chart("Pain", "Two days.", Axis("day"), (Panel(Axis(), (Line((1, 2), (5, 4)),)),))
DOCUMENT = Document(
    subject="A subject",
    title="A title",
    sections=(
        Section("answer", "Hidden heading", (Callout("Short", "The answer."),)),
        Section(
            "more",
            "A section",
            (
                Heading("A heading"),
                Words("A paragraph with 4.5 mg."),
                Items(("one", Link("a paper", "https://doi.org/10.1000/x", ", 2026"))),
                Facts((("name", "value"),)),
                Table("A table", ("first", "second"), (("a", "b"), ("c", "d")), (0.7, 0.3)),
                Figure(CHART, "A caption.", 0.5),
                Beside((Words("left"),), (Words("right"),)),
            ),
        ),
    ),
    footer="The foot.",
)


@pytest.fixture(scope="module")
def data() -> bytes:
    return to_docx(DOCUMENT, made_on=MADE_ON)


@pytest.fixture
def file(data: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(data))


def styled(file: docx.document.Document, style: str) -> list[str]:
    return [
        one.text for one in file.paragraphs if one.style is not None and one.style.name == style
    ]


def test_headings_are_headings(file: docx.document.Document) -> None:
    assert styled(file, "Title") == ["A title"]
    assert styled(file, "Heading 1") == ["A section"]
    assert styled(file, "Heading 2") == ["A heading"]


def test_the_head_of_a_table_is_repeated_and_the_table_is_described(
    file: docx.document.Document,
) -> None:
    (table,) = file.tables

    assert [cell.text for cell in table.rows[0].cells] == ["first", "second"]
    assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    assert table._tbl.find(f".//{qn('w:tblDescription')}").get(qn("w:val")) == "A table"


def test_a_picture_says_in_words_what_it_shows(file: docx.document.Document) -> None:
    (picture,) = file.inline_shapes

    assert picture._inline.docPr.get("descr") == "Pain. Two days."


def test_the_language_is_said(file: docx.document.Document) -> None:
    found = [one.get(qn("w:val")) for one in file.styles.element.iter(qn("w:lang"))]

    assert found
    assert set(found) == {"en-GB"}


def test_a_link_leads_to_its_address(file: docx.document.Document) -> None:
    (link,) = file.element.body.iter(qn("w:hyperlink"))

    assert file.part.rels[link.get(qn("r:id"))].target_ref == "https://doi.org/10.1000/x"
    assert "".join(node.text for node in link.iter(qn("w:t"))) == "a paper"


def test_numbers_stay_with_their_units(file: docx.document.Document) -> None:
    assert "4.5\u00a0mg" in "".join(one.text for one in file.paragraphs)


def test_the_same_document_gives_the_same_bytes(data: bytes) -> None:
    assert to_docx(DOCUMENT, made_on=MADE_ON) == data


def test_the_date_is_the_one_that_was_asked_for(file: docx.document.Document) -> None:
    assert file.core_properties.created is not None
    assert file.core_properties.created.date() == MADE_ON
    assert file.core_properties.author == "lowdose"


def test_a_picture_higher_than_a_page_is_made_smaller() -> None:
    tall = Chart(
        "T", "D.", Axis("x"), tuple(Panel(Axis(), (Line((1, 2), (5, 4)),)) for _ in range(9))
    )
    document = Document("S", "T", (Section("s", "S", (Figure(tall, "C."),)),), "F")
    (picture,) = docx.Document(io.BytesIO(to_docx(document, made_on=MADE_ON))).inline_shapes

    assert picture.height.inches <= 8.61


def test_every_part_of_the_file_is_sound_xml(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        names = packed.namelist()

    assert len(names) == len(set(names))
    assert "word/document.xml" in names
