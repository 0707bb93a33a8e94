"""Every text of the clinic exists in every language, with the same blanks to fill."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from clinic_world import ANSWER
from django.test import Client
from django.utils import formats, translation

import lowdose.clinic
from lowdose.clinic.answer_words import answer_words
from lowdose.clinic.models import Course, User

CLINIC = Path(lowdose.clinic.__file__).parent
FOLDER = CLINIC / "locale" / "nb" / "LC_MESSAGES"
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
BLANK = re.compile(r"%\(\w+\)s")
TRANSLATE = re.compile(r"{%\s*translate\s+(?:\"([^\"]+)\"|'([^']+)')")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (FOLDER / "django.po").open("rb") as file:
        return read_po(file, locale="nb")


def texts_in_code() -> Iterator[str]:
    for path in CLINIC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS:
                yield from (
                    one.value
                    for one in node.args
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


def texts_in_templates() -> Iterator[str]:
    for path in CLINIC.rglob("*.html"):
        for double, single in TRANSLATE.findall(path.read_text("utf-8")):
            yield double or single


def test_every_text_is_in_the_catalogue(catalogue: Catalog) -> None:
    """Mended by scripts/messages and a translation of what it finds."""
    known = {
        one.replace("%%", "%")  # a template's percent sign is doubled there
        for message in catalogue
        for one in ([message.id] if isinstance(message.id, str) else message.id)
    }
    used = {one.replace("%%", "%") for one in (*texts_in_code(), *texts_in_templates())}

    assert sorted(used - known) == []


def test_every_text_is_translated(catalogue: Catalog) -> None:
    empty = [
        m.id
        for m in catalogue
        if m.id and (m.fuzzy or not all([m.string] if isinstance(m.string, str) else m.string))
    ]

    assert empty == []


def test_a_translation_fills_the_same_blanks(catalogue: Catalog) -> None:
    wrong = []
    for message in catalogue:
        both = (message.id, message.string)
        originals, said = ([one] if isinstance(one, str) else list(one) for one in both)
        for one in said[-1:]:  # a singular may leave the number out
            if {*BLANK.findall(one)} != {*BLANK.findall(originals[-1])}:
                wrong.append(message.id)

    assert [one for one in wrong if one] == []


def test_the_compiled_catalogue_is_current(catalogue: Catalog) -> None:
    """Mended by scripts/messages."""
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = read_mo(file)

    assert pairs(compiled) == pairs(catalogue)


def pairs(catalogue: Catalog) -> dict[str, str]:
    return {
        str(list(m.id) if m.pluralizable else m.id): str(
            tuple(m.string) if m.pluralizable else m.string
        )
        for m in catalogue
        if m.id
    }


@pytest.mark.django_db
def test_a_person_reads_pages_in_the_chosen_language(
    doctor: User, open_course: Course, as_: Callable[[User | None], Client]
) -> None:
    User.objects.filter(pk=doctor.pk).update(language="nb")

    page = as_(doctor).get(f"/courses/{open_course.pk}/").content.decode()

    assert '<html lang="nb">' in page
    assert "2. mars 2026" in page


@pytest.mark.django_db
def test_an_english_date_cannot_be_taken_for_another_day(open_course: Course) -> None:
    with translation.override("en"):
        assert formats.date_format(open_course.first_day, "SHORT_DATE_FORMAT") == "2 Mar 2026"


def test_an_answer_is_said_in_norwegian_with_norwegian_numbers() -> None:
    with translation.override("nb"):
        words = answer_words(ANSWER, "Smerte")

    assert words.verdict == "Det virker sannsynligvis"
    assert "−2,5" in words.sentences[0] and "4,5 mg" in words.difference


def test_an_answer_is_said_in_english() -> None:
    with translation.override("en"):
        words = answer_words(ANSWER, "Pain")

    assert words.difference == "Pain: on 4.5 mg about 1.2 points lower than on no treatment."
    assert words.sentences[1].startswith("Chance that it helps at all: over 99 %.")
