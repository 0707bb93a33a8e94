"""The pharmacy: the queue, one course's making, its papers, and the emergency."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from clinic_world import FIRST_DAY, NOW, a_day, planned
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from lowdose.clinic.chain import verify
from lowdose.clinic.instruments import INSTRUMENTS
from lowdose.clinic.models import Change, ChangeKind, Course, Patient, Severity, State, User
from lowdose.clinic.models.audit import AuditEntry
from lowdose.clinic.verbs.blinding import read_allocation
from lowdose.clinic.verbs.courses import Wanted, change, plan_course
from lowdose.clinic.verbs.diary import enter
from lowdose.clinic.verbs.making import kit_batches, making
from lowdose.clinic.verbs.plans import laid_out
from lowdose.errors import InputError

pytestmark = pytest.mark.django_db

Browser = Callable[[User | None], Client]
CLIMB = {"template": "usual", "strengths_mg": [1.5, 4.5]}
TODAY = "2026-05-30"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # for speed


@pytest.fixture
def pharmacy(as_: Browser, pharmacist: User) -> Client:
    return as_(pharmacist)


@pytest.fixture
def climbing(patient: Patient) -> Course:
    """A blinded course with an open climb: 1.5 and 3 mg, two weeks each, then four periods."""
    written = {"start_mg": 1.5, "step_mg": 1.5, "every_days": 14, "strengths_mg": [1.5, 4.5]}
    return planned(patient, written=written, baseline_days=0, periods=4, period_days=14)


def written_out(patient: Patient, written: dict[str, Any], **layout: Any) -> Course:
    """A course of exactly the plan that is written."""
    chosen = {"first_day": FIRST_DAY, "zone": "Europe/Oslo", "baseline_days": 0, **layout}
    return plan_course(
        patient,
        laid_out({"safety": {"opioids": "none"}, **written}, **chosen),
        condition="fibromyalgia",
        symptoms=[INSTRUMENTS["pain"]],
        actor=patient.prescriber,
    )


def address(name: str, course: Course) -> str:
    return reverse(name, args=[course.pk])


def record_made(pharmacy: Client, course: Course, **said: str) -> Any:
    made = {"made_on": TODAY, "beyond_use": "2026-08-01", "lot": "N-17", "placebo_lot": "F-3"}
    return pharmacy.post(address("prepare", course), {**made, **said})


def words(pdf: bytes) -> str:
    pages = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(pages.replace("\u00a0", " ").split())


def done(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action))


# The queue


def test_the_pharmacist_starts_at_the_queue(pharmacy: Client) -> None:
    assert pharmacy.get("/").url == reverse("pharmacy")  # type: ignore[attr-defined]


def test_a_planned_course_stands_in_the_queue_with_what_to_make(
    pharmacy: Client, open_course: Course
) -> None:
    page = pharmacy.get(reverse("pharmacy")).content.decode()

    assert open_course.number in page
    assert open_course.patient.pseudonym in page
    assert "42 × 4.5 mg" in page


def test_the_queue_says_kits_of_a_blinded_course(pharmacy: Client, climbing: Course) -> None:
    page = pharmacy.get(reverse("pharmacy")).content.decode()

    assert "42 × 1.5 mg; 4 kits of 14 × 4.5 mg" in page


def test_the_queue_never_shows_a_name(pharmacy: Client, open_course: Course) -> None:
    assert "Nordmann" not in pharmacy.get(reverse("pharmacy")).content.decode()
    assert "Nordmann" not in pharmacy.get(address("prepare", open_course)).content.decode()


def test_what_begins_first_stands_first(pharmacy: Client, patient: Patient) -> None:
    later, sooner = planned(patient), planned(patient, first_day=FIRST_DAY - timedelta(days=1))

    page = pharmacy.get(reverse("pharmacy")).content.decode()

    assert page.index(sooner.number) < page.index(later.number)


def test_a_course_moves_through_the_three_parts(pharmacy: Client, open_course: Course) -> None:
    def listed(state: str) -> bool:
        page = pharmacy.get(reverse("pharmacy"), {"show": state}).content.decode()
        return open_course.number in page

    assert [listed(state) for state in ("planned", "prepared", "running")] == [True, False, False]
    record_made(pharmacy, open_course)
    assert [listed(state) for state in ("planned", "prepared", "running")] == [False, True, False]
    pharmacy.post(address("hand_out", open_course))
    assert [listed(state) for state in ("planned", "prepared", "running")] == [False, False, True]


def test_a_running_course_whose_medicine_expires_before_its_end_is_to_be_made_again(
    pharmacy: Client, patient: Patient
) -> None:
    longer = planned(patient, first_day=FIRST_DAY, written={"target_days": 300})
    record_made(pharmacy, longer, beyond_use="2026-06-20")
    pharmacy.post(address("hand_out", longer))

    page = pharmacy.get(reverse("pharmacy"), {"show": "running"}).content.decode()

    assert "make again before" in page


def test_a_course_is_found_by_part_of_its_number(pharmacy: Client, open_course: Course) -> None:
    part = open_course.number[2:].lower()

    assert open_course.number in pharmacy.get(f"/pharmacy/?number={part}").content.decode()
    assert "No course has" in pharmacy.get("/pharmacy/?number=0000").content.decode()


def test_a_full_page_of_the_queue_makes_few_queries(pharmacy: Client, patient: Patient) -> None:
    for _ in range(26):
        course = planned(patient)
        change(
            course,
            Wanted(ChangeKind.DOSE, FIRST_DAY + timedelta(30), "why", 4.5),
            actor=patient.prescriber,
            now=NOW,
        )

    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = pharmacy.get(reverse("pharmacy")).content.decode()

    assert "Page 1 of 2" in page
    assert len(queries) <= 20


# One course


def test_the_page_of_an_open_course_counts_what_to_make(pharmacy: Client, patient: Patient) -> None:
    course = written_out(patient, {**CLIMB, "target_days": 42})

    made = making(course)

    assert made.open is not None
    assert made.open.preparation is not None
    supplies = {s.strength_mg: s.total for s in made.open.preparation.supplies}
    assert supplies == {1.5: 14 + 28, 4.5: 42}


def test_open_days_and_kits_of_a_blinded_course_are_counted_apart(climbing: Course) -> None:
    made = making(climbing)

    assert made.open is not None
    assert made.period is not None
    assert made.open.regimen.days == climbing.open_days == 28
    assert [s.total for s in made.open.preparation.supplies] == [14 + 28]  # type: ignore[union-attr]
    assert [s.total for s in made.period.preparation.supplies] == [14]  # type: ignore[union-attr]


def test_without_strengths_capsules_of_each_dose_are_made(patient: Patient) -> None:
    course = written_out(patient, {"start_mg": 4.5, "target_mg": 4.5, "days": 14})

    made = making(course).open

    assert made is not None
    assert [s.name for s in made.preparation.supplies] == ["4.5 mg capsules"]  # type: ignore[union-attr]


def test_kits_that_would_pass_their_date_are_made_later(patient: Patient) -> None:
    written = {"beyond_use_days": 60}
    course = planned(patient, written=written, baseline_days=0, periods=8, period_days=21)
    period = making(course).period

    batches = kit_batches(course, period)  # type: ignore[arg-type]

    assert [batch.periods for batch in batches] == [(1, 2), (3, 4), (5, 6), (7, 8)]
    assert all(course.period_dates(n)[1] < b.use_by for b in batches for n in b.periods)
    assert all(course.period_dates(b.periods[0])[0] >= b.make_on for b in batches)


def test_a_changed_dose_is_counted_from_its_day_on(pharmacy: Client, patient: Patient) -> None:
    course = planned(patient, written={"strengths_mg": [1.5, 4.5]})
    record_made(pharmacy, course)
    day = course.start + timedelta(days=20)
    change(course, Wanted(ChangeKind.DOSE, day, "headaches", 3.0), actor=course.prescriber, now=NOW)

    made = making(Course.objects.get(pk=course.pk))

    assert made.changed
    assert made.open is not None
    assert (made.open.start, made.open.regimen.days) == (day, 22)
    assert [(s.strength_mg, s.total) for s in made.open.preparation.supplies] == [(1.5, 44)]  # type: ignore[union-attr]
    page = pharmacy.get(address("prepare", course)).content.decode()
    assert "counted with the changes" in page
    assert "headaches" not in page


def test_a_change_that_cannot_be_made_is_said_and_has_no_papers(
    pharmacy: Client, open_course: Course
) -> None:
    Change.objects.create(
        course=open_course,
        kind=ChangeKind.DOSE,
        day=open_course.start,
        dose_mg=2.2,
        reason="r",
        made_by=open_course.prescriber,
        made_at=NOW,
    )

    page = pharmacy.get(address("prepare", open_course))
    paper = pharmacy.get(address("worksheet", open_course))

    assert "Please speak with the prescriber" in page.content.decode()
    assert paper.status_code == 302


def test_the_page_of_a_blinded_course_says_what_each_kit_holds_and_records_the_look(
    pharmacy: Client, climbing: Course, pharmacist: User
) -> None:
    page = pharmacy.get(address("prepare", climbing)).content.decode()

    assert page.count("<strong>placebo</strong>") == 2
    assert page.count("<strong>naltrexone</strong>") == 2
    assert [(e.actor, e.subject) for e in done("allocation_read")] == [
        ("pharmacist", climbing.number)
    ]


def test_safety_questions_still_open_are_listed(pharmacy: Client, open_course: Course) -> None:
    page = pharmacy.get(address("prepare", open_course)).content.decode()

    assert "Not asked yet" in page
    assert "liver" in page


def test_pages_make_few_queries_and_are_not_kept(pharmacy: Client, climbing: Course) -> None:
    record_made(pharmacy, climbing)
    with CaptureQueriesContext(connection) as queries:
        page = pharmacy.get(address("prepare", climbing))

    assert len(queries) <= 20
    assert "no-store" in page["Cache-Control"]


def test_what_was_made_is_noted_with_lots_and_dates(pharmacy: Client, climbing: Course) -> None:
    answer = record_made(pharmacy, climbing, note="two technicians")

    made = climbing.preparations.get()
    assert answer.status_code == 302
    assert (made.lot, made.placebo_lot, made.note) == ("N-17", "F-3", "two technicians")
    assert (made.made_on, made.beyond_use) == (date(2026, 5, 30), date(2026, 8, 1))
    climbing.refresh_from_db()
    assert climbing.state == State.PREPARED
    assert verify().faults == ()


def test_lots_are_encrypted_in_the_database(pharmacy: Client, climbing: Course) -> None:
    record_made(pharmacy, climbing)

    with connection.cursor() as cursor:
        cursor.execute("SELECT lot, placebo_lot FROM clinic_preparation")
        assert not any("N-17" in lot or "F-3" in lot for lot in cursor.fetchone())


def test_the_longest_use_is_proposed(pharmacy: Client, open_course: Course) -> None:
    page = pharmacy.get(address("prepare", open_course)).content.decode()

    proposed = NOW.date() + timedelta(days=180)
    assert f'name="beyond_use" value="{proposed}"' in page


@pytest.mark.parametrize(
    "said",
    [
        {"beyond_use": "2026-12-01"},  # 185 days
        {"beyond_use": "2026-05-30"},
        {"made_on": "2026-06-02"},
        {"lot": " "},
        {"placebo_lot": ""},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_noted(
    pharmacy: Client, climbing: Course, said: dict[str, str]
) -> None:
    answer = record_made(pharmacy, climbing, **said)

    assert answer.status_code == 400
    assert climbing.preparations.count() == 0


def test_a_liquid_is_dated_by_its_own_limit(pharmacy: Client, patient: Patient) -> None:
    course = written_out(patient, {"template": "usual", "liquid_mg_per_ml": 1.0})

    assert record_made(pharmacy, course, beyond_use="2026-07-05").status_code == 400
    assert record_made(pharmacy, course, beyond_use="2026-07-04").status_code == 302


def test_a_liquid_is_no_blinded_course(patient: Patient) -> None:
    with pytest.raises(InputError, match="capsules, for a blinded course"):
        written_out(
            patient, {"template": "usual", "liquid_mg_per_ml": 1.0}, periods=4, period_days=14
        )


def test_handing_out_twice_is_refused(pharmacy: Client, open_course: Course) -> None:
    record_made(pharmacy, open_course)
    pharmacy.post(address("hand_out", open_course))

    page = pharmacy.post(address("hand_out", open_course), follow=True).content.decode()

    assert "cannot become" in page
    assert [e.details["to"] for e in done("course_moved")] == ["prepared", "running"]


def test_what_was_not_prepared_is_not_handed_out(pharmacy: Client, open_course: Course) -> None:
    pharmacy.post(address("hand_out", open_course))

    open_course.refresh_from_db()
    assert open_course.state == State.PLANNED


# Papers


def test_the_worksheet_of_an_open_course_is_the_plan_s(
    pharmacy: Client, open_course: Course
) -> None:
    answer = pharmacy.get(address("worksheet", open_course))

    text = words(answer.content)
    assert answer["Content-Disposition"] == (
        f'attachment; filename="{open_course.number}-worksheet.pdf"'
    )
    assert "no-store" in answer["Cache-Control"]
    assert open_course.patient.pseudonym in text
    assert "4.5 mg capsules 42 0 42" in text


def test_the_worksheet_of_kits_says_what_each_is_filled_with(
    pharmacy: Client, climbing: Course, pharmacist: User
) -> None:
    text = words(pharmacy.get(address("worksheet", climbing)).content)

    held = read_allocation(climbing, actor=pharmacist).treatments
    for kit in climbing.kits.all():
        row = text[text.index(kit.code) :][:90]
        content = held[kit.period - 1]
        assert f"bottle 1 {content}{' 4.5 mg' if content == 'naltrexone' else ''} 14 1" in row
    assert "28 28 126 mg" in text
    assert "42 capsules of 1.5 mg" in text
    assert done("allocation_read")


def test_labels_of_kits_name_code_and_days_and_nothing_that_tells(
    pharmacy: Client, blinded_course: Course
) -> None:
    record_made(pharmacy, blinded_course)

    text = words(pharmacy.get(address("labels", blinded_course)).content)

    for kit in blinded_course.kits.all():
        assert f"Study capsules, period {kit.period}, code {kit.code}, bottle 1" in text
    assert text.count("take 1 capsule at bedtime") == 4
    assert text.count("Use by: 1 Aug 2026") == 4
    assert "naltrexone" not in text.lower()
    assert "placebo" not in text.lower()
    assert "N-17" not in text
    assert not done("allocation_read")


def test_open_bottles_of_a_blinded_course_are_labelled_openly(
    pharmacy: Client, climbing: Course
) -> None:
    text = words(pharmacy.get(address("labels", climbing)).content)

    assert text.count("Naltrexone hydrochloride 1.5 mg capsules") == 1
    assert "42 capsules" in text
    assert text.count("Study capsules") == 4


def test_what_people_wrote_is_no_markup(pharmacy: Client, open_course: Course) -> None:
    Patient.objects.filter(pk=open_course.patient_id).update(pseudonym="#panic() $x$ *b*")

    text = words(pharmacy.get(address("labels", open_course)).content)

    assert "#panic() $x$ *b*" in text


# The emergency


def first_step(pharmacy: Client, course: Course) -> str:
    page = pharmacy.post(address("emergency", course), {"reason": "operation with opioids"})
    return str(page.context["form"]["first"].value())


def test_an_emergency_takes_a_reason_and_then_the_typed_number(
    pharmacy: Client, blinded_course: Course
) -> None:
    first = first_step(pharmacy, blinded_course)
    blinded_course.refresh_from_db()
    assert blinded_course.sealed

    typed = {"first": first, "number": blinded_course.number.lower()}
    pharmacy.post(address("emergency", blinded_course), typed)

    blinded_course.refresh_from_db()
    assert not blinded_course.sealed
    entry = done("allocation_opened")[0]
    assert (entry.actor, entry.subject) == ("pharmacist", blinded_course.number)
    assert entry.details == {"emergency": True}
    assert verify().faults == ()


def test_a_wrong_number_opens_nothing(pharmacy: Client, blinded_course: Course) -> None:
    typed = {"first": first_step(pharmacy, blinded_course), "number": "C-000000"}

    answer = pharmacy.post(address("emergency", blinded_course), typed)

    blinded_course.refresh_from_db()
    assert answer.status_code == 400
    assert blinded_course.sealed


def test_the_second_step_does_not_stand_alone(
    pharmacy: Client, blinded_course: Course, patient: Patient
) -> None:
    other = planned(patient, baseline_days=0, periods=2, period_days=14)
    for first in ("made up", first_step(pharmacy, other)):
        typed = {"first": first, "number": blinded_course.number}
        pharmacy.post(address("emergency", blinded_course), typed)

    blinded_course.refresh_from_db()
    assert blinded_course.sealed


def test_an_emergency_without_a_reason_goes_no_further(
    pharmacy: Client, blinded_course: Course
) -> None:
    assert pharmacy.post(address("emergency", blinded_course), {"reason": "  "}).status_code == 400


def test_what_is_open_cannot_be_opened_in_an_emergency(
    pharmacy: Client, blinded_course: Course, open_course: Course
) -> None:
    typed = {"first": first_step(pharmacy, blinded_course), "number": blinded_course.number}
    pharmacy.post(address("emergency", blinded_course), typed)

    assert pharmacy.post(address("emergency", blinded_course), typed).status_code == 404
    assert pharmacy.get(address("emergency", open_course)).status_code == 404
    assert len(done("allocation_opened")) == 1


def test_the_prescriber_reads_who_opened_it_in_an_emergency_and_why(
    pharmacy: Client, as_: Browser, blinded_course: Course
) -> None:
    typed = {"first": first_step(pharmacy, blinded_course), "number": blinded_course.number}
    pharmacy.post(address("emergency", blinded_course), typed)

    page = as_(blinded_course.prescriber).get(address("course", blinded_course)).content.decode()

    assert "The blind was opened in an emergency" in page
    assert "pharmacist: operation with opioids" in page


def open_in_emergency(pharmacy: Client, course: Course) -> None:
    typed = {"first": first_step(pharmacy, course), "number": course.number}
    pharmacy.post(address("emergency", course), typed)


def test_a_course_opened_in_an_emergency_comes_first_in_the_prescriber_s_list_until_it_is_seen(
    pharmacy: Client, as_: Browser, blinded_course: Course
) -> None:
    severe = planned(blinded_course.patient)
    enter(severe, [a_day(severe, 1, adverse=[("rash", Severity.SEVERE)])], actor=None, now=NOW)
    open_in_emergency(pharmacy, blinded_course)
    doctor = as_(blinded_course.prescriber)

    page = doctor.get("/courses/").content.decode()
    notice = blinded_course.notices.get()
    doctor.post(f"/courses/{blinded_course.pk}/notices/{notice.pk}")
    after = doctor.get("/courses/").content.decode()

    assert page.index("Opened in an emergency") < page.index("A severe side effect")
    assert "Opened in an emergency" not in after
    assert done("notice_seen")[0].details == {"kind": "emergency"}


def test_a_stopped_course_opened_in_an_emergency_is_not_hidden_among_the_ended(
    pharmacy: Client, as_: Browser, blinded_course: Course
) -> None:
    stop = Wanted(ChangeKind.STOP, blinded_course.first_day, "wishes to")
    change(blinded_course, stop, actor=blinded_course.prescriber, now=NOW)
    doctor = as_(blinded_course.prescriber)
    before = doctor.get("/courses/").content.decode()
    open_in_emergency(pharmacy, blinded_course)

    assert blinded_course.number not in before
    assert "Opened in an emergency" in doctor.get("/courses/").content.decode()


def test_a_wrong_number_raises_no_notice(pharmacy: Client, blinded_course: Course) -> None:
    typed = {"first": first_step(pharmacy, blinded_course), "number": "C-000000"}
    pharmacy.post(address("emergency", blinded_course), typed)

    assert not blinded_course.notices.exists()


def test_the_reason_of_an_emergency_is_not_in_the_audit_trail(
    pharmacy: Client, blinded_course: Course
) -> None:
    typed = {"first": first_step(pharmacy, blinded_course), "number": blinded_course.number}
    pharmacy.post(address("emergency", blinded_course), typed)

    assert not AuditEntry.objects.filter(details__icontains="opioids").exists()


# Who may


PAGES = ["prepare", "worksheet", "labels", "emergency"]


@pytest.mark.parametrize("who", ["doctor", "researcher", "administrator", "patient"])
def test_nobody_but_a_pharmacist_comes_in(
    who: str, request: pytest.FixtureRequest, as_: Browser, blinded_course: Course
) -> None:
    user = request.getfixturevalue(who)
    browser = as_(user.account if isinstance(user, Patient) else user)

    answers = [browser.get(address(name, blinded_course)) for name in PAGES]
    answers += [browser.post(address(n, blinded_course)) for n in ("hand_out", "emergency")]
    answers.append(browser.get(reverse("pharmacy")))

    assert {answer.status_code for answer in answers} == {404}
    assert len(done("refused")) == len(answers)
    assert not done("allocation_read")


def test_without_signing_in_there_is_only_the_sign_in(as_: Browser, blinded_course: Course) -> None:
    for name in PAGES:
        answer = as_(None).get(address(name, blinded_course))
        assert answer.status_code == 302
        assert "/account/login/" in answer["Location"]


def test_forms_of_other_sites_are_refused(pharmacist: User, open_course: Course) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    browser.force_login(pharmacist, "lowdose.clinic.sign_in.Accounts")

    assert browser.post(address("hand_out", open_course)).status_code == 403
