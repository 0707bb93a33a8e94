"""The documentation as a site: built with warnings as errors, then looked at in a real browser.

With LOWDOSE_PICTURES=folder it leaves a picture of each page there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import unescape
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote

import pytest
from running_clinic import axe, chromium, needs_browser, watch

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[1] / "docs"
SIZES = {"phone": (360, 740), "desk": (1200, 900)}
OF_THE_THEME = {"genindex.html", "search.html"}  # no text of ours
# Thousands of lines, a minute for each look; and many short pages of plain prose: looked at once.
LONG = {"reference/commands.html", "reference/python.html", "facts.html"}
PLAIN = "decisions/0"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that LOWDOSE_SITE names, built a moment ago; otherwise built here."""
    if built := os.environ.get("LOWDOSE_SITE"):
        return Path(built)
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-n", "--keep-going", "-b", "html", DOCS]
    done = subprocess.run([*command, folder], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder by http: axe-core reads style sheets, which a browser denies it from files."""
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing of each request."""


class Page(HTMLParser):
    """What a page links to and what a link may name on it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.names |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(unescape(given["href"]))
        if tag in {"script", "img", "iframe"} and "src" in given:
            self.loads.append(given["src"])
        if tag == "link" and {"stylesheet", "icon"} & set(given.get("rel", "").split()):
            self.loads.append(given["href"])


def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}


def test_every_link_of_the_site_leads_to_a_page_and_a_place_on_it(site: Path) -> None:
    found = pages(site)
    wrong = []
    for path, page in found.items():
        for link in page.links:
            place, _, name = unquote(link).partition("#")
            target = (path.parent / place).resolve() if place else path
            if re.match("[a-z]+:", link):
                continue
            there = target.exists() and (not name or name in found[target].names)
            if not there:
                wrong.append(f"{path.relative_to(site)}: {link}")

    assert wrong == []


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    loads = {load for page in pages(site).values() for load in page.loads}

    assert [load for load in loads if re.match("([a-z]+:)?//", load)] == []


@needs_browser
@pytest.mark.parametrize(
    ("size", "theme"),
    [
        ("desk", "light"),
        *(
            pytest.param(size, theme, marks=pytest.mark.long)
            for size, theme in (("desk", "dark"), ("phone", "light"), ("phone", "dark"))
        ),
    ],
)
def test_every_page_is_accessible_fits_and_has_no_console_error(
    site: Path, browser: Any, size: str, theme: str
) -> None:
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
    errors = watch(page)
    wrong = []
    with served(site) as origin:
        for name in looked_at(site, size, theme):
            page.goto(f"{origin}/{name}")
            found = axe(page)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append("wider than the screen")
            wrong += [f"{name}: {one}" for one in [*found, *errors]]
            errors.clear()
            keep(page, f"{name.removesuffix('.html').replace('/', '-')}-{size}-{theme}")
    page.close()

    assert wrong == []


def looked_at(site: Path, size: str, theme: str) -> list[str]:
    names = {path.relative_to(site).as_posix() for path in site.rglob("*.html")} - OF_THE_THEME
    if (size, theme) != ("desk", "light"):
        names = {name for name in names - LONG if not name.startswith(PLAIN)}
    return sorted(names)


def keep(page: Any, name: str) -> None:
    if folder := os.environ.get("LOWDOSE_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")
