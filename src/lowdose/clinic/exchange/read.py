"""An upload as days: what kind of file it is, and which reader reads it."""

from __future__ import annotations

from dataclasses import replace

from lowdose.clinic.exchange.fhir_in import read_bundle
from lowdose.clinic.exchange.incoming import LARGEST_UPLOAD, Read
from lowdose.clinic.exchange.table_in import read_table
from lowdose.clinic.models import Course
from lowdose.errors import Fault, InputError

__all__ = ["read_upload"]

_REMEDY = "export as CSV, or as a FHIR Bundle in JSON"


def read_upload(data: bytes, course: Course) -> Read:
    """The days of a CSV file, of a REDCap export or of a FHIR Bundle.

    Raises InputError with every fault, or with the one reason why the file is not read at all.
    """
    _check_kind(data)
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in {b"{", b"["}:
        return read_bundle(data, course)
    try:
        return read_table(data, course)
    except InputError as error:
        raise InputError(map(_without_options, error.faults)) from None


def _without_options(fault: Fault) -> Fault:
    """Options are of the command line: on a page nobody can give one."""
    return replace(fault, remedy="") if "--" in fault.remedy else fault


def _check_kind(data: bytes) -> None:
    found = ""
    if len(data) > LARGEST_UPLOAD:
        found = f"{len(data) / 2**20:.1f} MiB"
        expected = f"at most {LARGEST_UPLOAD // 2**20} MiB"
        raise InputError([Fault("file", found, expected, "send it in parts")])
    if not data.strip():
        found = "nothing"
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        found = "XML or HTML"
    elif data.startswith((b"PK", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ")):
        found = "an archive or a spreadsheet workbook"
    if found:
        raise InputError([Fault("file", found, "a CSV file or a FHIR Bundle in JSON", _REMEDY)])
