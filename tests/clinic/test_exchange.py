"""Courses out and days in: FHIR, REDCap, CSV and the zip; nothing lost, nothing told too early."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from clinic_world import ANSWER, NOW, a_day, planned, with_account
from fhir.resources.R4B.bundle import Bundle

from lowdose.clinic.exchange.archive import course_archive, verify_archive
from lowdose.clinic.exchange.cells import csv_text, guarded, unguarded
from lowdose.clinic.exchange.course_data import load_course
from lowdose.clinic.exchange.fhir_in import read_bundle
from lowdose.clinic.exchange.fhir_out import course_bundle
from lowdose.clinic.exchange.read import read_upload
from lowdose.clinic.exchange.redcap import redcap_csv, redcap_dictionary
from lowdose.clinic.models import AuditEntry, Course, Patient, Severity, StoredAnswer, User
from lowdose.clinic.verbs.blinding import ACTIVE, PLACEBO, open_allocation
from lowdose.clinic.verbs.diary import enter
from lowdose.clinic.verbs.exchange import take_in
from lowdose.errors import InputError

pytestmark = pytest.mark.django_db


def kept(course: Course, days: int = 20) -> Course:
    """A course with a diary in which everything happens."""
    entries = [a_day(course, number, pain=number % 11) for number in range(1, days + 1)]
    entries[2] = a_day(
        course,
        3,
        note="=HYPERLINK(1) slept badly; æøå",
        adverse=[("rash", Severity.MILD), ("vivid dreams", Severity.SEVERE)],
    )
    entries[16] = a_day(course, 17, taken=False, ratings={"pain": 4.5, "fatigue": 2})
    if not course.blinded:
        entries[17] = a_day(course, 18, dose_mg=3.0)
    enter(course, entries, actor=course.patient.account, now=NOW)
    return course


def copy_of(course: Course, patient: Patient) -> Course:
    """The same course, empty, of another patient."""
    periods = {"periods": course.periods, "period_days": course.period_days}
    return planned(patient, baseline_days=course.baseline_days, **periods)


def said(course: Course) -> list[object]:
    """What the diary of a course says."""
    entries = course.entries.order_by("day").prefetch_related("adverse")
    return [
        (
            entry.day,
            entry.ratings,
            entry.taken,
            entry.dose_mg,
            entry.note,
            entry.written_at,
            sorted((event.term, event.severity) for event in entry.adverse.all()),
        )
        for entry in entries
    ]


def bundle(course: Course, *, notes: bool = True) -> bytes:
    return json.dumps(course_bundle(course, made_at=NOW, notes=notes)).encode()


def of_kind(course: Course, kind: str) -> list[dict[str, object]]:
    entries = json.loads(bundle(course))["entry"]
    return [one["resource"] for one in entries if one["resource"]["resourceType"] == kind]


@pytest.mark.parametrize("name", ["open_course", "blinded_course"])
def test_the_bundle_is_valid_fhir_and_keeps_its_content(
    name: str, request: pytest.FixtureRequest
) -> None:
    made = json.loads(bundle(kept(request.getfixturevalue(name))))

    assert json.loads(Bundle.model_validate(made).model_dump_json()) == made


def test_every_reference_of_a_bundle_is_in_it(blinded_course: Course) -> None:
    made = bundle(kept(blinded_course)).decode()
    urls = {entry["fullUrl"] for entry in json.loads(made)["entry"]}

    assert {part.split('"')[0] for part in made.split('"reference": "')[1:]} <= urls


@pytest.mark.parametrize("form", ["fhir", "redcap"])
@pytest.mark.parametrize("name", ["open_course", "blinded_course"])
def test_an_export_read_into_an_empty_course_gives_the_same_diary(
    form: str, name: str, other_patient: Patient, other_doctor: User, request: pytest.FixtureRequest
) -> None:
    course = kept(request.getfixturevalue(name))
    target = copy_of(course, other_patient)
    data = (
        bundle(course) if form == "fhir" else redcap_csv(load_course(course), notes=True).encode()
    )
    renamed = data.replace(course.patient.pseudonym.encode(), target.patient.pseudonym.encode())

    counts = take_in(
        target, read_upload(renamed, target).days, actor=other_doctor, now=NOW, form=form
    )

    assert counts == {"new": 20}
    assert said(target) == said(course)


@pytest.mark.parametrize("form", ["fhir", "redcap", "diary"])
def test_an_export_read_into_its_own_course_changes_nothing(
    form: str, open_course: Course, doctor: User
) -> None:
    course = kept(open_course)
    loaded = load_course(course)
    data = {
        "fhir": bundle(course, notes=False),
        "redcap": redcap_csv(loaded).encode(),
        "diary": loaded.diary.encode(),
    }[form]

    counts = take_in(course, read_upload(data, course).days, actor=doctor, now=NOW, form=form)

    assert (counts, course.entries.count()) == ({"same": 20}, 20)


def test_importing_twice_changes_nothing(open_course: Course, doctor: User) -> None:
    days = read_upload(b"date,pain\n2026-03-02,4\n2026-03-03,5\n", open_course).days

    counts = [take_in(open_course, days, actor=doctor, now=NOW, form="file") for _ in range(2)]

    assert counts == [{"new": 2}, {"same": 2}]


def test_what_the_diary_says_otherwise_waits_for_the_patient(
    open_course: Course, doctor: User
) -> None:
    enter(open_course, [a_day(open_course, 1, pain=2)], actor=None, now=NOW)
    days = read_upload(b"date,pain\n2026-03-02,9\n", open_course).days

    take_in(open_course, days, actor=doctor, now=NOW, form="file")

    assert sorted(open_course.entries.values_list("status", flat=True)) == [
        "conflicting",
        "current",
    ]


def test_observations_of_another_clinic_are_read_by_name(open_course: Course) -> None:
    observation = {
        "resourceType": "Observation",
        "code": {"text": "Pain"},
        "effectiveDateTime": "2026-03-04T23:30:00-08:00",
        "valueQuantity": {"value": 6},
    }
    other = {"resourceType": "Device"}
    sent = {
        "resourceType": "Bundle",
        "entry": [{"resource": observation}, {"resource": other}],
    }

    read = read_bundle(json.dumps(sent).encode(), open_course)

    assert [(one.day, one.ratings) for one in read.days] == [(date(2026, 3, 4), {"pain": 6.0})]
    assert read.notes == ("Not read: 1 Device.",)


def test_all_faults_of_a_bundle_show_with_their_place(open_course: Course) -> None:
    responses = [
        {"resourceType": "QuestionnaireResponse", "status": "completed", "item": items}
        for items in (
            [{"linkId": "pain", "answer": [{"valueString": "a lot"}]}],
            [{"linkId": "day", "answer": [{"valueDate": "yesterday"}]}],
        )
    ]
    sent = {"resourceType": "Bundle", "entry": [{"resource": one} for one in responses]}

    with pytest.raises(InputError) as caught:
        read_bundle(json.dumps(sent).encode(), open_course)

    places = {fault.place for fault in caught.value.faults}
    assert "entry 1 (QuestionnaireResponse) pain" in places
    assert "entry 2 (QuestionnaireResponse) day" in places


def test_another_patients_export_is_refused(open_course: Course, other_patient: Patient) -> None:
    elsewhere = kept(copy_of(open_course, other_patient))

    for data in (bundle(elsewhere), redcap_csv(load_course(elsewhere)).encode()):
        with pytest.raises(InputError, match=open_course.patient.pseudonym):
            read_upload(data, open_course)


def test_of_a_whole_redcap_project_only_the_own_record_is_read(open_course: Course) -> None:
    own = open_course.patient.pseudonym
    data = (
        "record_id,redcap_repeat_instance,diary_date,pain\n"
        f"{own},1,2026-03-02,4\nP-ZZZZZZ,1,2026-03-02,9\n"
    )

    (day,) = read_upload(data.encode(), open_course).days

    assert day.ratings == {"pain": 4.0}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "nothing"),
        (b"<?xml version='1.0'?><Bundle/>", "XML"),
        (b"PK\x03\x04" + b"\0" * 50, "archive"),
        (b"\x1f\x8b\x08\x00", "archive"),
        (b"{" + b"[" * 200_000, "JSON"),
        (b'{"resourceType": "Bundle", "entry": ' + b"[" * 60 + b"]" * 60 + b"}", "nested too deep"),
        (b'{"resourceType": "Bundle", "entry": [], "id": NaN}', "JSON"),
        (b'{"resourceType": "Patient"}', "QuestionnaireResponse or Observation"),
        (b"\x00\x01\x02\x03", "expected"),
        (b"date,pain\n2026-03-02,\x00\n", "NUL"),
        (b"date,mood_of_the_dog\n2026-03-02,4\n", "a column for one of: fatigue, pain"),
        (b"date,pain\n2026-03-02,11\n", "0 to 10"),
        (b"x" * (5 * 2**20 + 1), "at most 5 MiB"),
    ],
)
def test_what_is_no_diary_is_refused_with_a_clear_message(
    data: bytes, words: str, open_course: Course
) -> None:
    with pytest.raises(InputError) as caught:
        read_upload(data, open_course)

    assert words in str(caught.value)
    assert "--" not in str(caught.value)


def test_a_sealed_course_tells_nothing_in_any_export(blinded_course: Course, doctor: User) -> None:
    kept(blinded_course)
    archive = course_archive([blinded_course], made_at=NOW, notes=True)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        contents = {name: opened.read(name) for name in opened.namelist()}
    request = json.dumps(of_kind(blinded_course, "MedicationRequest"))
    subject = of_kind(blinded_course, "ResearchSubject")[0]

    assert not any(name.startswith("answer") for name in contents)
    assert "treatment" not in contents["redcap.csv"].decode().splitlines()[0]
    assert "treatment" not in contents["diary.csv"].decode().splitlines()[0]
    assert "altrexone" not in request
    assert "mg" not in request
    assert {"actualArm", "assignedArm"}.isdisjoint(subject)


def test_two_allocations_give_the_same_sealed_exports(
    blinded_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(blinded_course)
    first = course_archive([blinded_course], made_at=NOW, notes=True)
    swapped = (PLACEBO, ACTIVE, PLACEBO, ACTIVE)
    monkeypatch.setattr("lowdose.clinic.verbs.blinding._read", lambda _: swapped)

    assert course_archive([blinded_course], made_at=NOW, notes=True) == first


def test_after_the_opening_the_subject_names_what_was_held(
    blinded_course: Course, doctor: User
) -> None:
    open_allocation(blinded_course, actor=doctor, now=NOW, reason="over")

    subject = of_kind(blinded_course, "ResearchSubject")[0]
    assert str(subject["actualArm"]).count(ACTIVE) == 2


def test_notes_leave_only_where_they_are_asked_for(open_course: Course) -> None:
    kept(open_course)

    assert "slept badly" in bundle(open_course).decode()
    assert "slept badly" not in bundle(open_course, notes=False).decode()
    assert b"slept badly" not in course_archive([open_course], made_at=NOW, notes=False)


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@x", "\tx", "\rx", " =1", "'=1", "＝1"])
def test_no_cell_can_be_a_formula(text: str) -> None:
    assert guarded(text)[0] == "'"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("number", ["-1.5", "+2", "1e-3"])
def test_numbers_stay_numbers(number: str) -> None:
    assert csv_text([[number]]) == f"{number}\n"


def test_the_dictionary_names_every_field_of_the_export(open_course: Course) -> None:
    header = redcap_csv(load_course(kept(open_course)), notes=True).splitlines()[0].split(",")
    fields = [line.split(",")[0] for line in redcap_dictionary(open_course, notes=True).split("\n")]
    own = {"redcap_repeat_instrument", "redcap_repeat_instance", "diary_complete"}

    assert set(header) - own <= set(fields)


def test_the_zip_has_the_same_bytes_for_the_same_moment(open_course: Course) -> None:
    kept(open_course)

    made = [course_archive([open_course], made_at=NOW, notes=True) for _ in range(2)]
    later = course_archive([open_course], made_at=NOW + timedelta(minutes=1), notes=True)

    assert made[0] == made[1] != later


def test_the_manifest_holds_and_a_changed_file_is_found(open_course: Course) -> None:
    data = course_archive([kept(open_course)], made_at=NOW, notes=True)
    names = [one["name"] for one in verify_archive(data)["files"]]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b" " if name == "diary.csv" else b""))
        new.writestr("../evil", b"")

    with pytest.raises(InputError) as caught:
        verify_archive(out.getvalue())

    assert {"diary.csv", "plan.pdf", "fhir.json", "README.txt"} <= set(names)
    assert {fault.place for fault in caught.value.faults} == {"diary.csv", "../evil"}
    with pytest.raises(InputError):
        verify_archive(b"PK\x03\x04 no zip")


def test_a_stored_answer_is_in_the_zip_as_page_and_numbers(open_course: Course) -> None:
    content = {**ANSWER, "warnings": ["<b>"]}
    StoredAnswer.objects.create(
        course=open_course, symptom="pain", content=content, chart="<svg></svg>", made_at=NOW
    )
    data = course_archive([open_course], made_at=NOW, notes=False)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        page = opened.read("answer_1.html").decode()
        numbers = json.loads(opened.read("answer_1.json"))

    assert "It probably works." in page
    assert "&lt;b&gt;" in page
    assert numbers == content


def test_the_diary_of_the_zip_is_read_with_its_sidecar(open_course: Course, tmp_path) -> None:
    from lowdose.diary.read import read_diary

    data = course_archive([kept(open_course)], made_at=NOW, notes=False)
    zipfile.ZipFile(io.BytesIO(data)).extractall(tmp_path)

    diary = read_diary(tmp_path / "diary.csv")

    assert (len(diary), list(diary.symptoms), diary.blinded) == (20, ["pain", "fatigue"], False)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["open_course", "blinded_course"])
def test_lowdose_answer_understands_the_unzipped_diary(
    name: str, request: pytest.FixtureRequest, doctor: User, tmp_path
) -> None:
    from click.testing import CliRunner

    from lowdose.cli.answer import command

    course = kept(request.getfixturevalue(name), days=50)
    if course.blinded:
        open_allocation(course, actor=doctor, now=NOW, reason="over")
        course.refresh_from_db()
    data = course_archive([course], made_at=NOW, notes=False)
    zipfile.ZipFile(io.BytesIO(data)).extractall(tmp_path)
    reference = ["--reference", "placebo"] if course.blinded else []

    run = CliRunner().invoke(command, [str(tmp_path / "diary.csv"), *reference])

    assert run.exit_code == 0, run.output


def test_several_courses_get_a_folder_each(open_course: Course, patient: Patient) -> None:
    second = planned(patient, first_day=date(2026, 9, 1))
    data = course_archive([open_course, second], made_at=NOW, notes=True, own=True)

    names = {one["name"].split("/")[0] for one in verify_archive(data)["files"]}

    assert names == {open_course.number, second.number, "README.txt"}


def test_a_sealed_courses_own_zip_has_no_plan_file(blinded_course: Course) -> None:
    data = course_archive([blinded_course], made_at=NOW, notes=True, own=True)

    names = {one["name"] for one in verify_archive(data)["files"]}

    assert "plan.toml" not in names
    assert "guesses.csv" in names


# The pages


def upload(client, course: Course, data: bytes, name: str = "diary.csv"):
    file = io.BytesIO(data)
    file.name = name
    return client.post(f"/courses/{course.pk}/import", {"file": file})


@pytest.mark.parametrize("form", ["zip", "fhir", "redcap", "redcap_dictionary"])
def test_every_export_downloads_and_is_recorded(
    form: str, open_course: Course, doctor: User, as_
) -> None:
    kept(open_course)

    response = as_(doctor).get(f"/courses/{open_course.pk}/export/file?form={form}")

    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    assert response["Cache-Control"] == "no-store, private"
    entry = AuditEntry.objects.get(action="course_exported")
    assert entry.details == {"form": form, "notes": False}


def test_exports_and_imports_are_the_prescribers_own(
    open_course: Course,
    other_doctor: User,
    pharmacist: User,
    researcher: User,
    administrator: User,
    patient: Patient,
    as_,
) -> None:
    addresses = ["export", "export/file?form=zip", "import"]
    people = [other_doctor, pharmacist, researcher, administrator, patient.account]

    found = {
        as_(person).get(f"/courses/{open_course.pk}/{address}").status_code
        for person in people
        for address in addresses
    }

    assert found == {404}


def test_an_upload_is_shown_first_and_stored_when_confirmed(
    open_course: Course, doctor: User, as_
) -> None:
    client = as_(doctor)
    shown = upload(client, open_course, b"date,pain,adverse\n2026-03-02,4,rash\n")
    assert (shown.status_code, open_course.entries.count()) == (200, 0)

    done = client.post(f"/courses/{open_course.pk}/import", {"days": shown.context["days"]})

    assert done.status_code == 302
    assert open_course.entries.get().ratings == {"pain": 4.0}
    assert AuditEntry.objects.filter(action="course_imported").count() == 1


def test_a_faulty_upload_stores_nothing_and_shows_every_fault(
    open_course: Course, doctor: User, as_
) -> None:
    data = b"date,pain\n2026-03-02,4\n2027-03-03,5\n2028-03-03,5\n"

    response = upload(as_(doctor), open_course, data)

    assert response.status_code == 400
    assert len(response.context["faults"]) == 2
    assert open_course.entries.count() == 0


def test_what_was_shown_for_one_course_cannot_be_stored_in_another(
    open_course: Course, blinded_course: Course, doctor: User, as_
) -> None:
    client = as_(doctor)
    days = upload(client, open_course, b"date,pain\n2026-03-02,4\n").context["days"]

    for changed in (days, days[:-1] + "x", "nonsense"):
        response = client.post(f"/courses/{blinded_course.pk}/import", {"days": changed})
        assert response.status_code == 400

    assert blinded_course.entries.count() == 0


def test_an_upload_of_more_than_five_mebibytes_is_refused_unread(
    open_course: Course, doctor: User, as_
) -> None:
    assert upload(as_(doctor), open_course, b"x" * (6 * 2**20)).status_code == 413


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\r\nSet-Cookie: x=1", "diary.exe"])
def test_a_files_name_does_nothing(name: str, open_course: Course, doctor: User, as_) -> None:
    response = upload(as_(doctor), open_course, b"date,pain\n2026-03-02,4\n", name)

    assert response.status_code in {200, 400}
    assert "Set-Cookie: x" not in str(response.headers)


def test_a_patient_takes_all_own_data(open_course: Course, patient: Patient, as_) -> None:
    kept(open_course)

    response = as_(patient.account).get("/diary/data.zip")

    assert response.status_code == 200
    files = {one["name"] for one in verify_archive(response.content)["files"]}
    assert "entries.csv" in files
    with zipfile.ZipFile(io.BytesIO(response.content)) as opened:
        assert "slept badly" in opened.read("entries.csv").decode()


def test_own_data_is_for_patients_with_a_course(doctor: User, other_patient: Patient, as_) -> None:
    assert as_(doctor).get("/diary/data.zip").status_code == 404
    assert as_(other_patient.account).get("/diary/data.zip").status_code == 404


def test_an_export_needs_few_queries(
    open_course: Course, doctor: User, as_, django_assert_max_num_queries
) -> None:
    kept(open_course)
    client = as_(doctor)

    with django_assert_max_num_queries(21):  # the words that begin and end a transaction included
        client.get(f"/courses/{open_course.pk}/export/file?form=zip")


def test_the_moment_of_writing_may_not_lie_ahead(open_course: Course, doctor: User) -> None:
    data = b"date,pain,entered\n2026-03-02,4,2050-01-01\n"

    with pytest.raises(InputError, match="a moment that has been"):
        take_in(
            open_course,
            read_upload(data, open_course).days,
            actor=doctor,
            now=datetime(2026, 6, 1, tzinfo=UTC),
            form="file",
        )


def test_an_account_of_another_patient_is_not_in_the_zip(
    open_course: Course, other_doctor: User, as_
) -> None:
    stranger = with_account(other_doctor)
    planned(stranger)

    content = as_(stranger.account).get("/diary/data.zip").content

    assert open_course.number.encode() not in content
