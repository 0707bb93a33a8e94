"""A clinic that really runs, `lowdose serve` in its own process, and a browser to look at it."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
_START_SECONDS = 60


@dataclass(frozen=True)
class Running:
    """Where a running clinic is found, and what it printed so far."""

    origin: str
    folder: Path
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def said(self) -> str:
        return self.output.read_text("utf-8")

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Read its SQLite database from outside."""
        with closing(sqlite3.connect(self.folder / "clinic.sqlite3")) as database:
            return database.execute(sql, values).fetchall()

    def change(self, sql: str, *values: Any) -> None:
        """Write to it from outside, as time or somebody else would have."""
        with closing(sqlite3.connect(self.folder / "clinic.sqlite3", timeout=20)) as database:
            database.execute(sql, values)
            database.commit()


def children_of(process: subprocess.Popen[bytes]) -> dict[int, str]:
    """The processes that a running clinic has started, each with its command."""
    found = Path(f"/proc/{process.pid}/task").glob("*/children")  # each thread has its own
    numbers = [int(one) for each in found for one in each.read_text().split()]
    return {one: Path(f"/proc/{one}/cmdline").read_text() for one in numbers}


def web_processes_of(process: subprocess.Popen[bytes]) -> set[int]:
    """Those that serve; the worker beside them is another program."""
    return {pid for pid, what in children_of(process).items() if "operate.worker" not in what}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Running]:
    """Serve the clinic in `folder` until the end of the block."""
    port = free_port()
    origin = f"http://localhost:{port}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LOWDOSE_", "DJANGO_"))}
    output = folder.parent / f"{folder.name}-{port}.log"
    command = [sys.executable, "-m", "lowdose.cli.main", "serve", "--folder", str(folder)]
    with output.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port), *options], env=kept, stdout=log, stderr=log
        )
    try:
        _wait(origin, process, output)
        yield Running(origin, folder, process, output)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(origin: str, process: subprocess.Popen[bytes], output: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, output.read_text("utf-8")
        try:
            with urllib.request.urlopen(f"{origin}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"it did not start: {output.read_text('utf-8')}")


@contextmanager
def chromium() -> Iterator[Any]:
    """A real browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def watch(page: Any, known: list[str] | None = None) -> list[str]:
    """Everything that goes wrong on a page, from now on: console errors and failed scripts."""
    wrong: list[str] = [] if known is None else known
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    return wrong


def axe(page: Any) -> list[str]:
    """What axe-core finds wrong with a page, WCAG 2.2 A and AA and its best practices."""
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
