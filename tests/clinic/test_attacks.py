"""What somebody does who means harm: refused, recorded, and without a word on what was sent."""

# ruff: noqa: F811  # `world` is a fixture of test_permits

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from bs4 import BeautifulSoup
from clinic_world import NOW, PASSWORD, a_day, person
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import MD5PasswordHasher, ScryptPasswordHasher
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from test_permits import PAGES, filled, world  # noqa: F401

from lowdose.clinic.chain import verify
from lowdose.clinic.hashing import Scrypt
from lowdose.clinic.limits import MOST_GUESSES
from lowdose.clinic.models import (
    AuditEntry,
    ChangeKind,
    Course,
    Patient,
    Role,
    Session,
    Severity,
    User,
)
from lowdose.clinic.pages import home, profile
from lowdose.clinic.verbs.courses import Wanted, calendar_token, change
from lowdose.clinic.verbs.diary import enter
from lowdose.clinic.verbs.patients import invite
from lowdose.clinic.verbs.people import deactivate

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]

MARK = "Zebedee"
EVIL = "https://evil.example"
UNREADABLE = b"could not be read"
SIGN_IN = "/account/login/"
STAFF = [role for role in Role if role is not Role.PATIENT]
OF_PACKAGES = [
    "account_login",
    "account_logout",
    "account_change_password",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_generate_recovery_codes",
]


def paths(world: dict[str, Any]) -> list[str]:
    """Every address: ours with the prescriber's own objects, and the packages'.

    The first page is left out: it only leads on to one of these.
    """
    own = [filled(route, page, world, other=False) for route, page in PAGES if "^" not in route]
    return sorted({*own, *map(reverse, OF_PACKAGES), "/admin/"} - {"/", "/admin/login/"})


def stranger(address: str = "203.0.113.9", **more: Any) -> Client:
    return Client(headers={"host": "localhost"}, REMOTE_ADDR=address, **more)


def signed_in(name: str, browser: Client, password: str = PASSWORD, next_: str = "") -> Any:
    return browser.post(SIGN_IN, {"login": name, "password": password, "next": next_})


def who(browser: Client) -> str | None:
    return browser.session.get(SESSION_KEY)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def everything_stored() -> str:
    """Every cell of every table, as the database holds it."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += cursor.fetchall()
    return repr(rows)


# Forms of other sites


def test_a_form_that_another_site_sends_is_refused_everywhere(world: dict[str, Any]) -> None:
    open_to = []
    browser = stranger(enforce_csrf_checks=True)
    doctor = world[Role.PRESCRIBER]
    browser.force_login(doctor, "lowdose.clinic.sign_in.Accounts")
    for path in paths(world):
        answer = browser.post(path, {"reason": "x"}, headers={"origin": EVIL})
        if answer.status_code != 403:
            open_to.append((path, answer.status_code))

    assert open_to == []


def test_a_right_token_does_not_help_another_site(doctor: User) -> None:
    browser = stranger(enforce_csrf_checks=True)
    page = BeautifulSoup(browser.get(SIGN_IN).content, "html.parser")
    token = page.select_one("input[name=csrfmiddlewaretoken]")
    assert token is not None
    sent = {"csrfmiddlewaretoken": token["value"], "login": "doctor", "password": PASSWORD}

    assert browser.post(SIGN_IN, sent, headers={"origin": EVIL}).status_code == 403
    assert browser.post(SIGN_IN, sent, headers={"origin": "null"}).status_code == 403
    assert browser.post(SIGN_IN, sent).status_code == 302


# Sessions


def test_a_planted_session_is_not_adopted(doctor: User) -> None:
    browser = stranger()
    browser.cookies["sessionid"] = "p" * 32
    signed_in("doctor", browser)

    assert who(browser) == str(doctor.pk)
    assert browser.cookies["sessionid"].value != "p" * 32
    assert not Session.objects.filter(pk="p" * 32).exists()


def test_the_session_changes_when_somebody_signs_in(doctor: User) -> None:
    browser = stranger()
    before = browser.session.session_key or ""
    signed_in("doctor", browser)

    assert browser.cookies["sessionid"].value != before
    assert stranger_with(before).get("/courses/").status_code == 302


def stranger_with(session: str) -> Client:
    browser = stranger()
    browser.cookies["sessionid"] = session
    return browser


def test_an_invitation_ends_the_session_of_whoever_sat_there_before(
    doctor: User, other_patient: Patient, as_: Browser
) -> None:
    token = invite(other_patient, made_by=other_patient.prescriber, now=timezone.now())
    browser = as_(doctor)
    before = browser.cookies["sessionid"].value

    assert browser.post(f"/invitation/{token}/").status_code == 200
    assert who(browser) == str(other_patient.account_id)
    assert browser.cookies["sessionid"].value != before
    assert not Session.objects.filter(pk=before).exists()


def test_staff_are_signed_out_after_half_an_hour_without_a_click(doctor: User) -> None:
    browser = stranger()
    signed_in("doctor", browser)
    assert browser.get("/courses/").status_code == 200
    session = Session.objects.get(pk=browser.cookies["sessionid"].value)
    left = (session.expire_date - timezone.now()).total_seconds()
    assert 1790 < left <= 1800

    Session.objects.update(expire_date=timezone.now())
    assert browser.get("/courses/").status_code == 302


def test_signing_out_ends_the_session_on_the_server(doctor: User) -> None:
    browser = stranger()
    signed_in("doctor", browser)
    stolen = browser.cookies["sessionid"].value
    browser.post(reverse("account_logout"))

    assert stranger_with(stolen).get("/courses/").status_code == 302
    assert not Session.objects.filter(pk=stolen).exists()


def test_a_look_at_the_page_for_signing_out_signs_nobody_out(doctor: User, as_: Browser) -> None:
    browser = as_(doctor)
    browser.get(reverse("account_logout"))

    assert browser.get("/courses/").status_code == 200


def test_letting_somebody_go_ends_their_sessions(
    doctor: User, administrator: User, as_: Browser
) -> None:
    browser = as_(doctor)
    deactivate(doctor, actor=administrator)

    assert browser.get("/courses/").status_code == 302
    assert not Session.objects.filter(pk=browser.cookies["sessionid"].value).exists()


# Headers, addresses, files


@pytest.mark.parametrize(
    "wanted",
    [
        EVIL,
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/courses/\r\nSet-Cookie: evil=1",
    ],
)
def test_signing_in_leads_to_no_other_site(doctor: User, wanted: str) -> None:
    answer = signed_in("doctor", stranger(), next_=wanted)

    assert answer.status_code < 500
    assert "evil.example" not in answer.get("Location", "")
    assert not split(answer)
    assert not answer.get("Location", "").startswith(("//", "javascript"))


def test_line_ends_split_no_header(world: dict[str, Any], as_: Browser) -> None:
    browser = as_(world[Role.PRESCRIBER])
    evil = "1%0d%0aX-Evil:%201"
    course = world["own course"].pk
    asked = [
        f"/courses/?page={evil}",
        f"/courses/?show={evil}",
        f"/courses/{course}/?{evil}={evil}",
    ]
    answers = [browser.get(path) for path in [*asked, f"/{evil}", f"{SIGN_IN}?next={evil}"]]
    answers.append(browser.get("/courses/", headers={"accept-language": "nb\r\nX-Evil: 1"}))
    answers.append(browser.post("/profile/", {"language": "en\r\nX-Evil: 1", "time_zone": "UTC"}))

    assert max(answer.status_code for answer in answers) < 500
    assert [answer for answer in answers if split(answer)] == []


def split(answer: HttpResponse) -> bool:
    values = [f"{name}{value}" for name, value in answer.items()]
    return "X-Evil" in answer or any("\r" in value or "\n" in value for value in values)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/static/..%2f..%2fsettings.py",
        "/static/clinic/../../keys/session.key",
        "/static//etc/passwd",
        "/static/clinic/%00",
        "/static/clinic/",
        "/calendar/..%2f..%2fclinic.sqlite3.ics",
        "/clinic.sqlite3",
        "/.env",
    ],
)
def test_no_address_leaves_the_folder_of_static_files(path: str) -> None:
    assert stranger().get(path).status_code == 404


def test_a_false_host_is_refused(doctor: User, patient: Patient, as_: Browser) -> None:
    evil = {"host": "evil.example"}

    assert stranger().get(SIGN_IN, headers=evil).status_code == 400
    answer = as_(doctor).post(
        f"/patients/{patient.pk}/invite", headers={"x-forwarded-host": "evil.example"}
    )
    assert b"http://localhost:8000/invitation/" in answer.content
    assert b"evil" not in answer.content


# What no form expects


BASE64 = (
    b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    b"a\r\n--x--\r\n"
)


@pytest.mark.parametrize(
    ("path", "content", "kind"),
    [
        ("/profile/", b"x=" + b"a" * (6 * 2**20), "application/x-www-form-urlencoded"),
        ("/profile/", "&".join(f"f{n}=1" for n in range(5000)).encode(), "form"),
        ("/diary/entries", b"[" + b" " * (6 * 2**20) + b"]", "application/json"),
        ("/profile/", b"no parts", "multipart/form-data"),
        ("/profile/", BASE64, "multipart/form-data; boundary=x"),
        ("/profile/", b"--x", "multipart/form-data; boundary=" + "x" * 300),
        ("/profile/", b"time_zone=%ff%fe&language=en", "form"),
        ("/profile/", b"time_zone=\xff\xfe&language=en", "form"),
        ("/profile/", b"time_zone=UTC&language=en&%00=1", "form"),
        ("/profile/?page=%00", b"", "form"),
        ("/diary/entries", b"{", "application/json"),
        ("/diary/entries", b"[]", "application/json"),
        ("/diary/entries", b"null", "application/json"),
        ("/diary/entries", b'{"course": 1, "entries": []}', "application/json"),
        ("/diary/entries", b"\xff\xfe\x00", "application/json"),
        ("/diary/entries", b"[" * 100_000, "application/json"),
    ],
)
def test_what_is_too_large_or_malformed_is_refused_and_breaks_nothing(
    patient: Patient, as_: Browser, path: str, content: bytes, kind: str
) -> None:
    kind = "application/x-www-form-urlencoded" if kind == "form" else kind
    answer = as_(patient.account).generic("POST", path, content, content_type=kind)

    assert answer.status_code in {400, 413}
    assert MARK.encode() not in answer.content


def fields(page: HttpResponse) -> list[tuple[str, list[str]]]:
    """Where each form of a page is sent, and the names of its fields."""
    soup = BeautifulSoup(page.content, "html.parser")
    forms = [form for form in soup.select("form") if form.get("method") == "post"]
    return [
        (str(form.get("action") or ""), [str(one["name"]) for one in form.select("[name]")])
        for form in forms
    ]


def forms_of(browser: Client, paths_: list[str]) -> Iterator[tuple[str, str]]:
    """Every address that a form is sent to, with each of its fields."""
    known = set()
    for path in paths_:
        answer = browser.get(path)
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            for action, names in fields(answer):
                known |= {(action or path, name) for name in names if "csrf" not in name}
    yield from sorted(known)


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.PATIENT, Role.ADMINISTRATOR])
def test_a_zero_byte_in_any_field_gets_a_friendly_page(
    role: Role,
    world: dict[str, Any],
    as_: Browser,
) -> None:
    browser = as_(world[role])
    found = list(forms_of(browser, paths(world)))
    wrong = []
    for path, name in found:
        answer = browser.post(path, {name: "a\0b"})
        if answer.status_code != 400 or UNREADABLE not in answer.content:
            wrong.append((path, name, answer.status_code))

    assert len(found) > 3
    assert wrong == []


ODD = ["\ud7ff" * 3000, "\u202e" * 50, "9" * 5000, "-1", "1e999", "nan", "[]"]


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.PATIENT])
def test_odd_values_in_every_field_break_nothing(
    role: Role,
    world: dict[str, Any],
    as_: Browser,
) -> None:
    browser = as_(world[role])
    forms: dict[str, list[str]] = {}
    for path, name in forms_of(browser, paths(world)):
        forms.setdefault(path, []).append(name)
    broken = []
    for path, names in forms.items():
        for odd in ODD if "logout" not in path else ():
            if browser.post(path, dict.fromkeys(names, odd)).status_code >= 500:
                broken.append((path, odd[:9]))

    assert broken == []


# Guessing


@pytest.mark.slow
def test_of_a_thousand_passwords_eight_are_tried_and_the_rest_is_recorded(
    doctor: User, other_doctor: User
) -> None:
    attacker = stranger()
    names = ("doctor", "Doctor", " DOCTOR ")
    answers = [signed_in(names[n % 3], attacker, f"guess {n}").status_code for n in range(1000)]

    assert set(answers[:7]) == {200}
    assert set(answers[7:]) == {429}
    assert signed_in("doctor", attacker).status_code == 429
    assert signed_in("doctor", stranger("198.51.100.7")).status_code == 429
    assert signed_in("other_doctor", stranger("198.51.100.7")).status_code == 302
    done = actions()
    assert done.count("sign_in_failed") >= 8
    assert done.count("sign_in_failed") < 20
    assert {"locked_out", "guesses_limited"} <= set(done)
    assert len(done) < 100
    assert verify().faults == ()


def test_guesses_spread_over_names_from_one_address_are_limited(doctor: User) -> None:
    attacker = stranger()
    answers = [signed_in(f"name{n}", attacker, "a guess").status_code for n in range(80)]

    assert (answers[59], set(answers[60:])) == (200, {429})
    assert signed_in("doctor", attacker).status_code == 429
    assert signed_in("doctor", stranger("198.51.100.7")).status_code == 302
    assert actions().count("guesses_limited") == 1


def test_a_forged_address_of_a_proxy_is_not_believed(doctor: User) -> None:
    for number in range(MOST_GUESSES):
        stranger().get("/calendar/x.ics", headers={"x-forwarded-for": f"10.0.0.{number}"})

    assert stranger().get("/calendar/x.ics").status_code == 429


@pytest.mark.parametrize("kind", ["invitation", "calendar"])
def test_guessing_secret_addresses_must_wait(
    kind: str, patient: Patient, open_course: Course
) -> None:
    if kind == "invitation":
        right = f"/invitation/{invite(patient, made_by=patient.prescriber, now=timezone.now())}/"
        wrong = "/invitation/{}/"
    else:
        right = f"/calendar/{calendar_token(open_course, actor=patient.prescriber)}.ics"
        wrong = "/calendar/{}.ics"
    answers = [stranger().get(wrong.format(n)).status_code for n in range(MOST_GUESSES)]

    assert set(answers) <= {404, 410}
    assert stranger().get(right).status_code == 429
    assert stranger("198.51.100.7").get(right).status_code == 200
    assert actions().count("guesses_limited") == 1


def test_a_name_that_exists_is_answered_as_one_that_does_not(doctor: User) -> None:
    known, unknown = (signed_in(name, stranger(), "wrong") for name in ("doctor", "nobody"))

    assert known.status_code == unknown.status_code
    assert plain(known, "doctor") == plain(unknown, "nobody")


def plain(answer: HttpResponse, name: str) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return text.replace(name, "NAME")


def test_a_name_that_does_not_exist_costs_as_much_work(
    doctor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password's hash is what takes the time; it is worked out once either way."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    signed_in("doctor", stranger(), "wrong")
    signed_in("nobody", stranger(), "wrong too")

    assert hashed == ["wrong", "wrong too"]


def test_a_stored_password_costs_an_attacker_64_mib_a_guess() -> None:
    hasher = Scrypt()
    stored = hasher.encode(PASSWORD, hasher.salt())

    assert stored.startswith("scrypt$65536$")
    assert hasher.verify(PASSWORD, stored)
    assert not hasher.must_update(stored)
    assert hasher.must_update(ScryptPasswordHasher().encode(PASSWORD, hasher.salt()))


# The second factor


def with_totp(user: User) -> str:
    secret = str(generate_totp_secret())
    TOTP.activate(user, secret)
    return secret


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(counters())))))


def test_a_password_alone_does_not_pass_the_second_factor(doctor: User) -> None:
    secret = with_totp(doctor)
    browser = stranger()
    answer = signed_in("doctor", browser)

    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert who(browser) is None
    assert browser.get("/courses/").status_code == 302
    assert browser.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert who(browser) is None
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert who(browser) == str(doctor.pk)


def test_a_passkey_as_second_factor_is_not_skipped(doctor: User) -> None:
    Authenticator.objects.create(user=doctor, type=Authenticator.Type.WEBAUTHN, data={})
    browser = stranger()

    assert signed_in("doctor", browser)["Location"].startswith(reverse("mfa_authenticate"))
    assert who(browser) is None


def test_codes_of_the_second_factor_cannot_be_guessed_on_and_on(doctor: User) -> None:
    secret = with_totp(doctor)
    browser = stranger()
    signed_in("doctor", browser)
    for number in range(20):
        browser.post(reverse("mfa_authenticate"), {"code": f"{number:06}"})
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert who(browser) is None
    assert "factor_failed" in actions()


@pytest.mark.parametrize("role", STAFF)
def test_staff_without_a_factor_come_no_further_than_adding_one(
    role: Role,
    world: dict[str, Any],
    as_: Browser,
    settings: Any,
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    browser = as_(world[role])
    inside = [path for path in paths(world) if path.startswith(("/courses", "/patients", "/site"))]

    wrong = []
    for path in [*inside, "/", "/profile/", "/admin/"]:
        for method in (browser.get, browser.post):
            answer = method(path)
            if answer.get("Location") != reverse("mfa_index"):
                wrong.append((path, answer.status_code))
    assert wrong == []


def test_removing_the_last_factor_closes_the_door_at_once(
    doctor: User, as_: Browser, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    with_totp(doctor)
    browser = as_(doctor)
    assert browser.get("/courses/").status_code == 200
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    browser.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.filter(user=doctor).exists()
    assert browser.get("/courses/")["Location"] == reverse("mfa_index")
    assert "factor_removed" in actions()


def test_a_factor_is_removed_only_by_somebody_who_signs_in_again(
    doctor: User, as_: Browser
) -> None:
    with_totp(doctor)
    answer = as_(doctor).post(reverse("mfa_deactivate_totp"))

    assert "reauthenticate" in answer["Location"]
    assert Authenticator.objects.filter(user=doctor).exists()


def test_the_secret_of_a_factor_is_not_in_the_database(doctor: User) -> None:
    assert with_totp(doctor) not in everything_stored()


@pytest.mark.parametrize("role", list(Role))
def test_the_tables_are_for_the_administrator_only(
    role: Role,
    world: dict[str, Any],
    as_: Browser,
) -> None:
    found = as_(world[role]).get("/admin/").status_code

    assert found == (200 if role is Role.ADMINISTRATOR else 404)
    assert stranger().get("/admin/login/").status_code == 404


# What is shown and what is written down


def test_pages_of_errors_show_nothing_that_was_sent(
    doctor: User, as_: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = as_(doctor)
    browser.raise_request_exception = False
    strict = stranger(enforce_csrf_checks=True)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(MARK)

    answers = [
        browser.get(f"/{MARK}?q={MARK}"),
        browser.get("/courses/", headers={"host": f"{MARK}.example"}),
        browser.post("/profile/", {MARK: "\0"}),
        strict.post(SIGN_IN, {"login": MARK, "password": MARK}),
    ]
    monkeypatch.setattr(profile, "ProfileForm", broken)
    answers.append(browser.get(f"/profile/?q={MARK}"))

    assert [answer.status_code for answer in answers] == [404, 400, 400, 403, 500]
    assert [answer for answer in answers if MARK.encode() in answer.content] == []
    assert [answer for answer in answers if b"Traceback" in answer.content] == []


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the application writes to its log, as an operator reads it."""
    console = logging.getLogger("django").handlers[0]
    assert isinstance(console, logging.StreamHandler)
    text = io.StringIO()
    before = console.setStream(text)
    yield text
    console.setStream(before or sys.stderr)


@pytest.mark.slow
def test_no_line_of_the_log_names_anybody_or_anything(
    world: dict[str, Any],
    as_: Browser,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    course: Course = world["own course"]
    token = invite(course.patient, made_by=course.prescriber, now=timezone.now())
    for role in Role:
        browser = as_(world[role])
        browser.raise_request_exception = False
        for path in paths(world):
            browser.get(path)
        browser.get(f"/courses/{course.pk}/{MARK}")
        browser.get(f"/{MARK} Nordmann\nERROR a line of its own?name={MARK}")
        browser.get("/courses/", headers={"host": f"{MARK}.example"})
        browser.post("/profile/", {"time_zone": f"{MARK}\0"})
        monkeypatch.setattr(home, "carry_out", lambda *_: {}[MARK])
        browser.get(f"/health?{MARK}")
        monkeypatch.undo()
    strict = stranger(enforce_csrf_checks=True)
    strict.post(f"/invitation/{token}/", headers={"origin": EVIL, "referer": f"{EVIL}/{MARK}"})
    stranger().get(f"/invitation/{token}x/")

    written = log.getvalue()
    assert "Not Found: /..." in written
    assert "KeyError" in written
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", written) is None
    for secret in (MARK, "Nordmann", token, course.number, course.patient.pseudonym, "doctor"):
        assert secret not in written
    assert [line for line in written.splitlines() if not re.match(r"\d{4}-", line)] == []


def test_free_text_never_becomes_markup(
    doctor: User, patient: Patient, open_course: Course, as_: Browser
) -> None:
    evil = "x<script>alert(1)</script><img src=x onerror=alert(1)>"
    patient.name = patient.contact = evil
    patient.save()
    doctor.name = evil
    doctor.save()
    event = (evil[:70].replace(";", ""), Severity.SEVERE)
    entry = a_day(open_course, 1, note=evil, adverse=[event])
    enter(open_course, [entry], actor=None, now=NOW)
    wanted = Wanted(ChangeKind.HOLD, a_day(open_course, 20).day, evil, None, 7)
    change(open_course, wanted, actor=doctor, now=NOW)

    pages = [f"/courses/{open_course.pk}/", f"/patients/{patient.pk}/", "/courses/"]
    pages += [f"/patients/{patient.pk}/change", f"/courses/{open_course.pk}/change"]
    seen = b"".join(as_(doctor).get(page).content for page in pages)
    own = ["/diary/?day=2026-03-02", "/my/course", "/diary/conflicts"]
    seen += b"".join(as_(patient.account).get(page).content for page in own)
    assert seen.count(b"x&lt;script&gt;alert(1)") > 4
    assert b"<script>alert" not in seen
    assert b"<img" not in seen


def test_what_is_sealed_and_what_is_secret_is_not_in_the_database(
    doctor: User, blinded_course: Course
) -> None:
    patient = blinded_course.patient
    patient.name = patient.contact = MARK
    patient.save()
    entry = a_day(blinded_course, 1, note=MARK)
    enter(blinded_course, [entry], actor=None, now=NOW)
    wanted = Wanted(ChangeKind.STOP, entry.day, MARK)
    change(blinded_course, wanted, actor=doctor, now=NOW)
    token = invite(patient, made_by=doctor, now=NOW)
    calendar = calendar_token(blinded_course, actor=doctor)
    person(Role.RESEARCHER, "another")

    stored = everything_stored()
    for secret in (MARK, token, calendar, PASSWORD, '"placebo"'):
        assert secret not in stored


@pytest.mark.slow
def test_looking_changes_nothing(world: dict[str, Any], as_: Browser) -> None:
    browsers = [as_(None), *(as_(world[role]) for role in Role)]
    before = contents()
    for browser in browsers:
        for path in paths(world):
            browser.get(path)
            browser.head(path)

    assert contents() == before


def contents() -> dict[str, list[Any]]:
    """Every row but those of the audit trail, of sessions, and of what was worked out for a page.

    The simulator's page asks the worker for its picture; whoever asks again gets the same one.
    """
    passing = {"Session", "AuditEntry", "Computation", "DBTaskResult", "Counter"}
    models = [one for one in apps.get_models() if one.__name__ not in passing]
    return {one.__name__: list(one._default_manager.order_by("pk").values()) for one in models}


# Headers


def check_headers(answer: HttpResponse) -> list[str]:
    """What is missing or too weak."""
    policy = answer.get("Content-Security-Policy", "")
    asked = {
        "policy": "default-src 'none'" in policy and "script-src 'self'" in policy,
        "no unsafe": policy != "" and "unsafe" not in policy,
        "frames": "frame-ancestors 'none'" in policy,
        "base": "base-uri 'none'" in policy and "form-action 'self'" in policy,
        "sniffing": answer.get("X-Content-Type-Options") == "nosniff",
        "referrer": answer.get("Referrer-Policy") == "same-origin",
        "opener": answer.get("Cross-Origin-Opener-Policy") == "same-origin",
        "cache": "no-store" in answer.get("Cache-Control", ""),
    }
    return [name for name, there in asked.items() if not there]


@pytest.mark.slow
def test_every_answer_carries_its_headers(world: dict[str, Any], as_: Browser) -> None:
    wrong = {}
    for browser in (as_(None), *(as_(world[role]) for role in Role)):
        answers = {path: browser.get(path) for path in paths(world)}
        answers["host"] = browser.get("/", headers={"host": "evil.example"})
        answers["zero"] = browser.post("/profile/", {"language": "\0"})
        answers["lost"] = browser.get("/lost")
        wrong |= {path: missing for path, one in answers.items() if (missing := check_headers(one))}

    assert wrong == {}


@pytest.mark.slow
def test_no_page_holds_a_script_or_style_of_its_own(
    world: dict[str, Any],
    as_: Browser,
) -> None:
    inline = []
    for role in Role:
        browser = as_(world[role])
        for path in paths(world):
            answer = browser.get(path)
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                soup = BeautifulSoup(answer.content, "html.parser")
                scripts = soup.select("script:not([src]):not([type='application/json'])")
                attributes = [t for t in soup.find_all(True) if any(a[:2] == "on" for a in t.attrs)]
                if scripts or attributes or soup.select("style, [style]"):
                    inline.append((role, path))

    assert inline == []


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(doctor: User) -> None:
    browser = stranger()
    signed_in("doctor", browser)

    assert {"sessionid", "csrftoken"} <= set(browser.cookies)
    for name in ("sessionid", "csrftoken"):
        assert browser.cookies[name]["httponly"]
        assert browser.cookies[name]["samesite"] == "Lax"


HTTPS = """
import json, os, sys
from pathlib import Path
from lowdose.clinic.operate.start import load, make_tables
from lowdose.clinic.site import site_from
site = site_from(os.environ)
load(site)
make_tables()
from django.test import Client
from lowdose.clinic.models import Role
from lowdose.clinic.verbs.patients import add_patient
from lowdose.clinic.verbs.people import add_person
doctor = add_person("doctor", Role.PRESCRIBER, "a long enough password", actor=None)
add_patient(doctor, name="Zebedee", contact="Zebedee", time_zone="UTC", language="en")
plain = Client(headers={"host": "clinic.example"})
browser = Client(headers={"host": "clinic.example", "x-forwarded-proto": "https",
                          "x-forwarded-for": "10.9.9.9, 203.0.113.5"})
page = browser.get("/account/login/")
answer = browser.post("/account/login/", {"login": "doctor", "password": "a long enough password"})
inside = browser.get("/courses/")
from django.test import RequestFactory
from lowdose.clinic.hashing import Scrypt
from lowdose.clinic.limits import client_address
request = RequestFactory(headers={"x-forwarded-for": "10.9.9.9, 203.0.113.5"}).get("/")
files = b"".join(path.read_bytes() for path in site.folder.glob("clinic.sqlite3*"))
print(json.dumps({
    "plain": [plain.get("/courses/").status_code, plain.get("/courses/")["Location"]],
    "local": browser.get("/", headers={"host": "localhost"}).status_code,
    "hsts": page.get("Strict-Transport-Security", ""),
    "cookies": {name: [bool(one["secure"]), one["path"], one["domain"]]
                for name, one in browser.cookies.items()},
    "answer": answer.status_code,
    "inside": inside["Location"],
    "address": client_address(request),
    "stored": b"Zebedee" in files or b"a long enough" in files,
    "keys": any(path.read_bytes().strip() in files for path in site.keys.glob("*.key")),
    "pseudonym": b"P-" in files,
}))
"""


@pytest.fixture(scope="module")
def by_https(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a site says whose people come by https, and what its files hold."""
    chosen = {
        "LOWDOSE_CLINIC_ORIGIN": "https://clinic.example",
        "LOWDOSE_CLINIC_FOLDER": str(tmp_path_factory.mktemp("https")),
        "LOWDOSE_CLINIC_SECOND_FACTOR": "required",
    }
    environment = {**os.environ, **chosen}
    ran = subprocess.run(
        [sys.executable, "-c", HTTPS], env=environment, capture_output=True, text=True, check=True
    )
    said: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return said


@pytest.mark.slow
def test_by_https_browsers_are_told_to_stay_there(by_https: dict[str, Any]) -> None:
    assert by_https["plain"] == [301, "https://clinic.example/courses/"]
    assert by_https["hsts"] == "max-age=31536000"
    assert by_https["local"] == 400


@pytest.mark.slow
def test_by_https_cookies_belong_to_the_host_alone(by_https: dict[str, Any]) -> None:
    assert by_https["cookies"]["__Host-session"] == [True, "/", ""]
    assert by_https["cookies"]["__Host-csrf"] == [True, "/", ""]
    assert all(secure for secure, _, _ in by_https["cookies"].values())


@pytest.mark.slow
def test_by_https_staff_are_led_to_their_second_factor(by_https: dict[str, Any]) -> None:
    assert (by_https["answer"], by_https["inside"]) == (302, "/account/2fa/")


@pytest.mark.slow
def test_by_https_the_nearest_proxy_says_where_somebody_comes_from(
    by_https: dict[str, Any],
) -> None:
    assert by_https["address"] == "203.0.113.5"


@pytest.mark.slow
def test_the_database_file_holds_no_name_no_password_and_no_key(by_https: dict[str, Any]) -> None:
    assert by_https["pseudonym"]
    assert not by_https["stored"]
    assert not by_https["keys"]
