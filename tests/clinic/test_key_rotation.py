"""New keys for old: everything opens before, meanwhile and after, and the trail still holds."""

from __future__ import annotations

import base64
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from clinic_world import NOW, a_day
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection
from django.test import Client
from fault_clinic import new_database
from pytest_django import Settings

from lowdose.clinic.chain import record_alone, verify
from lowdose.clinic.models import Allocation, AuditEntry, Course, DiaryEntry, Patient, User
from lowdose.clinic.operate.keys import add_key, keys_held
from lowdose.clinic.operate.rotate import retire, rotate
from lowdose.clinic.site import KEYS, Site, key_id, prepare_site, read_keys
from lowdose.clinic.vault import open_text, seal_text
from lowdose.clinic.verbs.blinding import read_allocation
from lowdose.clinic.verbs.diary import enter
from lowdose.errors import LowdoseError

HERE = str(Path(__file__).parent)
MOST = 60
"""Rows of the site that is killed; its batches are of one row."""


@pytest.fixture
def site(tmp_path: Path, settings: Settings, db: None) -> Site:
    """Keys of this test's own, before anything is sealed."""
    own = Site(tmp_path / "clinic", settings.SITE.database)
    prepare_site(own)
    settings.SITE = own
    return own


def quiet(_text: str) -> None:
    pass


def stored(table: str, column: str) -> list[str]:
    """What the database holds, not opened."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {column} <> ''")
        return [row[0] for row in cursor.fetchall()]


def opens_with(key: bytes, sealed: str) -> bool:
    try:
        Fernet(base64.urlsafe_b64encode(key)).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


@pytest.fixture
def filled(site: Site, blinded_course: Course) -> Course:
    """A name, a note, an allocation and a second factor, sealed with the first keys."""
    enter(blinded_course, [a_day(blinded_course, 1, note="slept badly")], actor=None, now=NOW)
    Authenticator.objects.create(
        user=blinded_course.prescriber,
        type="recovery_codes",
        data={"seed": seal_text("a seed"), "used_mask": 5},
    )
    return blinded_course


def test_names_and_notes_are_sealed_with_the_new_key_and_still_read(
    site: Site, filled: Course
) -> None:
    done = rotate(site, "fields", say=quiet)

    newest = read_keys(site, "fields")[0]
    sealed = stored("clinic_patient", "name") + stored("clinic_diaryentry", "note")
    assert len(sealed) == 2
    assert all(opens_with(newest, one) for one in sealed)
    assert Patient.objects.get(pk=filled.patient_id).name == "Kari Nordmann"
    assert DiaryEntry.objects.get(course=filled).note == "slept badly"
    assert done.resealed >= 4


def test_what_a_history_keeps_is_sealed_again_too(site: Site, filled: Course) -> None:
    rotate(site, "fields", say=quiet)

    newest = read_keys(site, "fields")[0]
    kept = stored("clinic_historicalpatient", "name")
    assert kept
    assert all(opens_with(newest, one) for one in kept)


def test_secrets_of_second_factors_are_sealed_again(site: Site, filled: Course) -> None:
    rotate(site, "fields", say=quiet)

    data = Authenticator.objects.get().data
    assert opens_with(read_keys(site, "fields")[0], data["seed"])
    assert (open_text(data["seed"]), data["used_mask"]) == ("a seed", 5)


def test_allocations_have_a_key_of_their_own(site: Site, filled: Course) -> None:
    held = read_allocation(filled, actor=None)

    rotate(site, "allocation", say=quiet)

    assert read_allocation(filled, actor=None) == held
    assert opens_with(read_keys(site, "allocation")[0], Allocation.objects.get().sealed)
    assert len(read_keys(site, "fields")) == 1


def test_the_older_key_is_dropped_only_after_a_while(site: Site, filled: Course) -> None:
    rotate(site, "fields", say=quiet)

    with pytest.raises(LowdoseError, match="Try again in"):
        retire(site, "fields", say=quiet)

    assert len(read_keys(site, "fields")) == 2


def test_dropping_the_older_key_first_seals_what_came_meanwhile(site: Site, filled: Course) -> None:
    older = read_keys(site, "fields")[0]
    rotate(site, "fields", say=quiet)
    late = Fernet(base64.urlsafe_b64encode(older)).encrypt(b"came late").decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_diaryentry SET note = %s", [late])

    dropped = retire(site, "fields", say=quiet, patience=0)

    assert (dropped, len(read_keys(site, "fields"))) == (1, 1)
    assert DiaryEntry.objects.get(course=filled).note == "came late"


def test_a_second_rotation_waits_for_the_older_key_to_go(site: Site, filled: Course) -> None:
    first = rotate(site, "fields", say=quiet)
    again = rotate(site, "fields", say=quiet)

    assert (first.new, again.new, again.key, again.resealed) == (True, False, first.key, 0)
    assert AuditEntry.objects.filter(action="key_rotated").count() == 1


def test_the_chain_holds_over_two_new_keys(site: Site, filled: Course) -> None:
    for _ in range(2):
        rotate(site, "audit", say=quiet)
        record_alone("something", actor=None)

    assert verify().faults == ()
    assert len(read_keys(site, "audit")) == 3


def test_an_entry_of_an_older_key_after_the_new_one_began_is_found(
    site: Site, filled: Course
) -> None:
    older = read_keys(site, "audit")
    rotate(site, "audit", say=quiet)
    path = site.keys / "audit.key"
    both = path.read_text()
    path.write_text(older[0].hex())
    record_alone("forged", actor=None)
    path.write_text(both)

    (fault,) = verify().faults
    assert fault.number == AuditEntry.objects.get(action="forged").number


def test_a_trail_cut_off_before_its_newest_key_is_found(
    site: Site, filled: Course, unguarded: None
) -> None:
    rotate(site, "audit", say=quiet)
    AuditEntry.objects.filter(action="key_rotated").delete()

    (fault,) = verify().faults
    assert "newest key" in fault.what


@pytest.fixture
def unguarded(site: Site) -> None:
    """As somebody with power over the database: without the triggers that refuse."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE clinic_auditentry DISABLE TRIGGER ALL")
            return
        cursor.execute("DROP TRIGGER clinic_audit_no_delete")


def test_a_key_of_the_trail_that_was_made_but_not_begun_is_begun(
    site: Site, filled: Course
) -> None:
    made = add_key(site, "audit")
    record_alone("meanwhile", actor=None)

    done = rotate(site, "audit", say=quiet)

    assert (done.new, done.key, verify().faults) == (False, key_id(made), ())


def test_the_older_keys_of_the_trail_stay(site: Site, filled: Course) -> None:
    rotate(site, "audit", say=quiet)

    with pytest.raises(LowdoseError, match="older entries need them"):
        retire(site, "audit", say=quiet, patience=0)


def test_nothing_is_changed_while_a_backup_copies_the_keys(site: Site, filled: Course) -> None:
    with (
        keys_held(site, to_change=False),
        pytest.raises(LowdoseError, match="a backup or another rotation"),
    ):
        rotate(site, "fields", say=quiet)


def test_the_trail_names_no_key(site: Site, filled: Course) -> None:
    rotate(site, "fields", say=quiet)

    details = AuditEntry.objects.get(action="key_rotated").details
    keys = {key.hex() for key in read_keys(site, "fields")}
    assert details["key"] == "fields"
    assert not any(details["id"] in key for key in keys)


def test_the_command_offers_every_key() -> None:
    from lowdose.cli.clinic import _KEYS

    assert _KEYS == KEYS


RUN = """
import sys
from pathlib import Path
from lowdose.clinic.operate.start import load
from lowdose.clinic.site import Site
site = Site(Path(sys.argv[1]), sys.argv[2])
load(site)
from lowdose.clinic.operate import rotate
rotate._BATCH = 1
rotate.rotate(site, sys.argv[3], say=lambda text: print(text, flush=True))
"""
MAKE = """
import sys
from pathlib import Path
from lowdose.clinic.operate.start import load, make_tables
from lowdose.clinic.site import Site
load(Site(Path(sys.argv[1]), sys.argv[2]))
make_tables()
sys.path.insert(0, sys.argv[4])
from clinic_world import person
from lowdose.clinic.models import Role
from lowdose.clinic.verbs.patients import add_patient
doctor = person(Role.PRESCRIBER, "doctor")
for n in range(int(sys.argv[3])):
    add_patient(doctor, name=f"Name {n}", contact="", time_zone="UTC", language="en")
"""
READ = """
import json, sys
from pathlib import Path
from lowdose.clinic.operate.start import load
from lowdose.clinic.site import Site
load(Site(Path(sys.argv[1]), sys.argv[2]))
from lowdose.clinic.chain import verify
from lowdose.clinic.models import Patient
names = sorted(one.name for one in Patient.objects.all())
print(json.dumps({"names": names, "faults": len(verify().faults)}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, MOST // 2])
def test_killed_in_the_middle_everything_opens_and_the_rest_is_done_later(
    tmp_path: Path, after: int
) -> None:
    folder, database = str(tmp_path / "clinic"), new_database()
    python([MAKE, folder, database, str(MOST), HERE])

    kill_after(after, [RUN, folder, database, "fields"])
    halfway = json.loads(python([READ, folder, database]))
    said = python([RUN, folder, database, "fields"])

    names = sorted(f"Name {n}" for n in range(MOST))
    assert halfway == {"names": names, "faults": 0}
    assert json.loads(python([READ, folder, database])) == halfway
    assert 0 < said.count("sealed again") <= 2 * MOST - after
    site = Site(Path(folder), database)
    assert len(read_keys(site, "fields")) == 2


def python(arguments: list[str]) -> str:
    command = [sys.executable, "-c", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def kill_after(lines: int, arguments: list[str]) -> None:
    command = [sys.executable, "-c", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(lines):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_a_session_signed_with_the_older_key_is_still_read(
    site: Site, doctor: User, as_: Callable[[User | None], Client], settings: Settings
) -> None:
    older = settings.SECRET_KEY
    browser = as_(doctor)

    add_key(site, "session")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = (
        read_keys(site, "session")[0].hex(),
        [older],
    )

    assert browser.get("/profile/").status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert as_(None).get("/profile/").status_code == 302
