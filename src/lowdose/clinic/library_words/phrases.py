"""From a sentence that the library wrote to the same sentence in the reader's language.

The library knows nothing of languages, and its sentences are stored as it wrote them. Each kind of
sentence stands in a table here with blanks for what varies, as gettext has it; a sentence is
matched against the tables, and its values are put into the translation. A blank's name says what
it holds, digits at its end tell it from others of its kind:

    n       a number, written as the language writes numbers
    list    numbers with commas between
    day     a day as 2026-03-02
    date    a day as 2 Mar 2026 or 2 March 2026, with or without weekday and year
    words   a phrase of the tables itself, or nothing
    symptom a symptom's name, called what its title calls it
    condition  a condition by its key, called what courses call it
    name    anything, left as it is: a medicine, a code
    source  where it is from, left in English: the title of a study, a label
    study   a study as one cites it, left in English
    cited   what a study measured, in its words, left in English; ends with its sentence
    measure how trials count an effect, as RR, the same in every language

A sentence may begin with a capital or end with a full stop where its phrase does not. Sentences in
a row, and the parts of a list, are phrases of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache, partial
from importlib import import_module
from typing import Any

from django.utils import dates, formats
from django.utils.translation import get_language, gettext

from lowdose.clinic.instruments import CONDITIONS, INSTRUMENTS

__all__ = ["as_html", "in_english", "known", "marked", "parts", "said", "said_in", "tables"]

_TABLES = (
    "answers",
    "charts",
    "claims",
    "effects",
    "evidence",
    "faults",
    "harms",
    "making",
    "outcomes",
    "patient_page",
    "research",
    "safety",
    "simulations",
    "studies",
    "summaries",
    "trials",
)
_NUMBER = r"[+−-]?\d+(?:,\d{3})*(?:\.\d+)?"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DATE = rf"(?:(?:{'|'.join(_WEEKDAYS)}) )?\d{{1,2}} (?:{'|'.join(_MONTHS)})[a-z]*(?: \d{{4}})?"
_REGISTERED = r"[A-Z]*\d[\d-]{3,}"  # a trial's number in a registry
_KINDS: Mapping[str, str] = {
    "n": _NUMBER,
    "list": rf"{_NUMBER}(?:, {_NUMBER})*",
    "day": r"\d{4}-\d\d-\d\d",
    "date": _DATE,
    "words": r".*?",
    "symptom": r".+?",
    "condition": "|".join(CONDITIONS),
    "name": r"(?:(?!, expected ).)+?",  # never a whole fault
    "source": r".+?",
    "study": r"[^.:;(),]+\d{4}",
    "cited": r"[^.:;]+?",
    "measure": r"(?i:RR|OR|HR|IRR|RD|MD|SMD)",
}
_BLANK = re.compile(r"%\(([a-z]+)(\d*)\)s")
_SENTENCE = re.compile(r"(?<=[.!?:]) +(?=\w)")
_LISTED = re.compile(r"[,;] ")
_MOST_PARTS = 32
"""Of one line; what the library writes has fewer, what people typed may have thousands."""
_LEAP_YEAR = 2000
# Around what stays English, while a text is put together (Unicode's signs for a run of its own).
_OPEN, _CLOSE = "\u2068", "\u2069"
_MARK = re.compile(f"[{_OPEN}{_CLOSE}]")


def said(text: str) -> str:
    """The text in the reader's language; as it is where no table has it.

    >>> from django.utils.translation import override
    >>> with override("nb"):
    ...     said("Earliest start: 2026-01-11, if nothing is taken until then.")
    'Tidligste start: 11. januar 2026, hvis ingenting tas før det.'
    """
    found = known(text)
    return text if found is None else found


def known(text: str) -> str | None:
    """The text in the reader's language; None where a part of it is in no table."""
    found = parts(text)
    return None if found is None else "".join(part for part, _english in found)


def in_english() -> bool:
    """Whether the reader reads what the library writes as it is."""
    return (get_language() or "en").partition("-")[0] == "en"


def parts(text: str) -> list[tuple[str, bool]] | None:
    """The text in the reader's language in parts, each with whether it stays English by right.

    None where a part of it is in no table.
    """
    if in_english():
        return [(text, False)]
    found = _known(get_language() or "en", text)
    if found is None:
        return None
    return [(part, bool(n % 2)) for n, part in enumerate(_MARK.split(found)) if part]


def marked(text: str) -> str:
    """The text in the reader's language, as `as_html` reads it: all of it stays English where a
    part of it is in no table."""
    if in_english() or not text:
        return text
    found = _known(get_language() or "en", text)
    return _source(text) if found is None else found


def as_html(written: str) -> str:
    """HTML that holds texts of `marked`, with what stays English marked as such."""
    return written.replace(_OPEN, '<span lang="en">').replace(_CLOSE, "</span>")


def said_in(content: Any) -> Any:
    """The same lists and tables with every text said; keys stay."""
    match content:
        case str():
            return said(content)
        case Mapping():
            return {key: said_in(value) for key, value in content.items()}
        case list() | tuple():
            return [said_in(each) for each in content]
        case _:
            return content


def tables() -> Iterator[str]:
    """Every phrase that the library can say, with its blanks."""
    for name in _TABLES:
        yield from import_module(f"{__package__}.{name}").PHRASES


@lru_cache(maxsize=4096)
def _known(language: str, text: str) -> str | None:
    if not text.strip():
        return text
    if any(_parts_of(line) > _MOST_PARTS for line in text.split("\n")):
        return None
    one = _by_pattern(language, text)
    if one is not None:
        return one
    if re.fullmatch(_NUMBER, text):
        return _number(text)
    if re.fullmatch(_REGISTERED, text):
        return text
    return (
        _in_parts(language, text, "\n")
        or _in_a_row(language, text, _SENTENCE)
        or _in_a_row(language, text, _LISTED)
    )


def _parts_of(line: str) -> int:
    return 1 + len(_SENTENCE.findall(line)) + len(_LISTED.findall(line))


def _by_pattern(language: str, text: str) -> str | None:
    """A phrase with its blanks filled, whatever its first letter and its end."""
    found = _matched(language, text)
    if found is not None:
        return found
    if text.endswith("."):
        within = _by_pattern(language, text[:-1])
        return None if within is None else f"{within}."
    if text[:1].isupper():
        within = _matched(language, text[0].lower() + text[1:], named=False)
        return None if within is None else within[:1].upper() + within[1:]
    return None


def _matched(language: str, text: str, *, named: bool = True) -> str | None:
    """A phrase as the table has it; one that holds a name, which may be anything, where `named`."""
    exact = _plain().get(text)
    if exact is not None:
        return gettext(exact).replace("%%", "%")
    for phrase, own, pattern, blanks in _patterns():
        # most phrases are told apart by their words, much faster than by their pattern
        found = pattern.fullmatch(text) if own in text else None
        if found is None or ("name" in blanks.values() and not named):
            continue
        values = {name: _value(language, kind, found[name]) for name, kind in blanks.items()}
        if None not in values.values():
            return gettext(phrase) % values
    return None


def _in_parts(language: str, text: str, between: str) -> str | None:
    parts = text.split(between)
    if len(parts) < 2:
        return None
    told = [_known(language, part) for part in parts]
    return None if None in told else between.join(part or "" for part in told)


def _in_a_row(language: str, text: str, between: re.Pattern[str]) -> str | None:
    """Phrases one after the other: the shortest first one that leaves a rest that is known."""
    for cut in between.finditer(text):
        begin, end = cut.span()
        first = _by_pattern(language, text[:begin])
        rest = _known(language, text[end:]) if first is not None else None
        if first is not None and rest is not None:
            return f"{first}{cut[0]}{rest}"
    return None


@lru_cache(maxsize=1)
def _plain() -> Mapping[str, str]:
    return {one.replace("%%", "%"): one for one in tables() if not _BLANK.search(one)}


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, str, re.Pattern[str], Mapping[str, str]], ...]:
    """Phrases with blanks, each with the longest part of its own; the least vague first."""
    found = [one for one in tables() if _BLANK.search(one)]
    found.sort(key=_vague)
    return tuple((one, _longest(one), _pattern(one), _blanks(one)) for one in found)


def _vague(phrase: str) -> tuple[int, bool, int]:
    """How little a phrase tells of where it belongs: few words of its own, a blank first, names."""
    names = sum(phrase.count(f"%({kind}") for kind in ("name", "source", "study", "cited"))
    return -len(_BLANK.sub("", phrase)), phrase.startswith("%("), names


def _longest(phrase: str) -> str:
    return max((part.replace("%%", "%") for part in _BLANK.split(phrase)[::3]), key=len)


def _blanks(phrase: str) -> Mapping[str, str]:
    return {kind + number: kind for kind, number in _BLANK.findall(phrase)}


def _pattern(phrase: str) -> re.Pattern[str]:
    parts = _BLANK.split(phrase)
    made = re.escape(parts[0].replace("%%", "%"))
    for kind, number, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        made += f"(?P<{kind}{number}>{_KINDS[kind]})" + re.escape(after.replace("%%", "%"))
    return re.compile(made, re.DOTALL)


def _value(language: str, kind: str, text: str) -> str | None:
    sayers: Mapping[str, Callable[[str], str | None]] = {
        "n": _number,
        "list": _list,
        "day": _day,
        "date": _date,
        "words": partial(_known, language),
        "symptom": _symptom,
        "condition": _condition,
        "source": _source,
        "study": _source,
        "cited": _source,
    }
    return sayers[kind](text) if kind in sayers else text


def _number(text: str) -> str:
    point = formats.get_format("DECIMAL_SEPARATOR")
    return text.replace(",", "\u00a0").replace(".", point)


def _list(text: str) -> str:
    point = formats.get_format("DECIMAL_SEPARATOR")
    between = "; " if point == "," and "." in text else ", "
    return between.join(_number(one) for one in text.split(", "))


def _day(text: str) -> str:
    return formats.date_format(date.fromisoformat(text), "DATE_FORMAT")


def _date(text: str) -> str:
    parts = text.split()
    weekday = parts.pop(0) if parts[0] in _WEEKDAYS else ""
    year = int(parts[2]) if len(parts) > 2 else _LEAP_YEAR
    day = date(year, _MONTHS.index(parts[1][:3]) + 1, int(parts[0]))
    told = formats.date_format(day, "DATE_FORMAT" if len(parts) > 2 else "MONTH_DAY_FORMAT")
    return f"{dates.WEEKDAYS_ABBR[_WEEKDAYS.index(weekday)]} {told}" if weekday else told


def _source(text: str) -> str:
    return f"{_OPEN}{text}{_CLOSE}"


def _condition(text: str) -> str:
    return str(CONDITIONS[text])


def _symptom(text: str) -> str:
    known_one = next((one for one in INSTRUMENTS.values() if one.name == text), None)
    return str(known_one.title).lower() if known_one is not None else text
