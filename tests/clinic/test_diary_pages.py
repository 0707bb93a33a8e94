"""The diary's pages: what a device sends and asks for, with and without a script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from clinic_world import FIRST_DAY, NOW, a_day, planned
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from lowdose.clinic.models import ChangeKind, Course, EntryStatus, Patient
from lowdose.clinic.pages import offline
from lowdose.clinic.verbs.blinding import open_allocation
from lowdose.clinic.verbs.courses import Wanted, change
from lowdose.clinic.verbs.diary import enter
from lowdose.clinic.verbs.guesses import guess

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


@pytest.fixture(autouse=True)
def day_ten(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[datetime], None]]:
    """It is the evening of the tenth day, or any other moment that a test asks for."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(datetime(2026, 3, 11, 19, tzinfo=UTC))
    yield at


@pytest.fixture
def phone(patient: Patient, as_: Browser) -> Client:
    assert patient.account is not None
    return as_(patient.account)


def sent(number: int = 3, **more: Any) -> dict[str, Any]:
    """An entry as the script writes it."""
    day = FIRST_DAY + timedelta(days=number - 1)
    said = {"taken": None, "ratings": {"pain": 4}, "adverse": [], "note": "", "replaces": None}
    written = f"{day}T20:15:00.000Z"
    return {"id": str(uuid4()), "day": str(day), "written_at": written, **said, **more}


def send(phone: Client, course: Course, *entries: object) -> HttpResponse:
    content = {"course": str(course.pk), "entries": entries}
    return phone.post("/diary/entries", json.dumps(content), content_type="application/json")


def outcomes(response: HttpResponse) -> list[str]:
    return [one["outcome"] for one in json.loads(response.content)["outcomes"]]


def test_an_entry_from_a_device_is_stored_with_day_and_time_of_writing_apart(
    phone: Client, open_course: Course
) -> None:
    entry = sent(
        3,
        written_at="2026-03-06T08:00:00+01:00",
        adverse=[{"term": "vivid dreams", "severity": "moderate"}],
    )

    assert outcomes(send(phone, open_course, entry)) == ["stored"]

    stored = open_course.entries.get()
    assert (str(stored.pk), str(stored.day), stored.late) == (entry["id"], "2026-03-04", True)
    assert stored.adverse.get().severity == "moderate"


def test_an_entry_sent_again_is_acknowledged_and_stored_once(
    phone: Client, open_course: Course
) -> None:
    entry = sent()

    said = [outcomes(send(phone, open_course, entry)) for _ in range(3)]

    assert said == [["stored"], ["already"], ["already"]]
    assert open_course.entries.count() == 1


def test_a_bad_entry_does_not_keep_good_ones_from_being_stored(
    phone: Client, open_course: Course
) -> None:
    answer = send(phone, open_course, sent(1), sent(2, ratings={"pain": 99}), sent(3), "nonsense")

    assert outcomes(answer) == ["stored", "refused", "stored", "refused"]


@pytest.mark.parametrize(
    "fault",
    [
        {"id": "1"},
        {"day": "yesterday"},
        {"written_at": "2026-03-04T20:15:00"},
        {"ratings": {"pain": True}},
        {"ratings": {"pain": "4"}},
        {"ratings": [1]},
        {"ratings": {"joy": 4}},
        {"taken": "yes"},
        {"note": "half a letter \ud800"},
        {"note": 3},
        {"adverse": [{"term": "rash\n", "severity": "unbearable"}]},
        {"adverse": [{"term": "=1+1", "severity": "mild"}]},
        {"adverse": {"term": "rash"}},
        {"replaces": []},
        {"replaces": "1"},
    ],
)
def test_what_cannot_be_is_refused_with_words(
    phone: Client, open_course: Course, fault: dict[str, Any]
) -> None:
    answer = send(phone, open_course, sent(**fault))

    assert outcomes(answer) == ["refused"]
    assert open_course.entries.count() == 0


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"course": 1}', '{"course": "x", "entries": []}', "NaN", "[" * 9000]
)
def test_what_is_no_list_of_entries_is_a_bad_request(phone: Client, body: str) -> None:
    answer = phone.post("/diary/entries", body, content_type="application/json")

    assert answer.status_code == 400


def test_numbers_that_are_none_are_a_bad_request(phone: Client, open_course: Course) -> None:
    assert send(phone, open_course, sent(ratings={"pain": float("nan")})).status_code == 400


def test_nobody_writes_into_the_diary_of_somebody_else(
    phone: Client, other_patient: Patient
) -> None:
    theirs = planned(other_patient)

    assert send(phone, theirs, sent()).status_code == 404
    assert theirs.entries.count() == 0


def test_entries_that_waited_reach_the_course_that_they_were_written_for(
    phone: Client, open_course: Course
) -> None:
    newer = planned(open_course.patient, first_day=FIRST_DAY + timedelta(days=5))

    assert outcomes(send(phone, open_course, sent())) == ["stored"]
    assert (open_course.entries.count(), newer.entries.count()) == (1, 0)


def test_entries_without_the_token_are_refused(patient: Patient, open_course: Course) -> None:
    assert patient.account is not None
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.force_login(patient.account, "lowdose.clinic.sign_in.Accounts")

    assert send(strict, open_course, sent()).status_code == 403

    token = strict.get("/diary/state").json()["csrf"]
    content = json.dumps({"course": str(open_course.pk), "entries": [sent()]})
    answer = strict.post(
        "/diary/entries",
        content,
        content_type="application/json",
        headers={"x-csrftoken": token, "origin": "http://localhost"},
    )
    assert answer.status_code == 200


def test_the_state_tells_how_each_day_stands(phone: Client, open_course: Course) -> None:
    late = sent(2, written_at="2026-03-05T08:00:00Z")
    send(phone, open_course, sent(1), late, sent(3), sent(3, ratings={"pain": 9}))

    days = phone.get("/diary/state").json()["days"]

    statuses = {day: one["status"] for day, one in days.items()}
    assert statuses == {"2026-03-02": "done", "2026-03-03": "late", "2026-03-04": "conflict"}


def test_the_state_of_a_sealed_course_tells_no_dose_of_a_period(
    phone: Client, blinded_course: Course
) -> None:
    state = phone.get("/diary/state").json()

    assert set(state["doses"]) == {None}
    assert len({kit["code"] for kit in state["kits"]}) == 4


def test_the_state_is_kept_by_no_browser(phone: Client, open_course: Course) -> None:
    for address in ("/diary/state", "/diary/", "/my/course", "/my/data"):
        assert "no-store" in phone.get(address)["Cache-Control"]


def test_the_state_takes_few_queries(
    phone: Client, blinded_course: Course, django_assert_max_num_queries: Any
) -> None:
    enter(
        blinded_course,
        [a_day(blinded_course, n) for n in range(1, 9)],
        actor=None,
        now=timezone.now(),
    )
    for address in ("/diary/", "/diary/state", "/my/course", "/my/data", "/diary/conflicts"):
        with django_assert_max_num_queries(20):
            assert phone.get(address).status_code == 200


def test_the_shell_is_the_same_for_everybody(phone: Client, open_course: Course) -> None:
    anybody = Client(headers={"host": "localhost"})
    send(phone, open_course, sent(note="very private"))

    assert phone.get("/diary/shell").content == anybody.get("/diary/shell").content
    for private in (b"csrf", b"very private", b"p-", str(open_course.pk).encode()):
        assert private not in phone.get("/diary/shell").content


def test_the_worker_keeps_the_shell_and_static_files_only(phone: Client) -> None:
    script = phone.get("/diary/worker.js")
    head = json.loads(script.content.decode().partition("\n")[0][len("const SITE = ") : -1])

    assert head["kept"][0] == "/diary/shell"
    assert all(name.startswith("/static/clinic/") for name in head["kept"][1:])
    assert script["Content-Type"].startswith("text/javascript")


def test_the_worker_changes_with_what_it_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    before = offline._version.__wrapped__("en")
    monkeypatch.setattr(offline, "script_words", lambda: {"queued": "another"})

    assert offline._version.__wrapped__("en") != before


def test_the_form_works_without_a_script(phone: Client, open_course: Course) -> None:
    content = {
        "id": str(uuid4()),
        "day": "2026-03-11",
        "rating-0": "6,5",
        "rating-1": "",
        "effect-2": "nausea",
        "severity-2": "mild",
        "own-effect": ["dry mouth", " ", "itching"],
        "own-severity": ["moderate", "mild", "severe"],
        "note": "windy",
    }
    for _ in range(2):  # a form that is sent again changes nothing
        assert phone.post("/diary/", content).status_code == 302

    entry = open_course.entries.get()
    assert (entry.ratings, entry.taken, entry.note) == ({"pain": 6.5}, None, "windy")
    assert sorted((one.term, one.severity) for one in entry.adverse.all()) == [
        ("dry mouth", "moderate"),
        ("itching", "severe"),
        ("nausea", "mild"),
    ]


def test_without_a_script_what_was_said_in_own_words_is_shown_again_with_lines_for_more(
    phone: Client, open_course: Course
) -> None:
    said = [{"term": term, "severity": "mild"} for term in ("nausea", "dry mouth", "itching")]
    send(phone, open_course, sent(2, adverse=said))

    page = phone.get("/diary/?day=2026-03-03").content.decode()
    lines = re.findall(r'name="own-effect"[^>]* value="([^"]*)"', page)
    within_form = lines[:-1]  # the last is the script's pattern

    assert within_form == ["dry mouth", "itching", "", "", ""]
    assert len(set(re.findall(r'id="own-effect-(\d+)"', page))) == 5


def test_the_form_of_a_day_that_is_there_names_what_it_replaces(
    phone: Client, open_course: Course
) -> None:
    send(phone, open_course, sent(2))
    first = open_course.entries.get()

    page = phone.get("/diary/?day=2026-03-03").content.decode()
    assert f'name="replaces" value="{first.pk}"' in page

    content = {"id": str(uuid4()), "day": "2026-03-03", "rating-0": "7", "replaces": first.pk}
    phone.post("/diary/", content)
    assert open_course.entries.get(status=EntryStatus.CURRENT).ratings == {"pain": 7}


def test_a_form_with_a_fault_says_so_and_stores_nothing(phone: Client, open_course: Course) -> None:
    answer = phone.post("/diary/", {"id": str(uuid4()), "day": "2026-03-03", "rating-0": "70"})

    assert answer.status_code == 400
    assert open_course.entries.count() == 0


def test_two_entries_for_one_day_wait_until_the_patient_has_chosen(
    phone: Client, open_course: Course
) -> None:
    second = sent(3, ratings={"pain": 9})
    assert outcomes(send(phone, open_course, sent(3), second)) == ["stored", "conflict"]
    assert phone.get("/diary/conflicts").content.count(b"This one counts") == 2

    phone.post("/diary/conflicts", {"entry": second["id"]})

    assert str(open_course.entries.get(status=EntryStatus.CURRENT).pk) == second["id"]
    assert b"settled" in phone.get("/diary/conflicts").content


@pytest.mark.parametrize("entry", ["", "x", "fa172355-6acf-401c-ae1a-c1075480fe2e"])
def test_an_entry_that_is_not_there_cannot_be_chosen(
    phone: Client, open_course: Course, entry: str
) -> None:
    assert phone.post("/diary/conflicts", {"entry": entry}).status_code == 404


def test_an_entry_that_was_replaced_cannot_be_chosen(phone: Client, open_course: Course) -> None:
    first = sent(3)
    send(phone, open_course, first, sent(3, ratings={"pain": 8}, replaces=first["id"]))

    assert phone.post("/diary/conflicts", {"entry": first["id"]}).status_code == 404


@pytest.mark.parametrize("day", ["2026-01-01", "2030-01-01", "x", "2026-03-02"])
def test_the_address_may_name_any_day(phone: Client, open_course: Course, day: str) -> None:
    assert phone.get("/diary/", {"day": day}).status_code == 200


def test_friendly_words_without_a_course(phone: Client) -> None:
    assert b"has not planned a course yet" in phone.get("/diary/").content
    assert phone.post("/diary/").status_code == 302
    assert phone.get("/diary/state").json()["open"] is False


def test_friendly_words_before_the_first_day(
    phone: Client, open_course: Course, day_ten: Callable[[datetime], None]
) -> None:
    day_ten(datetime(2026, 3, 1, 12, tzinfo=UTC))

    assert b"Your diary begins on 2 March 2026" in phone.get("/diary/").content


def test_after_the_last_day_a_missing_day_can_still_be_added(
    phone: Client, open_course: Course, day_ten: Callable[[datetime], None]
) -> None:
    day_ten(datetime(2026, 5, 1, 12, tzinfo=UTC))

    assert b"Thank you for keeping it" in phone.get("/diary/").content
    assert outcomes(send(phone, open_course, sent(5))) == ["stored"]


def test_a_stopped_course_takes_no_more_and_says_so(phone: Client, open_course: Course) -> None:
    stop = Wanted(ChangeKind.STOP, open_course.first_day, "moved away")
    change(open_course, stop, actor=open_course.prescriber, now=NOW)

    assert b"Your course was stopped" in phone.get("/diary/").content
    assert outcomes(send(phone, open_course, sent())) == ["refused"]


def test_the_first_day_after_the_clocks_change_is_a_day_like_any_other(
    phone: Client, open_course: Course, day_ten: Callable[[datetime], None]
) -> None:
    # Oslo, 29 March 2026: at 22:30 UTC the 30th has begun there, a day earlier it had not.
    day_ten(datetime(2026, 3, 28, 22, 30, tzinfo=UTC))
    before = phone.get("/diary/state").json()["today"]
    day_ten(datetime(2026, 3, 29, 22, 30, tzinfo=UTC))

    assert (before, phone.get("/diary/state").json()["today"]) == ("2026-03-28", "2026-03-30")
    evening = sent(28, written_at="2026-03-29T23:30:00+02:00")
    send(phone, open_course, evening)
    assert not open_course.entries.get().late


def test_a_guess_is_asked_for_from_the_last_day_of_a_period_on_and_once(
    phone: Client, blinded_course: Course, day_ten: Callable[[datetime], None]
) -> None:
    assert phone.get("/diary/guess/1").status_code == 404
    day_ten(datetime(2026, 3, 15, 19, tzinfo=UTC))
    assert phone.get("/diary/state").json()["guess"] == "/diary/guess/1"
    assert phone.get("/diary/guess/1").status_code == 200

    phone.post("/diary/guess/1", {"probability": "80"})

    assert blinded_course.guesses.get().probability_active == 0.8
    assert phone.get("/diary/state").json()["guess"] is None


def test_no_idea_is_a_half_and_may_change_until_the_opening(
    phone: Client, blinded_course: Course, day_ten: Callable[[datetime], None]
) -> None:
    day_ten(datetime(2026, 3, 15, 19, tzinfo=UTC))
    phone.post("/diary/guess/1", {"probability": "80"})
    phone.post("/diary/guess/1", {"probability": "80", "no_idea": "on"})
    assert blinded_course.guesses.get().probability_active == 0.5

    open_allocation(
        blinded_course, actor=blinded_course.prescriber, now=timezone.now(), reason="over"
    )

    assert phone.post("/diary/guess/1", {"probability": "0"}).status_code == 404
    assert blinded_course.guesses.get().probability_active == 0.5


@pytest.mark.parametrize("value", ["", "101", "-1", "x"])
def test_a_guess_outside_of_the_scale_is_put_right(
    phone: Client, blinded_course: Course, day_ten: Callable[[datetime], None], value: str
) -> None:
    day_ten(datetime(2026, 3, 15, 19, tzinfo=UTC))

    assert phone.post("/diary/guess/1", {"probability": value}).status_code == 400


def test_a_guess_of_an_open_course_cannot_be(open_course: Course) -> None:
    from lowdose.errors import InputError

    with pytest.raises(InputError):
        guess(open_course, 1, 0.5, actor=open_course.prescriber, now=timezone.now())
