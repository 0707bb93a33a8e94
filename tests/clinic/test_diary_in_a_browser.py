"""The diary on a telephone, in a real browser against a clinic that really runs.

With LOWDOSE_PICTURES=folder it leaves pictures of what the patient saw there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import RFC_4122, UUID
from zoneinfo import ZoneInfo

import pytest
from running_clinic import Running, axe, chromium, needs_browser, running, watch
from test_pages_in_a_browser import keep, sign_in

pytestmark = [pytest.mark.slow, needs_browser]

PHONE = {"width": 360, "height": 740}
KEPT = "Kept on this device. It will be sent when there is a connection."
SENT = "Sent and stored. Thank you."


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("diary") / "clinic"
    with running(folder, "--demo", "--workers", "1") as one:
        yield one


@pytest.fixture
def clinic(served: Running) -> Iterator[Running]:
    """The demonstration as it was before the test."""
    names = ("clinic_course", "clinic_diaryentry")
    for name in names:
        served.change(f"CREATE TABLE kept_{name} AS SELECT * FROM {name}")
    yield served
    served.change(
        "DELETE FROM clinic_adverseevent WHERE entry_id NOT IN"
        " (SELECT id FROM kept_clinic_diaryentry)",
    )
    for name in names:
        served.change(f"INSERT OR REPLACE INTO {name} SELECT * FROM kept_{name}")
    served.change(
        "DELETE FROM clinic_diaryentry WHERE id NOT IN (SELECT id FROM kept_clinic_diaryentry)",
    )
    for name in names:
        served.change(f"DROP TABLE kept_{name}")


@pytest.fixture
def context() -> Iterator[Any]:
    with chromium() as browser:
        yield browser.new_context(viewport=PHONE, has_touch=True)


def today() -> date:
    return datetime.now(ZoneInfo("Europe/Oslo")).date()


def ready(page: Any) -> None:
    """The service worker keeps the shell, and the page has heard from the site."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    end = time.monotonic() + 20
    while not page.evaluate("navigator.serviceWorker.controller !== null"):
        assert time.monotonic() < end
        page.wait_for_timeout(50)


def open_diary(page: Any, clinic: Running) -> None:
    sign_in(page, clinic, "patient")
    page.goto(f"{clinic.origin}/diary/")
    ready(page)


def all_sent(page: Any) -> None:
    page.wait_for_selector("#diary-waiting", state="hidden")


def choose(page: Any, day: date) -> None:
    page.click(f"#diary-days a[data-day='{day}']")


def rate(page: Any, position: int, value: int) -> None:
    slider = page.locator(f"#rating-{position}")
    slider.focus()
    for _ in range(12):
        slider.press("ArrowLeft")
    for _ in range(value):
        slider.press("ArrowRight")


def save(page: Any, pain: int, *, said: str) -> None:
    page.check("[name=taken][value=yes]")
    rate(page, 0, pain)
    page.click("#diary-form .actions button")
    page.wait_for_selector(f"#diary-sent:text-is('{said}')")


def waiting(page: Any) -> int:
    return int(page.locator("#diary-waiting li").count())


def entries(clinic: Running, day: date) -> list[tuple[str, str]]:
    sql = (
        "SELECT e.ratings, e.status FROM clinic_diaryentry e JOIN clinic_course c ON "
        "c.id = e.course_id JOIN clinic_patient p ON p.id = c.patient_id "
        "WHERE p.account_id IS NOT NULL AND e.day = ? ORDER BY e.received_at, e.status DESC"
    )
    return [tuple(row) for row in clinic.rows(sql, str(day))]


def test_days_entered_with_and_without_a_connection_are_stored_exactly_once(
    clinic: Running, context: Any
) -> None:
    page = context.new_page()
    wrong = watch(page)
    open_diary(page, clinic)
    now, missing, done = today(), today() - timedelta(days=5), today() - timedelta(days=1)

    save(page, 6, said=SENT)
    assert [status for _, status in entries(clinic, now)] == ["current"]
    keep(page, "diary-sent")

    context.set_offline(True)
    choose(page, missing)
    save(page, 3, said=KEPT)
    choose(page, done)
    save(page, 9, said=KEPT)
    keep(page, "diary-kept")
    assert waiting(page) == 2

    page.reload()
    page.wait_for_selector("#diary-form:not([hidden])")
    assert waiting(page) == 2
    assert "kept on this device" in page.locator(f"a[data-day='{missing}']").inner_text()
    choose(page, missing)
    assert page.locator("#rating-0").input_value() == "3"
    keep(page, "diary-offline-reloaded")
    assert entries(clinic, missing) == []

    context.set_offline(False)
    all_sent(page)
    page.reload()
    ready(page)
    page.wait_for_load_state("networkidle")

    assert entries(clinic, missing) == [('{"pain": 3.0}', "current")]
    assert [status for _, status in entries(clinic, done)] == ["replaced", "current"]
    assert len(entries(clinic, now)) == 1
    assert wrong == []


def test_the_number_of_an_entry_begins_with_the_moment_at_which_it_was_saved(
    clinic: Running, context: Any
) -> None:
    page = context.new_page()
    open_diary(page, clinic)

    before = int(1000 * time.time())
    save(page, 6, said=SENT)
    after = 1000 * time.time()

    [(found,)] = clinic.rows("SELECT id FROM clinic_diaryentry ORDER BY received_at DESC LIMIT 1")
    number = UUID(found)
    assert (number.version, number.variant) == (7, RFC_4122)
    assert before <= number.int >> 80 <= after


def test_a_slider_that_was_not_touched_is_not_rated(clinic: Running, context: Any) -> None:
    page = context.new_page()
    open_diary(page, clinic)
    assert page.locator("#rating-1").get_attribute("aria-valuetext") == "not rated"

    save(page, 0, said=SENT)

    assert entries(clinic, today()) == [('{"pain": 0.0}', "current")]


def test_signing_out_keeps_the_queue_and_forgets_the_course(clinic: Running, context: Any) -> None:
    page = context.new_page()
    wrong = watch(page)
    open_diary(page, clinic)
    context.set_offline(True)
    save(page, 4, said=KEPT)
    context.clear_cookies(name="sessionid")  # the session is over while an entry waits
    context.set_offline(False)

    page.wait_for_selector("#diary-sign-in:visible")
    assert waiting(page) == 1
    assert entries(clinic, today()) == []
    sign_in(page, clinic, "patient")  # leads to the diary
    page.wait_for_selector(f"#diary-sent:text-is('{SENT}')")
    assert waiting(page) == 0
    assert len(entries(clinic, today())) == 1

    page.click("button:has-text('Sign out')")
    page.wait_for_url("**/account/login/**")
    left = page.evaluate(
        "new Promise((done) => { const opened = indexedDB.open('lowdose-diary');"
        " opened.onsuccess = () => {"
        " const count = opened.result.transaction('known').objectStore('known').count();"
        " count.onsuccess = () => done(count.result); }; })"
    )
    assert left == 0
    assert wrong == []


def test_the_caches_of_the_browser_hold_nothing_of_the_patient(
    clinic: Running, context: Any
) -> None:
    page = context.new_page()
    open_diary(page, clinic)
    save(page, 6, said=SENT)

    kept = page.evaluate(
        "caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name))))"
        ".then((all) => Promise.all(all.map((one) => one.keys())))"
        ".then((all) => all.flat().map((one) => new URL(one.url).pathname))"
    )

    assert [one for one in kept if not one.startswith("/static/")] == ["/diary/shell"]


def test_two_devices_without_a_connection_keep_both_days_and_ask(
    clinic: Running, context: Any
) -> None:
    devices = [context, context.browser.new_context(viewport=PHONE)]
    pages = [one.new_page() for one in devices]
    for page, device, pain in zip(pages, devices, (2, 8), strict=True):
        open_diary(page, clinic)
        device.set_offline(True)
        save(page, pain, said=KEPT)
    for page, device in zip(pages, devices, strict=True):
        device.set_offline(False)
        all_sent(page)

    assert sorted(status for _, status in entries(clinic, today())) == ["conflicting", "current"]
    pages[1].click("#diary-conflict a")
    pages[1].click("button:has-text('This one counts') >> nth=1")
    pages[1].wait_for_selector("text=Everything is settled")
    assert sorted(status for _, status in entries(clinic, today())) == ["current", "replaced"]
    devices[1].close()


def test_what_the_site_refuses_stays_on_the_device_until_the_patient_deletes_it(
    clinic: Running, context: Any
) -> None:
    page = context.new_page()
    open_diary(page, clinic)
    context.set_offline(True)
    save(page, 5, said=KEPT)
    clinic.change("UPDATE clinic_course SET state = 'stopped'")
    clinic.change(
        "INSERT INTO clinic_change (course_id, kind, day, reason, made_by_id, made_at)"
        " SELECT id, 'stop', first_day, '', prescriber_id, '2026-01-01' FROM clinic_course",
    )
    context.set_offline(False)

    page.wait_for_selector("#diary-waiting:has-text('not accepted')")
    assert page.locator("#diary-course").inner_text().startswith("Your course was stopped")
    assert axe(page) == []
    keep(page, "diary-refused")
    page.click("text=Delete from this device")
    all_sent(page)

    assert entries(clinic, today()) == []
    clinic.change("DELETE FROM clinic_change")


def test_without_scripts_the_diary_is_a_form(clinic: Running, context: Any) -> None:
    plain = context.browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = plain.new_page()
    sign_in(page, clinic, "patient")
    page.check("[name=taken][value=no]")
    page.fill("#rating-0", "4")
    keep(page, "diary-without-scripts")
    page.click("#diary-form .actions button")
    page.wait_for_selector("text=Stored. Thank you.")
    plain.close()

    assert entries(clinic, today()) == [('{"pain": 4.0}', "current")]


def effects(clinic: Running, day: date) -> list[tuple[str, str]]:
    """The side effects that count for a day."""
    sql = (
        "SELECT a.term, a.severity FROM clinic_adverseevent a JOIN clinic_diaryentry e ON "
        "e.id = a.entry_id JOIN clinic_course c ON c.id = e.course_id JOIN clinic_patient p ON "
        "p.id = c.patient_id WHERE p.account_id IS NOT NULL AND e.day = ? AND e.status = 'current'"
    )
    return sorted(tuple(row) for row in clinic.rows(sql, str(day)))


def say_more(page: Any, *said: tuple[str, str]) -> None:
    """Write further side effects in own words, each in a line that is added for it."""
    for text, severity in said:
        page.click("#diary-another")
        line = page.locator(".effects .own").last
        assert line.locator("input").evaluate("input => input === document.activeElement")
        line.locator("input").fill(text)
        line.locator("select").select_option(severity)


def test_several_side_effects_in_own_words_are_kept_without_a_connection_and_sent(
    clinic: Running, context: Any
) -> None:
    page = context.new_page()
    wrong = watch(page)
    open_diary(page, clinic)
    context.set_offline(True)
    page.reload()
    page.wait_for_selector("#diary-form:not([hidden])")
    day = today() - timedelta(days=5)
    choose(page, day)
    page.click("#diary-effects summary")
    page.check("[name=effect-2]")
    page.get_by_label("Something else", exact=True).fill("dry mouth")
    say_more(page, ("itching", "moderate"), ("a stiff neck", "severe"))
    save(page, 3, said=KEPT)
    choose(page, today())
    choose(page, day)

    again = page.locator(".effects .own input").evaluate_all("all => all.map((one) => one.value)")
    found = axe(page)
    keep(page, "diary-own-effects")
    context.set_offline(False)
    all_sent(page)

    assert again == ["dry mouth", "itching", "a stiff neck"]
    assert effects(clinic, day) == [
        ("a stiff neck", "severe"),
        ("dry mouth", "mild"),
        ("itching", "moderate"),
        ("nausea", "mild"),
    ]
    assert (found, [one for one in wrong if "ERR_INTERNET_DISCONNECTED" not in one]) == ([], [])


def test_several_side_effects_in_own_words_are_stored_without_scripts(clinic: Running) -> None:
    with chromium() as browser:
        page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
        sign_in(page, clinic, "patient")
        page.click("#diary-effects summary")
        for number, text in enumerate(("dry mouth", "itching", "a stiff neck"), start=1):
            page.fill(f"#own-effect-{number}", text)
        page.click("#diary-form .actions button")
        page.wait_for_selector("text=Stored. Thank you.")

    assert [term for term, _ in effects(clinic, today())] == [
        "a stiff neck",
        "dry mouth",
        "itching",
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_diary_is_accessible_in_every_state(clinic: Running, context: Any, theme: str) -> None:
    page = context.new_page()
    wrong = watch(page)
    page.emulate_media(color_scheme=theme)
    open_diary(page, clinic)
    found = axe(page)
    page.click("#diary-effects summary")
    page.check("[name=effect-0]")
    save(page, 7, said=SENT)
    found += axe(page)
    keep(page, f"diary-effects-{theme}")
    context.set_offline(True)
    choose(page, today() - timedelta(days=5))
    save(page, 7, said=KEPT)
    found += axe(page)
    keep(page, f"diary-queue-{theme}")
    context.set_offline(False)
    all_sent(page)
    _end_a_period(clinic)
    _second_entry(clinic)
    for place in ("diary/", "diary/conflicts", "diary/guess/1", "my/course", "my/data"):
        page.goto(f"{clinic.origin}/{place}")
        page.wait_for_load_state("networkidle")
        found += [f"{place} {one}" for one in axe(page)]
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        keep(page, f"own-{place.strip('/').replace('/', '-')}-{theme}")
    page.click("text=My data")
    page.wait_for_url("**/my/data")
    with page.expect_navigation(wait_until="load"):
        page.click("button:has-text('calendar address')")
    found += axe(page)
    keep(page, f"own-calendar-{theme}")

    assert found == []
    assert wrong == []


def _end_a_period(clinic: Running) -> None:
    """Move the patient's course five days back: its first period is over."""
    clinic.change(
        "UPDATE clinic_course SET first_day = date(first_day, '-5 days') WHERE patient_id IN "
        "(SELECT id FROM clinic_patient WHERE account_id IS NOT NULL)",
    )


def _second_entry(clinic: Running) -> None:
    """As if another device had sent an entry for today as well."""
    clinic.change(
        "INSERT INTO clinic_diaryentry (id, course_id, day, ratings, taken, note, written_at, "
        "received_at, late, status) SELECT lower(hex(randomblob(16))), course_id, day, "
        "'{\"pain\": 1}', taken, '', written_at, received_at, late, 'conflicting' "
        f"FROM clinic_diaryentry WHERE day = '{today()}'",
    )
