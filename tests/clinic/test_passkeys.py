"""Signing in with a passkey and with an authenticator app, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from running_clinic import Running, axe, chromium, needs_browser, running, watch
from test_pages_in_a_browser import sign_in

from lowdose.clinic.operate.demo import PASSWORD

pytestmark = [pytest.mark.slow, needs_browser]


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("passkeys") / "clinic", "--demo") as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


def with_authenticator(browser: Any) -> Any:
    """A page whose browser has a fingerprint reader, as a telephone does."""
    page = browser.new_context().new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def sign_out(page: Any) -> None:
    page.click("header button:has-text('Sign out')")
    page.wait_for_url("**/account/login/**")


@pytest.mark.parametrize(("name", "first"), [("patient", "/diary/"), ("doctor", "/courses/")])
def test_a_passkey_is_added_and_signs_in_without_a_password(
    clinic: Running, browser: Any, name: str, first: str
) -> None:
    page = with_authenticator(browser)
    errors = watch(page)
    sign_in(page, clinic, name)
    page.goto(f"{clinic.origin}/account/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
    page.fill("[name=name]", "my telephone")
    if page.locator("[name=passwordless]").count():
        page.check("[name=passwordless]")
    assert axe(page) == []
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/add" not in url)
    page.goto(clinic.origin + first)
    sign_out(page)

    page.click("#passkey_login")

    page.wait_for_url("**" + first)
    assert errors == []


def test_a_password_can_be_looked_at_and_is_hidden_again_before_it_is_sent(
    clinic: Running, browser: Any
) -> None:
    page = browser.new_page()
    page.goto(clinic.origin + "/account/login/")
    shown = page.locator("[name=password]")
    page.fill("[name=login]", "doctor")
    page.fill("[name=password]", "wrong password")
    kinds = [shown.get_attribute("type")]

    page.check("text=Show what I type")
    kinds.append(shown.get_attribute("type"))
    assert axe(page) == []
    page.evaluate(
        "document.addEventListener('submit', e => {"
        " window.kind = document.querySelector('[name=password]').type; e.preventDefault() })"
    )
    page.click("main button:has-text('Sign in')")
    kinds.append(page.evaluate("window.kind"))

    assert kinds == ["password", "text", "password"]


def test_the_pages_about_signing_in_are_accessible(clinic: Running, browser: Any) -> None:
    page = browser.new_context(viewport={"width": 320, "height": 700}).new_page()
    sign_in(page, clinic, "research")
    wrong = {}
    for place in ("", "totp/activate/", "webauthn/", "recovery-codes/"):
        page.goto(f"{clinic.origin}/account/2fa/{place}")
        if found := axe(page):
            wrong[place] = found
    page.goto(f"{clinic.origin}/account/password/change/")

    assert (wrong, axe(page)) == ({}, [])
