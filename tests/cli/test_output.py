"""What reaches standard output: JSON in UTF-8, text in whatever letters the screen has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
PLAN = ["plan", "--template", "usual", "--opioids", "none", "--start", "2026-03-02"]


def run(*arguments: str, encoding: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "lowdose.cli.main", *arguments],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )


def test_letters_that_the_screen_lacks_do_not_stop_a_plan() -> None:
    done = run(*PLAN, "--patient", "陈", encoding="cp1252")

    assert done.returncode == 0
    assert b"a plan for ?" in done.stdout


def test_json_is_utf_8_on_every_screen() -> None:
    done = run(*PLAN, "--patient", "陈", "--json", encoding="cp1252")

    assert json.loads(done.stdout.decode("utf-8"))["patient"] == "陈"


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said_in_words() -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "lowdose.cli.main", *PLAN],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr.startswith(b"The output could not be written")
