"""The whole story in a real browser: from the first start to the opened blind.

An administrator adds people; a prescriber plans a blinded course and invites; the pharmacist makes
the kits; on a telephone the patient keeps 56 days of diary, some without a connection; the
prescriber opens the blind and reads the answer. Every evening is its own: the telephone's clock is
set to it. With LOWDOSE_PICTURES=folder it leaves pictures there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from running_clinic import Running, chromium, needs_browser, running, watch
from test_diary_in_a_browser import ready
from test_pages_in_a_browser import keep

pytestmark = [pytest.mark.slow, needs_browser]

DESK = {"width": 1200, "height": 900}
PHONE = {"width": 360, "height": 740}
ZONE = ZoneInfo("Europe/Oslo")
DAYS = 56
OFFLINE = (9, 10, 11, 40)  # days without a connection
MISSED = (23,)
ROLES = {"marit": "prescriber", "anders": "pharmacist"}


@pytest.fixture
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("story") / "clinic"
    with running(folder, "--second-factor", "offered") as one:
        yield one


def test_from_the_first_start_to_the_opened_blind(clinic: Running) -> None:
    with chromium() as browser:
        story = Story(clinic, browser)
        passwords = story.administrator_adds_people()
        link = story.prescriber_plans_a_blinded_course(passwords["marit"])
        story.pharmacist_makes_the_kits(passwords["anders"])
        story.patient_keeps_the_diary(link)
        answer = story.prescriber_opens_the_blind()

        assert clinic.rows("SELECT count(*) FROM clinic_diaryentry")[0][0] == DAYS - len(MISSED)
        assert clinic.rows("SELECT count(*) FROM clinic_diaryentry WHERE late")[0][0] == 0
        assert "points lower than on placebo" in answer
        assert story.errors == []


class Story:
    """The browsers of everybody who takes part, and what went wrong in any of them."""

    def __init__(self, clinic: Running, browser: Any) -> None:
        self.clinic, self.browser = clinic, browser
        self.errors: list[str] = []
        self.first_day = datetime.now(ZONE).date() - timedelta(days=DAYS)
        self.doctor: Any = None

    def desk(self, name: str, password: str) -> Any:
        """A desk at which somebody has signed in."""
        page = self.browser.new_context(viewport=DESK).new_page()
        self.errors = watch(page, self.errors)
        page.goto(self.clinic.origin)
        page.fill("[name=login]", name)
        page.fill("[name=password]", password)
        page.click("main button:has-text('Sign in')")
        page.wait_for_url(lambda url: "/account/login" not in url)
        return page

    def administrator_adds_people(self) -> dict[str, str]:
        """Sign in with the password of the first start, and add who works here."""
        found = re.search(r"Sign in as (\w+) with the password (\S+)", self.clinic.said)
        assert found is not None
        page = self.desk(*found.groups())
        passwords = {}
        for name, role in ROLES.items():
            page.goto(self.clinic.origin + "/site/people/new")
            page.fill("[name=username]", name)
            page.select_option("[name=role]", role)
            page.fill("[name=time_zone]", "Europe/Oslo")
            page.click("main button:has-text('Add')")
            keep(page, f"story-1-{role}-added")
            passwords[name] = page.locator("main .code").last.inner_text().strip()
        return passwords

    def prescriber_plans_a_blinded_course(self, password: str) -> str:
        """Add a patient, plan four periods of a fortnight, invite; gives the invitation."""
        page = self.doctor = self.desk("marit", password)
        page.click("text=Patients")
        page.click("text=Add a patient")
        page.fill("[name=name]", "Kari Nordmann")
        page.click("main button:has-text('Save')")
        patient = page.url
        page.click("text=Plan a course")
        self.fill_in_the_plan(page)
        page.wait_for_selector("#preview svg:visible")
        page.wait_for_selector("#preview >> text=or placebo")
        keep(page, "story-2-plan")
        page.click("text=Plan this course")
        page.wait_for_url("**/courses/**")
        page.goto(patient)
        page.click("text=Make an invitation")
        keep(page, "story-3-invitation")
        return str(page.locator("#link").inner_text()).strip()

    def fill_in_the_plan(self, page: Any) -> None:
        """A person who takes 4.5 mg already and wants to know whether it does anything."""
        page.select_option("[name=opioids]", "none")
        page.select_option("[name=template]", "own")
        page.fill("[name=start_mg]", "4.5")
        page.fill("[name=target_mg]", "4.5")
        page.fill("[name=first_day]", str(self.first_day))
        page.fill("[name=baseline_days]", "0")
        page.check("[name=design][value=blinded]")
        page.select_option("[name=periods]", "4")
        page.fill("[name=period_days]", "14")
        page.fill("[name=strengths]", "4.5")
        page.press("[name=strengths]", "Tab")

    def pharmacist_makes_the_kits(self, password: str) -> None:
        """Find the course in the queue, take worksheet and labels, note the lots, hand out."""
        page = self.desk("anders", password)
        keep(page, "story-4-queue")
        page.click("main .rows a")
        for name in ("worksheet.pdf", "labels.pdf"):
            address = page.locator(f"a[href$='{name}']").get_attribute("href")
            assert page.request.get(self.clinic.origin + address).body()[:5] == b"%PDF-"
        page.fill("[name=lot]", "N-2201")
        page.fill("[name=placebo_lot]", "P-2202")
        keep(page, "story-5-kits")
        page.click("main button:has-text('Note it')")
        page.click("main button:has-text('Handed out')")
        page.wait_for_load_state()

    def patient_keeps_the_diary(self, link: str) -> None:
        """Open the invitation on a telephone and write down every evening, also offline."""
        page = self.browser.new_context(viewport=PHONE, has_touch=True).new_page()
        self.errors = watch(page, self.errors)
        page.clock.set_fixed_time(self.evening(1))
        page.goto(link)
        page.click("main button:has-text('Begin')")
        keep(page, "story-6-welcome")
        page.click("text=to the diary")
        ready(page)
        held = self.held()
        for number in range(1, DAYS + 1):
            if number not in MISSED:
                self.write_an_evening(page, number, held[(number - 1) // 14])

    def evening(self, number: int) -> datetime:
        return datetime.combine(self.first_day + timedelta(days=number - 1), time(20), tzinfo=ZONE)

    def held(self) -> list[str]:
        """What the periods hold, which decides how the patient of this story feels."""
        from cryptography.fernet import Fernet

        key = bytes.fromhex((self.clinic.folder / "keys" / "allocation.key").read_text())
        [[sealed]] = self.clinic.rows("SELECT sealed FROM clinic_allocation")
        return opened(Fernet, key, sealed)

    def write_an_evening(self, page: Any, number: int, treatment: str) -> None:
        """One day: taken, pain on the slider, sent now or later."""
        offline = number in OFFLINE
        page.context.set_offline(offline)
        page.clock.set_fixed_time(self.evening(number))
        if offline:
            page.reload()  # the shell comes from the device
        day = self.first_day + timedelta(days=number - 1)
        page.goto(f"{self.clinic.origin}/diary/") if not offline else None
        page.wait_for_selector(f"#diary-days a[data-day='{day}'][aria-current]")
        page.check("[name=taken][value=yes]", force=True)
        pain = (3 if treatment == "naltrexone" else 7) + number % 2
        page.locator("#rating-0").fill(str(pain))
        page.click("#diary-form .actions button")
        said = "Kept on this device" if offline else "Sent and stored"
        page.wait_for_selector(f"#diary-sent:has-text('{said}')")
        if number in {1, 11, 30}:
            keep(page, f"story-7-day-{number:02}")

    def prescriber_opens_the_blind(self) -> str:
        """Read what can be read before, open, and wait for the answer."""
        page = self.doctor
        page.goto(self.clinic.origin + "/courses/")
        keep(page, "story-8-courses")
        page.click("main .rows a")
        assert "The answer comes after the last day" in page.inner_text("main")
        page.click("text=Open the blind")
        page.click("text=Open for good")
        page.wait_for_selector("text=Opened. The answer is being worked out.")
        for _ in range(120):
            page.reload()
            if "points" in page.inner_text("main"):
                break
            page.wait_for_timeout(500)
        keep(page, "story-9-answer")
        return str(page.inner_text("main"))


def opened(locksmith: Any, key: bytes, sealed: str) -> list[str]:
    """What a sealed allocation says, with the key in the site's folder."""
    import base64
    import json

    text = locksmith(base64.urlsafe_b64encode(key)).decrypt(sealed.encode())
    return list(json.loads(text)[1])
