"""Handing patients over in a real browser: from the lock that asks first to the notice."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from running_clinic import Running, axe, chromium, needs_browser, running, watch
from test_pages_in_a_browser import sign_in

pytestmark = [pytest.mark.slow, needs_browser]


def add_prescriber(page: Any, clinic: Running, name: str) -> str:
    """The password, as the page shows it once."""
    page.goto(f"{clinic.origin}/site/people/new")
    page.fill("[name=username]", name)
    page.select_option("[name=role]", "prescriber")
    page.fill("[name=time_zone]", "Europe/Oslo")
    page.click("main button:has-text('Add')")
    page.wait_for_load_state("load")
    return str(page.locator("main code, main .code").first.inner_text()).strip()


def test_an_administrator_hands_one_patient_over_and_the_new_prescriber_is_told(
    tmp_path: Path,
) -> None:
    with running(tmp_path / "clinic", "--demo", "--workers", "1") as clinic, chromium() as browser:
        page = browser.new_context(viewport={"width": 320, "height": 740}).new_page()
        wrong = watch(page)
        sign_in(page, clinic, "admin")
        password = add_prescriber(page, clinic, "hansen")
        page.goto(f"{clinic.origin}/site/people/")
        page.click("text=doctor")
        page.click("button:text-is('Lock')")
        page.wait_for_url("**/hand-over")
        found = axe(page)
        asked = page.locator(".messages").inner_text()

        page.select_option("[name=after]", label="hansen")
        page.check("[name=which][value=some]")
        box = page.locator("[name=only]").first
        pseudonym = str(box.locator("xpath=ancestor::label").inner_text()).strip()
        box.check()
        page.fill("[name=reason]", "has moved away")
        page.click("button:text-is('Hand over')")
        page.wait_for_url(re.compile(r"/site/people/\d+/$"))

        other = browser.new_context().new_page()
        other.goto(f"{clinic.origin}/account/login/")
        other.fill("[name=login]", "hansen")
        other.fill("[name=password]", password)
        other.click("main button:has-text('Sign in')")
        other.wait_for_url("**/courses/")
        told = other.locator(".note.warn").inner_text()
        found += axe(other)

    assert re.search(r"doctor still has \d patients", asked)
    assert pseudonym in told
    assert "has moved away" in told
    assert (found, wrong) == ([], [])
