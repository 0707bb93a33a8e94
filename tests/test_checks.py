"""Our numbers are those of others: every check of the validation report, one by one.

The checks themselves, with their origin, are in tests/checks.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from checks.check import Chapter, Check, Kind, Verdict, Within, compared
from checks.register import every_check
from checks.stored import read_stored, write_stored

CHECKS = every_check()


def named(check: Check) -> str:
    return f"{check.chapter}: {check.what}"


MINUTES = [pytest.mark.slow, pytest.mark.long]


@pytest.mark.parametrize(
    "check",
    [pytest.param(one, id=named(one), marks=MINUTES if one.slow else []) for one in CHECKS],
)
def test_it_is_as_expected(check: Check) -> None:
    found = compared(check)

    wanted = Verdict.DIFFERS if check.differs else Verdict.AGREES
    assert found.verdict is wanted, f"here {found.here}, there {found.there}, {check.within}"


def test_what_is_stored_is_as_expected_and_of_checks_that_exist() -> None:
    """Stored by docs/validation_report.py --slow."""
    slow, stored = [one for one in CHECKS if one.slow], read_stored()

    assert {named(one) for one in slow} == set(stored.numbers)
    assert Verdict.UNEXPECTED not in {stored.of(one).verdict for one in slow}


def test_every_check_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(map(named, CHECKS)).items() if times > 1] == []


def test_every_chapter_is_checked_and_every_check_says_its_origin() -> None:
    assert {one.chapter for one in CHECKS} == set(Chapter)
    assert all(one.origin for one in CHECKS)


def made(here: float, there: float, differs: str = "") -> Check:
    return Check(
        Chapter.POOL, "made up", lambda: here, there, "", Within(0.1), Kind.FORMULA, differs
    )


@pytest.mark.parametrize(
    ("check", "verdict"),
    [
        (made(1.05, 1.0), Verdict.AGREES),
        (made(1.2, 1.0), Verdict.UNEXPECTED),
        (made(1.2, 1.0, "known"), Verdict.DIFFERS),
        (made(1.05, 1.0, "known no longer"), Verdict.UNEXPECTED),
        (made(float("nan"), 1.0), Verdict.UNEXPECTED),
        (made(float("inf"), float("inf")), Verdict.AGREES),
    ],
)
def test_a_check_can_fail_either_way(check: Check, verdict: Verdict) -> None:
    assert compared(check).verdict is verdict


def test_what_was_stored_is_read_back(tmp_path: Path) -> None:
    write_stored([made(1.05, 1.0)], "2026-11-27", tmp_path / "one.json")

    found = read_stored(tmp_path / "one.json")
    assert (found.date, found.of(made(0, 0)).here.tolist()) == ("2026-11-27", [1.05])
