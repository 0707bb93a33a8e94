"""What wants attention: to the administrator on the page, to a monitoring system by a status."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from fault_clinic import new_database
from pytest_django import Settings

from lowdose.clinic.chain import record_alone
from lowdose.clinic.models import AuditEntry, Course, User
from lowdose.clinic.verbs.alerts import MANY_REFUSALS, Alert, AlertKind, alerts, note_backup
from lowdose.clinic.verbs.checking import last_check, want_check, worker_state
from lowdose.clinic.verbs.people import reset_factors

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


def kinds(days: float = 0) -> set[str]:
    """What wants attention so many days from now."""
    return {alert.kind for alert in found(days)}


def found(days: float = 0) -> tuple[Alert, ...]:
    return alerts(timezone.now() + timedelta(days=days), last_check(), worker_state())


def test_a_new_site_wants_nothing(administrator: User) -> None:
    assert kinds() == set()


def test_no_backup_after_the_sites_days_is_said(administrator: User) -> None:
    assert kinds(1.9) == set()
    assert kinds(2.1) == {AlertKind.BACKUP}


def test_a_backup_counts_from_the_newest_one(administrator: User) -> None:
    note_backup(keys=True)

    (alert,) = found(5)
    assert alert.said == "The last backup is 5 days old."


def test_a_site_may_make_its_backups_otherwise(administrator: User, settings: Settings) -> None:
    settings.SITE = replace(settings.SITE, backup_days=0)

    assert kinds(400) == set()


@pytest.mark.parametrize("action", ["guesses_limited", "locked_out"])
def test_guesses_that_were_held_up_are_said_for_a_day(administrator: User, action: str) -> None:
    record_alone(action, actor=None)

    assert (kinds(), kinds(1.1)) == ({AlertKind.GUESSES}, set())


def test_many_refusals_are_said_of_one_account_and_not_of_many(
    administrator: User, doctor: User, other_doctor: User
) -> None:
    for _ in range(MANY_REFUSALS - 1):
        for one in (doctor, other_doctor):
            record_alone("refused", actor=one, asked="see_course")
    before = kinds()

    record_alone("refused", actor=doctor, asked="see_course")

    (alert,) = found()
    assert before == set()
    assert alert.said == f"doctor was refused {MANY_REFUSALS} times in the last day."


def test_factors_that_were_removed_are_said_for_a_week(administrator: User, doctor: User) -> None:
    reset_factors(doctor, actor=administrator)
    note_backup(keys=True)

    assert (AlertKind.FACTORS in kinds(6), AlertKind.FACTORS in kinds(8)) == (True, False)


def test_a_queue_that_waits_is_said(administrator: User) -> None:
    want_check(actor=administrator)
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=2))

    assert kinds() == {AlertKind.WORKER}


def test_an_answer_that_waits_is_said(open_course: Course) -> None:
    moment = timezone.now()
    Course.objects.update(answer_due_at=moment - timedelta(seconds=30))
    soon = kinds()
    Course.objects.update(answer_due_at=moment - timedelta(minutes=2))

    assert (soon, kinds()) == (set(), {AlertKind.WORKER})


def test_a_trail_that_does_not_hold_is_said(administrator: User) -> None:
    want_check(actor=administrator)
    result = {"entries": 1, "digest": "", "faults": [[1, "changed"]]}
    DBTaskResult.objects.update(
        return_value=result, finished_at=timezone.now(), status="SUCCESSFUL"
    )

    assert kinds() == {AlertKind.TRAIL}


def test_the_administrator_reads_it_on_the_page(administrator: User, as_: Browser) -> None:
    record_alone("guesses_limited", actor=None)

    page = as_(administrator).get("/site/").content.decode()

    assert "Wants your attention" in page
    assert "Guessing was held up 1 time in the last day." in page


def test_the_page_is_calm_where_nothing_is(administrator: User, as_: Browser) -> None:
    assert "Wants your attention" not in as_(administrator).get("/site/").content.decode()


def health(**more: str) -> dict[str, object]:
    browser = Client(headers={"host": "localhost"})
    said: dict[str, object] = browser.get("/health?detail", **more).json()  # type: ignore[arg-type]
    return said


def test_health_tells_this_machine_the_kinds_and_no_name(administrator: User, doctor: User) -> None:
    reset_factors(doctor, actor=administrator)

    assert health() == {"status": "ok", "attention": ["factors_reset"]}


@pytest.mark.parametrize(
    "more",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
    ],
)
def test_health_tells_others_only_that_it_is_up(administrator: User, more: dict[str, str]) -> None:
    record_alone("guesses_limited", actor=None)

    assert health(**more) == {"status": "ok"}


MAKE = """
import sys
from pathlib import Path
from lowdose.clinic.operate.start import load, make_tables
from lowdose.clinic.site import Site
load(Site(Path(sys.argv[1]), sys.argv[2]))
make_tables()
from lowdose.clinic.chain import record_alone
record_alone("guesses_limited", actor=None)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_monitoring_system_gets_json_and_a_status_of_its_own(tmp_path: Path) -> None:
    folder, database = str(tmp_path / "clinic"), new_database()
    place = ["--folder", folder, "--database", database]
    run(sys.executable, "-c", MAKE, folder, database)

    command = [sys.executable, "-m", "lowdose.cli.main", "clinic"]
    glanced = run(*command, "check", "--alerts", "--json", *place)
    whole = run(*command, "check", "--json", *place)

    said = json.loads(glanced.stdout)
    assert [alert["kind"] for alert in said["alerts"]] == ["guesses_limited"]
    assert json.loads(whole.stdout)["alerts"] == said["alerts"]
    assert (said["sound"], glanced.returncode, whole.returncode) == (True, 3, 0)


@pytest.mark.slow
def test_a_backup_by_the_command_is_noted(tmp_path: Path) -> None:
    folder, database = str(tmp_path / "clinic"), new_database()
    place = ["--folder", folder, "--database", database]
    run(sys.executable, "-c", MAKE, folder, database)

    command = [sys.executable, "-m", "lowdose.cli.main", "clinic"]
    made = run(*command, "backup", str(tmp_path / "one.zip"), *place)

    before = int(made.stdout.split(":")[1].split()[0])
    after = json.loads(run(*command, "check", "--json", *place).stdout)
    assert (before, after["audit_entries"]) == (1, 2)


def test_the_trail_tells_of_a_backup_whether_keys_were_in_it(administrator: User) -> None:
    note_backup(keys=False)

    assert AuditEntry.objects.get(action="backup_made").details == {"keys": False}
