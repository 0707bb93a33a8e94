"""People, for the administrator: added, changed, let in no more; never the last administrator."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from clinic_world import PASSWORD, person
from django.test import Client

from lowdose.clinic.chain import verify
from lowdose.clinic.models import AuditEntry, Patient, Role, Session, User
from lowdose.clinic.verbs.people import change_role, deactivate
from lowdose.errors import LowdoseError

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


@pytest.fixture
def admin(administrator: User, as_: Browser) -> Client:
    return as_(administrator)


def last_action() -> str:
    last = AuditEntry.objects.order_by("-number").first()
    return "" if last is None else last.action


def test_the_list_names_who_works_here_and_apart_from_them_the_patients(
    admin: Client, doctor: User, patient: Patient
) -> None:
    staff, patients = admin.get("/site/people/"), admin.get("/site/people/?show=patients")

    assert "doctor" in staff.content.decode()
    assert patient.pseudonym.lower() not in staff.content.decode()
    assert patient.pseudonym.lower() in patients.content.decode()


def test_somebody_added_signs_in_with_the_password_that_is_shown_once(
    admin: Client, as_: Browser
) -> None:
    said = {"username": "Kari", "role": "pharmacist", "language": "nb", "time_zone": "Europe/Oslo"}
    answer = admin.post("/site/people/new", said)

    kari = User.objects.get(username="kari")
    assert kari.role == Role.PHARMACIST
    assert kari.check_password(answer.context["password"])
    assert answer.context["password"] not in admin.get(f"/site/people/{kari.pk}/").content.decode()


def test_a_name_that_is_taken_is_refused_beside_its_field(admin: Client, doctor: User) -> None:
    said = {"username": "doctor", "role": "pharmacist", "language": "en", "time_zone": "UTC"}
    answer = admin.post("/site/people/new", said)

    assert answer.status_code == 400
    assert "username" in answer.context["form"].errors


def test_who_is_locked_is_signed_out_and_stays_out(
    admin: Client, doctor: User, as_: Browser
) -> None:
    browser = as_(doctor)
    assert browser.get("/courses/").status_code == 200

    admin.post(f"/site/people/{doctor.pk}/deactivate")
    admin.post(f"/site/people/{doctor.pk}/activate")

    assert browser.get("/courses/").status_code == 302
    assert last_action() == "person_activated"


def test_a_role_is_changed_from_the_next_click_on(admin: Client, pharmacist: User) -> None:
    admin.post(f"/site/people/{pharmacist.pk}/", {"role": "researcher"})

    pharmacist.refresh_from_db()
    assert (pharmacist.role, last_action()) == (Role.RESEARCHER, "role_changed")
    assert verify().faults == ()


def test_patients_are_not_left_without_a_prescriber(admin: Client, patient: Patient) -> None:
    answer = admin.post(f"/site/people/{patient.prescriber_id}/", {"role": "researcher"})

    assert answer.status_code == 400
    assert User.objects.get(pk=patient.prescriber_id).role == Role.PRESCRIBER


def test_a_patient_never_becomes_staff(administrator: User, patient: Patient) -> None:
    assert patient.account is not None

    with pytest.raises(LowdoseError):
        change_role(patient.account, Role.ADMINISTRATOR, actor=administrator)


@pytest.mark.parametrize("act", ["deactivate", "demote"])
def test_nobody_takes_the_role_from_the_last_administrator(administrator: User, act: str) -> None:
    with pytest.raises(LowdoseError):
        if act == "demote":
            change_role(administrator, Role.RESEARCHER, actor=None)
        else:
            deactivate(administrator, actor=None)


def test_nobody_locks_themselves_out(admin: Client, administrator: User) -> None:
    person(Role.ADMINISTRATOR, "second")

    admin.post(f"/site/people/{administrator.pk}/deactivate")

    administrator.refresh_from_db()
    assert administrator.is_active


def test_one_administrator_can_lock_another(administrator: User) -> None:
    second = person(Role.ADMINISTRATOR, "second")

    deactivate(second, actor=administrator)

    second.refresh_from_db()
    assert not second.is_active


def test_lost_second_factors_are_removed_and_that_is_recorded(admin: Client, doctor: User) -> None:
    Authenticator.objects.create(user=doctor, type="totp", data={"secret": "sealed"})

    admin.post(f"/site/people/{doctor.pk}/factors")

    assert not Authenticator.objects.filter(user=doctor).exists()
    assert last_action() == "factors_reset"


def test_a_new_password_ends_every_session(admin: Client, doctor: User, as_: Browser) -> None:
    as_(doctor)
    before = Session.objects.count()

    answer = admin.post(f"/site/people/{doctor.pk}/password")

    doctor.refresh_from_db()
    assert doctor.check_password(answer.context["password"])
    assert not doctor.check_password(PASSWORD)
    assert Session.objects.count() == before - 1
