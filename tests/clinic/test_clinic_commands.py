"""Backup, restore, check and the other commands, each as a person would call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from fault_clinic import DATABASE, new_database

# The commands of one clinic, one after the other; each starts a Python of its own.
MAKE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from lowdose.clinic.operate.start import load, make_tables
from lowdose.clinic.site import Site
load(Site(Path(sys.argv[1]), sys.argv[2]))
make_tables()
from clinic_world import NOW, a_day, person, planned, with_account
from lowdose.clinic.models import Role
from lowdose.clinic.verbs.diary import enter
person(Role.ADMINISTRATOR, "admin")
patient = with_account(person(Role.PRESCRIBER, "doctor"), "Kari Nordmann")
planned(patient)
course = planned(patient, baseline_days=0, periods=4, period_days=14)
enter(course, [a_day(course, n) for n in range(1, 15)], actor=patient.account, now=NOW)
"""


def run(
    *arguments: str | Path, given: str = "", database: str = DATABASE
) -> subprocess.CompletedProcess[str]:
    program = "from lowdose.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, "clinic", *map(str, arguments)],
        env={**os.environ, "LOWDOSE_CLINIC_DATABASE": database},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Folder and database of a clinic with a patient, a blinded course and fourteen days."""
    folder = tmp_path_factory.mktemp("made") / "clinic"
    database = new_database()
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", MAKE, str(folder), database, here]
    subprocess.run(command, check=True)
    return folder, database


@pytest.fixture(scope="module")
def packed(made: tuple[Path, str]) -> Path:
    """A backup of it."""
    folder, database = made
    target = folder.parent / "backup.zip"
    done = run("backup", target, "--folder", folder, database=database)
    assert done.returncode == 0, done.stderr
    return target


def test_a_backup_restored_elsewhere_is_the_same_clinic(
    made: tuple[Path, str], packed: Path, tmp_path: Path
) -> None:
    database = new_database()

    restored = run("restore", packed, "--folder", tmp_path / "new", database=database)

    # the old one has gone on meanwhile: that a backup was made is an entry too
    said = json.loads(zipfile.ZipFile(packed).read("manifest.json"))
    newest = f"{said['audit_entries']}:{said['audit_digest']}"
    old = run("check", "--folder", made[0], "--kept", newest, database=made[1])
    assert restored.returncode == 0, restored.stderr
    assert old.returncode == 0
    assert "allocations:  1 blinded courses" in restored.stdout
    assert newest in restored.stdout


def test_a_backup_is_for_its_owner_only(packed: Path) -> None:
    assert packed.stat().st_mode & 0o077 == 0


def test_a_backup_never_overwrites(made: tuple[Path, str], packed: Path) -> None:
    before = packed.read_bytes()

    again = run("backup", packed, "--folder", made[0], database=made[1])

    assert (again.returncode, packed.read_bytes()) == (1, before)
    assert len(again.stderr.splitlines()) == 1


def test_restoring_never_overwrites(made: tuple[Path, str], packed: Path) -> None:
    done = run("restore", packed, "--folder", made[0], database=made[1])

    assert done.returncode == 1
    assert "is there already" in done.stderr


def test_a_damaged_backup_restores_nothing(packed: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content if name.startswith("manifest") else content[:-1] + b"?")

    done = run("restore", damaged, "--folder", tmp_path / "new", database="")

    assert (done.returncode, (tmp_path / "new").exists()) == (1, False)
    assert "damaged" in done.stderr


def test_a_backup_without_keys_needs_them_from_elsewhere(
    made: tuple[Path, str], tmp_path: Path
) -> None:
    file, new = tmp_path / "bare.zip", tmp_path / "new"
    run("backup", file, "--without-keys", "--folder", made[0], database=made[1])
    database = new_database()

    without = run("restore", file, "--folder", new, database=database)
    keys = made[0] / "keys"
    restored = run("restore", file, "--folder", new, "--keys", keys, database=database)

    assert [name for name in zipfile.ZipFile(file).namelist() if "key" in name] == []
    assert (without.returncode, restored.returncode) == (1, 0)


def test_another_key_is_found_out(made: tuple[Path, str], packed: Path, tmp_path: Path) -> None:
    new, database = tmp_path / "new", new_database()
    run("restore", packed, "--folder", new, database=database)
    (new / "keys" / "allocation.key").write_text("00" * 32)

    done = run("check", "--folder", new, database=database)

    assert done.returncode == 1
    assert "the allocation does not open" in done.stdout


def test_an_entry_that_was_cut_off_is_found_out_by_the_kept_digest(
    made: tuple[Path, str],
) -> None:
    kept = "9999:" + "0" * 64

    done = run("check", "--folder", made[0], "--kept", kept, database=made[1])

    assert done.returncode == 1
    assert "entry 9999 is gone" in done.stdout


def test_a_folder_without_a_clinic_is_named_and_none_is_made(tmp_path: Path) -> None:
    done = run("check", "--folder", tmp_path / "typo", database="")

    assert done.returncode == 1
    assert not (tmp_path / "typo").exists()


def test_a_new_person_gets_a_password_once(made: tuple[Path, str]) -> None:
    done = run("create-user", "Ola", "--role", "pharmacist", "--folder", made[0], database=made[1])

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip()) >= 12


def test_a_weak_password_is_refused(made: tuple[Path, str]) -> None:
    wanted = ["create-user", "weak", "--role", "pharmacist", "--password-stdin"]
    done = run(*wanted, "--folder", made[0], given="short\n", database=made[1])

    assert (done.returncode, done.stdout) == (1, "")


def test_second_factors_are_reset_by_name(made: tuple[Path, str]) -> None:
    done = run("reset-factor", "doctor", "--folder", made[0], database=made[1])
    wrong = run("reset-factor", "nobody", "--folder", made[0], database=made[1])

    assert (done.returncode, wrong.returncode) == (0, 1)


@pytest.mark.slow
def test_erasing_what_expired_says_whom_and_changes_nothing_without_being_told_to(
    packed: Path, tmp_path: Path
) -> None:
    new, database = tmp_path / "new", new_database()
    run("restore", packed, "--folder", new, database=database)
    wanted = ["erase-expired", "--older-than", "1", "--folder", new]

    tried, done, again = (
        run(*wanted, *more, database=database) for more in ([], ["--erase"], ["--erase"])
    )

    assert tried.stdout == done.stdout != ""
    assert "would be erased" in tried.stderr
    assert again.stdout == ""
    assert run("check", "--folder", new, database=database).returncode == 0
