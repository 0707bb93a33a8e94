"""First step of reading: bytes become text, or a fault says which byte stands in the way.

UTF-8 with or without a byte-order mark and UTF-16 with one are read. Nothing is guessed: another
encoding would turn names into other names without anybody noticing.
"""

from __future__ import annotations

import codecs

from lowdose.diary.findings import Findings

__all__ = ["LARGEST_BYTES", "decode"]

LARGEST_BYTES = 50_000_000
"""Largest diary file that is read (50 MB, about a million days); an assumption about use."""

_NOT_TEXT = (
    (b"PK\x03\x04", "a spreadsheet workbook or zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet workbook"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "an SQLite database"),
)
_SAVE_AS = "in a spreadsheet choose 'Save as' and 'CSV UTF-8'"


def decode(data: bytes, findings: Findings) -> str:
    """Turn the bytes of a file into text, without its byte-order mark.

    Raises:
        InputError: if the bytes are too many, not text, or in another encoding.

    >>> decode(b"\\xef\\xbb\\xbfday,pain", Findings(""))
    'day,pain'
    """
    _check_size(data, findings)
    _check_text(data, findings)
    text = _decoded(data, findings)
    if "\x00" in text:
        row = text.count("\n", 0, text.index("\x00")) + 1
        findings.fault(f"row {row}", "a NUL character", "text", _SAVE_AS)
    findings.stop_if_faulty()
    return text


def _check_size(data: bytes, findings: Findings) -> None:
    if len(data) > LARGEST_BYTES:
        findings.fault(
            "size",
            f"{len(data) / 1e6:.0f} MB",
            f"at most {LARGEST_BYTES / 1e6:.0f} MB",
            "split the file by person",
        )
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        findings.fault("content", "nothing", "a header row and at least one day")
    findings.stop_if_faulty()


def _check_text(data: bytes, findings: Findings) -> None:
    for start, what in _NOT_TEXT:
        if data.startswith(start):
            findings.fault("content", what, "a text file (CSV)", _SAVE_AS)
    findings.stop_if_faulty()


def _decoded(data: bytes, findings: Findings) -> str:
    encoding = _encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        findings.stop(
            f"row {row}",
            f"byte {data[error.start : error.start + 1].hex()} at position {error.start + 1}",
            "text in UTF-8" if encoding.startswith("utf-8") else "text in UTF-16",
            f"{_hint(data) if encoding == 'utf-8-sig' else ''}{_SAVE_AS}",
        )


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def _hint(data: bytes) -> str:
    high = [byte for byte in data if byte >= 0x80]
    few = len(high) * 10 < len(data)
    return "the file looks like Windows-1252 or Latin-1; " if few else ""
