"""Evidence, simulator and research: who sees them, what they may say, and what they never load."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from clinic_world import FIRST_DAY, NOW, a_day, planned, with_account
from django.test import Client

from lowdose.clinic.models import (
    AuditEntry,
    Computation,
    ComputationKind,
    Course,
    Patient,
    State,
    User,
)
from lowdose.clinic.verbs import computed
from lowdose.clinic.verbs.blinding import open_allocation
from lowdose.clinic.verbs.chances import chances
from lowdose.clinic.verbs.courses import move
from lowdose.clinic.verbs.diary import enter
from lowdose.clinic.verbs.pooled import ask_for_pool, closed_courses
from lowdose.clinic.verbs.research import counts, shown
from lowdose.clinic.verbs.simulations import CONDITIONS, HYPOTHESES, simulation_asked

pytestmark = pytest.mark.django_db

Browser = Callable[[User | None], Client]
ROLES = ("doctor", "pharmacist", "patient_user", "researcher", "administrator")
SHARED = ("/evidence/", "/evidence/fibromyalgia/", "/evidence/claims/", "/simulator/")
RESEARCH = ("/research/", "/research/allocations/", "/research/designs/")


@pytest.fixture
def patient_user(patient: Patient) -> User:
    assert patient.account is not None
    return patient.account


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("address", SHARED)
def test_everybody_who_signs_in_sees_evidence_and_simulator(
    role: str, address: str, request: pytest.FixtureRequest, as_: Browser
) -> None:
    user = request.getfixturevalue(role)

    response = as_(user).get(address)

    assert response.status_code == 200
    assert " style=" not in response.content.decode()


@pytest.mark.parametrize("address", [*SHARED, *RESEARCH])
def test_nobody_sees_them_without_signing_in(address: str, as_: Browser) -> None:
    assert as_(None).get(address).status_code == 302


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("address", RESEARCH)
def test_only_researchers_see_research(
    role: str, address: str, request: pytest.FixtureRequest, as_: Browser
) -> None:
    user = request.getfixturevalue(role)

    status = as_(user).get(address).status_code

    assert status == (200 if role == "researcher" else 404)


def test_the_menu_leads_to_them(researcher: User, doctor: User, as_: Browser) -> None:
    for_researcher = as_(researcher).get("/evidence/").content.decode()
    for_doctor = as_(doctor).get("/evidence/").content.decode()

    assert 'href="/research/"' in for_researcher
    assert 'href="/simulator/"' in for_doctor
    assert 'href="/research/"' not in for_doctor


def test_a_condition_says_what_the_command_says(doctor: User, as_: Browser) -> None:
    from lowdose.evidence.summary import summary
    from lowdose.report.evidence_summary_words import answer_words

    page = as_(doctor).get("/evidence/fibromyalgia/").content.decode()

    headline, _words = answer_words(summary("fibromyalgia"))
    assert headline in page
    assert "<svg" in page
    assert "https://doi.org/" in page


def test_a_condition_that_nobody_studied_is_not_found(doctor: User, as_: Browser) -> None:
    assert as_(doctor).get("/evidence/lupus/").status_code == 404


# --- simulator and computations


def test_hypotheses_and_conditions_are_those_of_the_library() -> None:
    from lowdose.mechanism import hypotheses
    from lowdose.population import conditions

    assert set(HYPOTHESES) == set(hypotheses.HYPOTHESES)
    assert set(CONDITIONS) <= set(conditions.CONDITIONS)


def made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker make something small."""
    monkeypatch.setattr(computed, "_MAKERS", dict.fromkeys(ComputationKind, "json.dumps"))
    monkeypatch.setattr(
        computed,
        "import_string",
        lambda _name: lambda asked: {"about": ["a simulation"], "charts": [], "n": len(asked)},
    )


def test_the_same_question_is_computed_once(
    doctor: User, monkeypatch: pytest.MonkeyPatch, as_: Browser
) -> None:
    made(monkeypatch)
    first = as_(doctor).get("/simulator/?dose=3&days=28").content.decode()
    found = Computation.objects.get()
    computed.compute.call(found.pk)

    again = as_(doctor).get("/simulator/?days=28&dose=3").content.decode()

    assert "Waiting for its turn" in first
    assert "a simulation" in again
    assert Computation.objects.count() == 1


def test_a_part_is_answered_only_when_something_changed(
    doctor: User, monkeypatch: pytest.MonkeyPatch, as_: Browser
) -> None:
    made(monkeypatch)
    browser = as_(doctor)
    browser.get("/simulator/")
    key = Computation.objects.get().pk
    part = f"/computed/{key}?seen=waiting"

    before = browser.get(part, headers={"HX-Request": "true"}).status_code
    computed.compute.call(key)
    after = browser.get(part, headers={"HX-Request": "true"})

    assert (before, after.status_code) == (204, 200)
    assert "a simulation" in after.content.decode()


def test_a_person_has_three_questions_at_most_and_the_newest_counts(doctor: User) -> None:
    keys = []
    for dose in range(1, 6):
        asked = simulation_asked([float(dose)] * 14)
        found = computed.want(ComputationKind.SIMULATION, asked, actor=doctor)
        assert found is not None
        keys.append(found.pk)

    kept = set(Computation.objects.values_list("pk", flat=True))
    computed.compute.call(keys[0])

    assert kept == set(keys[2:])


def test_what_is_being_worked_on_is_not_dropped(doctor: User) -> None:
    for dose in range(1, 4):
        computed.want(
            ComputationKind.SIMULATION, simulation_asked([float(dose)] * 14), actor=doctor
        )
    Computation.objects.update(started_at=NOW, asked_at=NOW)

    fourth = computed.want(ComputationKind.SIMULATION, simulation_asked([4.0] * 14), actor=doctor)

    assert fourth is None


def test_a_dose_beyond_the_slider_is_refused(doctor: User, as_: Browser) -> None:
    response = as_(doctor).get("/simulator/?dose=50")

    assert response.status_code == 400
    assert Computation.objects.count() == 0


def test_chances_are_stable_and_grow_with_the_effect() -> None:
    asked = {
        "doses_mg": [4.5] * 56,
        "before": 7,
        "periods": 4,
        "period_days": 14,
        "prior": "weak",
        "effects": [0.0, 4.0],
        "people": 12,
    }

    first, again = chances(asked), chances(asked)

    assert first == again
    none, much = first["rows"]
    assert much["likely"] > none["likely"]
    assert 10 <= first["margin"] <= 30


FORM = {
    "condition": "fibromyalgia",
    "symptoms": ["pain"],
    "opioids": "none",
    "template": "usual",
    "time": "bedtime",
    "first_day": str(FIRST_DAY),
    "baseline_days": 14,
    "design": "blinded",
    "periods": 4,
    "period_days": 14,
    "preparation": "capsules",
    "strengths": "1.5, 4.5",
}


def test_the_preview_asks_for_the_chance_and_for_what_to_expect(
    doctor: User, patient: Patient, as_: Browser
) -> None:
    page = as_(doctor).post(f"/patients/{patient.pk}/course/preview", FORM).content.decode()

    kinds = set(Computation.objects.values_list("kind", flat=True))
    assert kinds == {ComputationKind.SIMULATION, ComputationKind.CHANCES}
    assert "The chance of a clear answer" in page


def test_an_open_course_with_nothing_to_compare_has_no_chance(
    doctor: User, patient: Patient, as_: Browser
) -> None:
    form = {**FORM, "design": "open", "target_days": 56, "baseline_days": 0}

    page = as_(doctor).post(f"/patients/{patient.pk}/course/preview", form).content.decode()

    assert "nothing to compare with" in page
    assert not Computation.objects.filter(kind=ComputationKind.CHANCES).exists()


# --- research


def test_counts_below_five_are_hidden() -> None:
    assert dict(shown({"a": 12, "b": 3, "c": 1, "d": 0})) == {
        "a": "12",
        "b": "fewer than 5",
        "c": "fewer than 5",
        "d": "0",
    }


def test_one_hidden_count_takes_another_with_it() -> None:
    assert dict(shown({"a": 12, "b": 3, "c": 8})) == {
        "a": "12",
        "b": "fewer than 5",
        "c": "held back",
    }


def test_no_page_of_counts_shows_a_small_number(open_course: Course) -> None:
    rows = [row for table in counts(open_course.last_day) for row in table.rows]

    assert ("fibromyalgia", "fewer than 5") in [(name.lower(), said) for name, said in rows]
    assert {said for _name, said in rows} <= {"fewer than 5", "0"}


def test_digests_are_shown_and_nothing_of_the_sealed(
    blinded_course: Course, researcher: User, as_: Browser
) -> None:
    page = as_(researcher).get("/research/allocations/").content.decode()
    sealed = as_(researcher).get(f"/research/allocations/{blinded_course.pk}/")

    assert blinded_course.number in page
    assert "naltrexone" not in page
    assert sealed.status_code == 404


def test_an_opened_allocation_can_be_checked_by_anybody(
    blinded_course: Course, doctor: User, researcher: User, as_: Browser
) -> None:
    from hashlib import sha256

    open_allocation(blinded_course, actor=doctor, now=NOW, reason="over")

    response = as_(researcher).get(f"/research/allocations/{blinded_course.pk}/")

    checked = response.context["checked"]
    assert sha256(checked.text.encode()).hexdigest() == checked.published
    assert AuditEntry.objects.filter(action="allocation_checked").exists()


def test_a_kept_digest_is_found_and_a_changed_one_is_not(
    blinded_course: Course, researcher: User, as_: Browser
) -> None:
    browser = as_(researcher)
    page = browser.get("/research/allocations/")
    ((_course, digest),) = page.context["rows"]

    right = browser.get(f"/research/allocations/?digest={digest}")
    wrong = browser.get(f"/research/allocations/?digest={digest[::-1]}")

    assert right.context["kept"] == blinded_course
    assert wrong.context["kept"] is None


def ended(doctor: User, pain: float, name: str = "") -> Course:
    """A course of somebody else that has been kept and finished."""
    course = planned(with_account(doctor, name))
    days = [a_day(course, n, pain=pain + (n % 3) - (n > 14)) for n in range(1, 57)]
    enter(course, days, actor=None, now=NOW)
    for state in (State.PREPARED, State.RUNNING, State.FINISHED):
        move(course, state, actor=doctor)
    return course


def test_sealed_courses_and_those_that_go_on_are_not_pooled(
    doctor: User, open_course: Course, blinded_course: Course
) -> None:
    closed = ended(doctor, 5)

    assert closed_courses("pain") == [closed]
    assert not {open_course, blinded_course} & set(closed_courses("pain"))


def pooled_by(user: User) -> Computation:
    found = ask_for_pool("pain", actor=user)
    assert found is not None
    computed.compute.call(found.pk)
    found.refresh_from_db()
    return found


def test_fewer_than_five_people_are_not_pooled(
    doctor: User, researcher: User, as_: Browser
) -> None:
    ended(doctor, 5)

    found = pooled_by(researcher)

    assert found.content == {"few": True}
    assert as_(researcher).get(f"/research/pools/{found.pk}/array.json").status_code == 404


def test_the_array_of_six_holds_five_and_no_diary(
    doctor: User, researcher: User, as_: Browser
) -> None:
    for number in range(6):
        ended(doctor, 4 + number / 4, "Kari Nordmann")

    found = pooled_by(researcher)
    response = as_(researcher).get(f"/research/pools/{found.pk}/array.json")
    page = as_(researcher).get(f"/research/pools/{found.pk}/").content.decode()

    body: dict[str, Any] = json.loads(response.content)
    assert [cell["courses"] for cell in body["cells"]] == [5]
    said = response.content.decode() + json.dumps(found.content)
    for course in Course.objects.select_related("patient"):
        names = (course.number, str(course.pk), course.patient.pseudonym, "Nordmann")
        assert not [name for name in names if name in said]
    assert found.content["answer"]["people"] == []
    assert "2026-03" not in said
    assert "On average" in page
    assert AuditEntry.objects.filter(action="array_exported").count() == 1
    assert pooled_by(researcher).content == found.content


@pytest.mark.slow
def test_no_web_process_loads_jax(tmp_path: Path) -> None:
    program = """
import sys
from lowdose.clinic.operate.start import load, make_tables
from lowdose.clinic.site import Site
from pathlib import Path
load(Site(Path(sys.argv[1]), second_factor=False))
make_tables()
from django.test import Client
from lowdose.clinic.models import Role
from lowdose.clinic.verbs.people import add_person
client = Client(headers={"host": "localhost"})
researcher = add_person("r", Role.RESEARCHER, "a long enough password", actor=None)
client.force_login(researcher, "lowdose.clinic.sign_in.Accounts")
for address in sys.argv[2:]:
    assert client.get(address).status_code == 200, address
assert client.post("/research/pool", {"symptom": "pain"}).status_code == 302
print("jax" in sys.modules)
"""
    command = [sys.executable, "-c", program, str(tmp_path), *SHARED, *RESEARCH]
    result = subprocess.run(
        command, capture_output=True, text=True, env=dict(os.environ), check=False
    )

    assert result.stdout.strip() == "False", result.stderr
