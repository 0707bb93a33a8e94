"""Everything about a course as one zip: files that other programs read, and a manifest.

The same content at the same moment gives the same bytes. `verify_archive` says whether a zip is
whole: every file of the manifest is there, unchanged, and nothing else.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from lowdose import __version__
from lowdose.clinic.answer_words import answer_words
from lowdose.clinic.exchange.cells import csv_text
from lowdose.clinic.exchange.course_data import load_course
from lowdose.clinic.exchange.fhir_out import course_bundle_bytes
from lowdose.clinic.exchange.redcap import redcap_csv, redcap_dictionary
from lowdose.clinic.instruments import symptom_title
from lowdose.clinic.library_words.papers import tongue_of
from lowdose.clinic.models import Course, DiaryEntry
from lowdose.clinic.verbs.plans import course_plan
from lowdose.errors import Fault, InputError
from lowdose.report.calendar import plan_calendar
from lowdose.report.plan_sheets import patient_sheet

__all__ = ["course_archive", "course_files", "verify_archive"]

_MANIFEST = "manifest.json"
_MOST_FILES, _MOST_BYTES = 500, 100 * 2**20


def course_archive(
    courses: Sequence[Course], *, made_at: datetime, notes: bool, own: bool = False
) -> bytes:
    """The zip of a course; of several, with a folder each.

    notes: with the patient's own words. own: it is the patient's own: with the guesses, and of a
    sealed course without the plan file, which names what the medicine is.
    """
    files: dict[str, bytes] = {}
    for course in courses:
        folder = f"{course.number}/" if len(courses) > 1 else ""
        made = course_files(course, made_at=made_at, notes=notes, own=own)
        files.update({folder + name: content for name, content in made.items()})
    files["README.txt"] = _readme().encode()
    return _zipped({**files, _MANIFEST: _manifest(files, made_at)}, made_at)


def course_files(
    course: Course, *, made_at: datetime, notes: bool, own: bool = False
) -> dict[str, bytes]:
    """The files about a course by name."""
    data = load_course(course)
    plan = replace(course_plan(course), patient=course.patient.pseudonym)
    tongue = tongue_of(course.patient.language)  # it is the patient who reads the two papers
    texts = {
        "diary.csv": data.diary,
        "diary.toml": _sidecar(data.course),
        "entries.csv": csv_text(_entry_rows(data.course, notes)),
        "changes.csv": csv_text(_change_rows(data.course)),
        "adverse.csv": csv_text(_adverse_rows(data.entries)),
        "redcap.csv": redcap_csv(data, notes=notes),
        "redcap_dictionary.csv": redcap_dictionary(data.course, notes=notes),
    }
    if not (own and data.course.sealed):
        texts["plan.toml"] = data.course.plan
    if own and data.course.blinded:
        texts["guesses.csv"] = csv_text(_guess_rows(data.course))
    if not data.course.sealed:
        texts.update(_answers(data.course))
    return {
        **{name: text.encode() for name, text in texts.items()},
        "plan.pdf": patient_sheet(plan, tongue=tongue),
        # A reminder on a locked screen names no medicine.
        "reminders.ics": plan_calendar(replace(plan, blinded=True), made_at=made_at, tongue=tongue),
        "fhir.json": course_bundle_bytes(data, made_at=made_at, notes=notes),
    }


def _sidecar(course: Course) -> str:
    """What `lowdose answer diary.csv` must know and the table does not say."""
    tables = [f"blinded = {str(course.blinded).lower()}\n"]
    for symptom in course.symptoms.all():
        direction = "lower" if symptom.lower_is_better else "higher"
        lines = [
            f"[symptoms.{json.dumps(symptom.name)}]",
            f"scale = [{float(symptom.low)!r}, {float(symptom.high)!r}]",
            f'direction = "{direction}_is_better"',
        ]
        tables.append("\n".join(lines) + "\n")
    return "\n".join(tables)


def _entry_rows(course: Course, notes: bool) -> Iterator[list[str]]:
    """Every entry as it was sent, also those that do not count."""
    names = [symptom.name for symptom in course.symptoms.all()]
    more = ["note"] if notes else []
    yield [
        *("id", "date", "status", "written_at", "received_at", "late", "taken", "dose_mg"),
        *(*names, "adverse", "severity", *more),
    ]
    for entry in course.entries.prefetch_related("adverse").order_by("day", "received_at", "pk"):
        events = list(entry.adverse.all())
        yield [
            *(str(entry.pk), str(entry.day), entry.status, _moment(entry.written_at)),
            *(_moment(entry.received_at), str(int(entry.late))),
            "" if entry.taken is None else str(int(entry.taken)),
            *(_number(entry.dose_mg), *(_number(entry.ratings.get(name)) for name in names)),
            "; ".join(event.term for event in events),
            "; ".join(event.severity for event in events),
            *([entry.note] if notes else []),
        ]


def _change_rows(course: Course) -> Iterator[list[str]]:
    yield ["date", "kind", "dose_mg", "hold_days", "reason", "made_at"]
    for one in course.changes.all():
        hold = "" if one.hold_days is None else str(one.hold_days)
        dose = _number(one.dose_mg)
        yield [str(one.day), one.kind, dose, hold, one.reason, _moment(one.made_at)]


def _adverse_rows(entries: Sequence[DiaryEntry]) -> Iterator[list[str]]:
    yield ["date", "what", "severity"]
    for entry in entries:
        for event in entry.adverse.all():
            yield [str(entry.day), event.term, event.severity]


def _guess_rows(course: Course) -> Iterator[list[str]]:
    yield ["period", "probability_medicine", "written_at"]
    for guess in sorted(course.guesses.all(), key=lambda one: one.period):
        probability = _number(guess.probability_active)
        yield [str(guess.period), probability, _moment(guess.written_at)]


def _answers(course: Course) -> dict[str, str]:
    """The stored answers; a page of its own for each symptom that has one."""
    answered = [answer for answer in course.answers.all() if answer.content]
    answered.sort(key=lambda answer: answer.symptom)
    titles = {one.name: symptom_title(one) for one in course.symptoms.all()}
    files = {}
    for number, answer in enumerate(answered, start=1):
        content = json.dumps(answer.content, indent=1, sort_keys=True, ensure_ascii=False)
        files[f"answer_{number}.json"] = content + "\n"
        words = answer_words(answer.content, titles.get(answer.symptom, answer.symptom))
        page = {"answer": words, "symptom": answer.symptom, "chart": answer.chart}
        page_text = render_to_string("clinic/answer_file.html", {**page, "course": course})
        files[f"answer_{number}.html"] = page_text
    return files


def _readme() -> str:
    parts = [
        _("A course as files, made by the clinic of lowdose %(version)s.")
        % {"version": __version__},
        _(
            "diary.csv holds the days that count, one a line. With diary.toml beside it,\n"
            '"lowdose answer diary.csv" works out what they say.'
        ),
        _(
            "entries.csv holds every entry as it was sent, also those that were replaced.\n"
            "changes.csv holds what was changed on the way, adverse.csv the side effects."
        ),
        _(
            "plan.pdf is the page for the patient, reminders.ics goes into a calendar.\n"
            "plan.toml, where it is there, makes the same plan again."
        ),
        _(
            "answer_1.html and so on open in a browser; answer_1.json holds the same as numbers.\n"
            "They are missing while a blinded course is sealed."
        ),
        _(
            "fhir.json is for another clinic's program (HL7 FHIR R4).\n"
            "redcap.csv and redcap_dictionary.csv are for REDCap."
        ),
        _("manifest.json lists every file with its SHA-256, to show that nothing was changed."),
        _("The files tell about a person's health: keep them where nobody else reads them."),
    ]
    return "\n\n".join(parts) + "\n"


def _manifest(files: Mapping[str, bytes], made_at: datetime) -> bytes:
    listed = [
        {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in sorted(files.items())
    ]
    said = {"version": __version__, "made_at": _moment(made_at), "files": listed}
    return (json.dumps(said, indent=1) + "\n").encode()


def _zipped(files: Mapping[str, bytes], made_at: datetime) -> bytes:
    at = made_at.astimezone(UTC)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, content, compresslevel=6)
    return out.getvalue()


def verify_archive(data: bytes) -> dict[str, Any]:
    """The manifest of a zip that is whole.

    Raises InputError with every file that is missing, changed, or not in the manifest.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _verified(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError) as error:
        raise InputError([Fault("file", str(error)[:80], "a zip that this program made")]) from None


def _verified(archive: zipfile.ZipFile) -> dict[str, Any]:
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    if len(members) > _MOST_FILES or total > _MOST_BYTES:
        found = f"{len(members)} files, {total} bytes"
        expected = f"at most {_MOST_FILES} files and {_MOST_BYTES} bytes"
        raise InputError([Fault("file", found, expected)])
    names = [member.filename for member in members]
    if names.count(_MANIFEST) != 1:
        raise InputError([Fault(_MANIFEST, "missing", "one manifest")])
    manifest, expected_files = _read_manifest(archive.read(_MANIFEST))
    faults = [
        Fault(name, "in the zip", "only files of the manifest, each once")
        for name in names
        if name != _MANIFEST and (name not in expected_files or names.count(name) > 1)
    ]
    for name, (digest, size) in expected_files.items():
        if name not in names:
            faults.append(Fault(name, "missing", "every file of the manifest"))
        elif hashlib.sha256(content := archive.read(name)).hexdigest() != digest:
            faults.append(Fault(name, f"{len(content)} bytes", f"{size} bytes, unchanged"))
    if faults:
        raise InputError(faults)
    return manifest


def _read_manifest(content: bytes) -> tuple[dict[str, Any], dict[str, tuple[str, int]]]:
    try:
        manifest = json.loads(content)
        files = {one["name"]: (one["sha256"], one["bytes"]) for one in manifest["files"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError([Fault(_MANIFEST, "unreadable", "a manifest")]) from None
    return manifest, files


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
