"""The page in a real browser: fits a small telephone, breaks no policy, passes axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from running_clinic import axe, chromium, needs_browser

from lowdose.inference.result import Answer
from lowdose.report.answer_page import answer_page

pytestmark = [pytest.mark.slow, needs_browser]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture(params=[(320, "light"), (320, "dark"), (1200, "light"), (1200, "dark")])
def page(
    request: pytest.FixtureRequest, browser: Any, answer: Answer, tmp_path: Path
) -> Iterator[Any]:
    width, scheme = request.param
    file = tmp_path / "answer.html"
    file.write_text(answer_page(answer, made_on=date(2026, 5, 1)), encoding="utf-8")
    opened = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    opened.messages = []
    opened.on("console", lambda message: opened.messages.append(message.text))
    opened.goto(file.as_uri())
    yield opened
    opened.close()


def test_the_page_fits_the_screen_and_breaks_no_policy(page: Any) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
    assert page.messages == []


def test_axe_finds_nothing(page: Any) -> None:
    assert axe(page) == []
