"""Handing patients over: whose they are afterwards, who is told, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from clinic_world import NOW, person, planned
from django.test import Client

from lowdose.clinic.chain import verify
from lowdose.clinic.models import Course, HandOver, Patient, Role, User
from lowdose.clinic.models.audit import AuditEntry
from lowdose.clinic.verbs.handing_over import hand_over
from lowdose.clinic.verbs.patients import add_patient, erase
from lowdose.clinic.verbs.people import deactivate
from lowdose.errors import InputError

pytestmark = pytest.mark.django_db

Browser = Callable[[User | None], Client]
WHY = "Dr. Hansen has moved to Bergen"


@pytest.fixture
def admin(administrator: User, as_: Browser) -> Client:
    return as_(administrator)


def page_of(prescriber: User) -> str:
    return f"/site/people/{prescriber.pk}/hand-over"


def form(after: User, which: str = "all", *only: Patient) -> dict[str, object]:
    chosen = [str(one.pk) for one in only]
    return {"after": after.pk, "which": which, "only": chosen, "reason": WHY}


def another(prescriber: User) -> Patient:
    return add_patient(prescriber, name="", contact="", time_zone="Europe/Oslo", language="en")


def test_all_patients_go_with_their_courses_and_the_old_prescriber_sees_them_no_more(
    admin: Client, doctor: User, other_doctor: User, open_course: Course, as_: Browser
) -> None:
    another(doctor)

    admin.post(page_of(doctor), form(other_doctor))

    address = f"/courses/{open_course.pk}/"
    assert not Patient.objects.filter(prescriber=doctor).exists()
    assert as_(doctor).get(address).status_code == 404
    assert as_(other_doctor).get(address).status_code == 200
    assert open_course.number in as_(other_doctor).get("/courses/").content.decode()


def test_only_the_chosen_ones_go(
    admin: Client, doctor: User, other_doctor: User, patient: Patient
) -> None:
    goes = another(doctor)

    admin.post(page_of(doctor), form(other_doctor, "some", goes))

    patient.refresh_from_db()
    goes.refresh_from_db()
    assert (patient.prescriber, goes.prescriber) == (doctor, other_doctor)


def test_the_new_prescriber_is_told_why_until_it_is_seen(
    admin: Client, doctor: User, other_doctor: User, patient: Patient, as_: Browser
) -> None:
    admin.post(page_of(doctor), form(other_doctor))
    browser = as_(other_doctor)

    told = browser.get("/courses/").content.decode()
    browser.post(f"/courses/handed-over/{HandOver.objects.get().pk}")

    assert f"/patients/{patient.pk}/" in told
    assert WHY in told
    assert WHY not in browser.get("/courses/").content.decode()


def test_the_trail_says_who_from_whom_to_whom_and_not_why(
    admin: Client, doctor: User, other_doctor: User, patient: Patient
) -> None:
    admin.post(page_of(doctor), form(other_doctor))

    entry = AuditEntry.objects.get(action="patient_handed_over")
    assert (entry.actor, entry.subject) == ("administrator", patient.pseudonym)
    assert entry.details == {"from": "doctor", "to": "other_doctor"}
    assert verify().faults == ()


def test_nobody_else_takes_the_notice_off(
    admin: Client, doctor: User, other_doctor: User, patient: Patient, as_: Browser
) -> None:
    admin.post(page_of(doctor), form(other_doctor))

    answer = as_(doctor).post(f"/courses/handed-over/{HandOver.objects.get().pk}")

    assert (answer.status_code, HandOver.objects.get().seen_at) == (404, None)


def test_locking_a_prescriber_with_patients_says_so_and_offers_to_hand_them_over(
    admin: Client, doctor: User, patient: Patient
) -> None:
    answer = admin.post(f"/site/people/{doctor.pk}/deactivate", follow=True)

    doctor.refresh_from_db()
    text = answer.content.decode()
    assert doctor.is_active
    assert answer.redirect_chain == [(page_of(doctor), 302)]
    assert "doctor still has 1 patient" in text
    assert "Lock all the same" in text


def test_a_prescriber_can_be_locked_at_once_all_the_same(
    admin: Client, doctor: User, patient: Patient
) -> None:
    admin.post(f"/site/people/{doctor.pk}/deactivate", {"meant": "yes"})

    doctor.refresh_from_db()
    assert not doctor.is_active


def test_a_prescriber_who_is_locked_already_can_be_relieved(
    admin: Client, administrator: User, doctor: User, other_doctor: User, patient: Patient
) -> None:
    deactivate(doctor, actor=administrator)

    admin.post(page_of(doctor), form(other_doctor))

    patient.refresh_from_db()
    assert patient.prescriber == other_doctor


def refused(before: User, after: User, **said: object) -> list[str]:
    """Which places were wrong; nothing may have been changed."""
    with pytest.raises(InputError) as caught:
        hand_over(before, after, **{"actor": None, "reason": WHY, "now": NOW, **said})
    assert not HandOver.objects.exists()
    return [fault.place for fault in caught.value.faults]


def test_patients_go_to_nobody_but_a_prescriber_who_may_sign_in(
    doctor: User, other_doctor: User, pharmacist: User, administrator: User, patient: Patient
) -> None:
    deactivate(other_doctor, actor=administrator)

    for after in (doctor, other_doctor, pharmacist):
        assert refused(doctor, after) == ["after"]


def test_there_is_a_reason_and_somebody_to_hand_over(
    doctor: User, other_doctor: User, patient: Patient
) -> None:
    assert refused(doctor, other_doctor, reason="  ") == ["reason"]
    assert refused(other_doctor, doctor) == ["only"]


def test_somebody_else_s_patient_is_not_handed_over_with_the_own(
    doctor: User, other_doctor: User, patient: Patient, other_patient: Patient
) -> None:
    third = person(Role.PRESCRIBER, "third")

    assert refused(doctor, third, only=[patient.pk, other_patient.pk]) == ["only"]


def test_a_form_without_what_it_needs_is_put_right(
    admin: Client, doctor: User, other_doctor: User, patient: Patient
) -> None:
    answer = admin.post(page_of(doctor), {**form(other_doctor), "reason": ""})

    assert answer.status_code == 400
    assert "This field is required" in answer.content.decode()


def test_a_patient_without_a_course_and_one_with_an_ended_one_go_too(
    doctor: User, other_doctor: User, patient: Patient
) -> None:
    course = planned(patient)
    Course.objects.filter(pk=course.pk).update(state="finished")
    another(doctor)

    assert hand_over(doctor, other_doctor, actor=None, reason=WHY, now=NOW) == 2
    course.refresh_from_db()
    assert course.prescriber == other_doctor


def test_erasing_a_patient_erases_the_reason_and_the_notice(
    doctor: User, other_doctor: User, patient: Patient, as_: Browser
) -> None:
    hand_over(doctor, other_doctor, actor=None, reason=WHY, now=NOW)

    erase(patient, actor=None, now=NOW)

    assert HandOver.objects.get().reason == ""
    assert "Handed over to you" not in as_(other_doctor).get("/courses/").content.decode()
