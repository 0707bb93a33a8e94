"""The page in a real browser: fits a small telephone, breaks no policy, passes axe-core.

Needs the Python package playwright and Chromium on the path; for the last test also the file
axe.min.js of the npm package axe-core, named by the environment variable AXE_CORE.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lowdose.inference.result import Answer
from lowdose.report.answer_page import answer_page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on the path")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


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
    script = os.environ.get("AXE_CORE", "")
    if not script:
        pytest.skip("AXE_CORE does not name axe.min.js")
    page.evaluate(Path(script).read_text(encoding="utf-8"))
    result = page.evaluate("axe.run()")
    found = [
        (rule["id"], [node["html"] for node in rule["nodes"]]) for rule in result["violations"]
    ]
    assert found == []
