"""`lowdose doctor`: it finds this installation well, and what was broken on purpose broken."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import lowdose
from lowdose.cli import clinic_site, doctor_machine, doctor_packages
from lowdose.cli.doctor_finding import Finding, Trouble, looked, shown
from lowdose.errors import LowdoseError

BEGIN = """
import sys
from pathlib import Path
from lowdose.clinic.operate.start import load, make_tables
from lowdose.clinic.site import Site
load(Site(Path(sys.argv[1])))
make_tables()
"""
GLANCE = """
import json
from dataclasses import asdict
from lowdose.cli.doctor_clinic import clinic
print(json.dumps(asdict(clinic())))
"""


def ran(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own, on which no clinic of the tests leaves a mark."""
    ours = {name: value for name, value in os.environ.items() if "CLINIC" not in name}
    ours.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, *arguments],
        env={**ours, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def doctor(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return ran("-m", "lowdose.cli.main", "doctor", *arguments, **environment)


def glance(folder: Path | None = None, **environment: str) -> tuple[str, list[str], list[str]]:
    """What is said of a clinic, what is wrong with it, and the remedies."""
    named = {"LOWDOSE_CLINIC_FOLDER": str(folder)} if folder else {}
    done = ran("-c", GLANCE, **named, **environment)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return (
        found["said"],
        [one[0] for one in found["troubles"]],
        [one[1] for one in found["troubles"]],
    )


def installed(folder: Path, *, version: str = lowdose.__version__, needs: str = "") -> Path:
    """A package lowdose with one file of data, as an installer leaves it; found before ours."""
    data = folder / "lowdose" / "doses.toml"
    data.parent.mkdir()
    data.write_text("dose_mg = 4.5\n", encoding="utf-8")
    digest = base64.urlsafe_b64encode(hashlib.sha256(data.read_bytes()).digest()).rstrip(b"=")
    record = folder / f"lowdose-{version}.dist-info"
    record.mkdir()
    needed = f"Requires-Dist: {needs}\n" if needs else ""
    metadata = f"Metadata-Version: 2.3\nName: lowdose\nVersion: {version}\n{needed}"
    (record / "METADATA").write_text(metadata, encoding="utf-8")
    (record / "RECORD").write_text(f"lowdose/doses.toml,sha256={digest.decode()},14\n", "utf-8")
    return data


@pytest.fixture
def site_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(doctor_packages, "_HERE", tmp_path / "lowdose")
    return tmp_path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clinic")
    done = ran("-c", BEGIN, str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def wrong(finding: Finding) -> list[str]:
    return [trouble.wrong for trouble in finding.troubles]


def test_this_installation_is_found_well(tmp_path: Path) -> None:
    done = doctor("--json", XDG_CACHE_HOME=str(tmp_path))
    said = json.loads(done.stdout)

    assert {one["what"]: one["troubles"] for one in said["findings"] if one["troubles"]} == {}
    assert (done.returncode, said["fine"], said["lowdose"]) == (0, True, lowdose.__version__)
    details = {one["what"]: one["details"] for one in said["findings"]}
    assert details["packages"]["jax"].count(".") >= 2
    assert details["device"]["platform"] in {"cpu", "gpu", "tpu"}


def test_a_cache_that_cannot_be_written_is_told_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()  # nothing can be put into a file, not even by root

    done = doctor(XDG_CACHE_HOME=str(tmp_path / "file"), HOME=str(tmp_path))

    assert done.returncode == 1
    assert "TO MEND: ~/file/lowdose/jax-" in done.stdout
    assert "let XDG_CACHE_HOME name a folder that can be written" in done.stdout
    assert done.stderr.splitlines() == [
        "Looking at everything (a few seconds; the first time longer) ...",
        "1 thing to mend.",
    ]


def test_a_home_is_not_shown() -> None:
    assert shown(Path.home() / "clinic") == "~/clinic"


def test_a_fault_in_looking_stops_nothing_and_tells_nothing_personal() -> None:
    def look() -> Finding:
        raise ValueError("Kari Nordmann")

    found = looked("disk", look)

    assert wrong(found) == ["it could not be looked at (ValueError)"]


def test_files_as_they_were_built_are_fine(site_packages: Path) -> None:
    installed(site_packages)

    assert doctor_packages.files() == Finding("files", "1 as they were built")


@pytest.mark.parametrize("damage", [lambda path: path.write_text("dose_mg = 45\n"), Path.unlink])
def test_a_file_that_was_changed_or_lost_is_named(site_packages: Path, damage) -> None:
    damage(installed(site_packages))

    found = doctor_packages.files()

    assert wrong(found) == ["lowdose/doses.toml is missing or not as it was built"]
    assert "pip install --force-reinstall" in found.troubles[0].remedy


def test_in_a_source_folder_data_that_cannot_be_read_are_named(site_packages: Path) -> None:
    (site_packages / "lowdose").mkdir()
    (site_packages / "lowdose" / "doses.toml").write_text("dose_mg =\n", encoding="utf-8")

    assert wrong(doctor_packages.files()) == ["doses.toml cannot be read"]


def test_a_missing_package_is_named_with_who_needs_it(site_packages: Path) -> None:
    installed(site_packages, needs="no-such-package>=2")

    assert wrong(doctor_packages.packages()) == ["no-such-package is missing; lowdose needs it"]


def test_a_package_that_is_too_old_is_named_with_its_version(site_packages: Path) -> None:
    installed(site_packages, needs="click>=1000")

    (said,) = wrong(doctor_packages.packages())
    assert said.startswith("click is 8") and said.endswith("; lowdose needs >=1000")


def test_code_of_another_version_than_was_installed_is_told(site_packages: Path) -> None:
    installed(site_packages, version="0.0.1")

    expected = f"version 0.0.1 was installed, version {lowdose.__version__} runs"
    assert wrong(doctor_packages.itself()) == [expected]


def test_an_extra_counts_with_all_that_it_brings(site_packages: Path) -> None:
    installed(site_packages, needs="no-such-package; extra == 'cluster'")

    hint = "not installed: cluster (trials on several machines); to have it: "
    assert hint + "pip install 'lowdose[cluster]'" in doctor_packages.extras().hints


def test_every_extra_is_explained(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert set(doctor_packages.EXTRAS) == set(project["optional-dependencies"])


def test_the_clinic_is_missed_by_each_package_that_its_extra_brings(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {canonicalize_name(Requirement(one).name) for one in _clinic(project)}
    brought = packages_distributions()
    watched = {canonicalize_name(brought[module][0]) for module in clinic_site.MODULES}

    assert watched == named


def _clinic(project: dict[str, dict[str, list[str]]]) -> list[str]:
    return project["optional-dependencies"]["clinic"]


@pytest.mark.parametrize(
    ("missing", "said"),
    [(clinic_site.MODULES, "is not installed. "), (("segno",), "whole (segno missing). ")],
)
def test_without_its_packages_the_clinic_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...], said: str
) -> None:
    monkeypatch.setattr(clinic_site, "find_spec", lambda name: None if name in missing else name)

    with pytest.raises(LowdoseError) as error:
        clinic_site.clinic_installed()

    assert str(error.value).endswith(said + "Install it with: pip install 'lowdose[clinic]'")


def test_a_sum_that_comes_out_wrong_is_told() -> None:
    found = doctor_machine.device({"platform": "cpu", "name": "2 cores", "right": False})

    assert wrong(found) == ["a sum whose value is known came out wrong"]


def test_an_unused_card_is_told_with_the_extra_that_uses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_machine, "_DRIVER", tmp_path)
    monkeypatch.setattr(doctor_machine, "extra_is_there", lambda name: False)

    found = doctor_machine.device({"platform": "cpu", "name": "2 cores", "right": True})

    assert found.fine
    assert found.hints == ("there is an NVIDIA card; to use it: pip install 'lowdose[gpu]'",)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGILL)",
            "JAX ended its process (SIGILL)",
        ),
        ("import no_such_jax", "JAX cannot compute here (ModuleNotFoundError)"),
    ],
)
def test_a_jax_that_breaks_is_told_and_breaks_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, said: str
) -> None:
    (tmp_path / "jax.py").write_text(program + "\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(lowdose.__file__).parents[1]}")

    tried = doctor_machine.tried()

    assert isinstance(tried, Trouble)
    assert tried.wrong == said


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_machine, "_LEAST_FREE", 2**80)

    assert wrong(doctor_machine.disk([tmp_path / "to be made"])) == [
        f"less than {2**80 / 1e6:.0f} MB in {tmp_path}"
    ]


def test_where_no_clinic_is_nothing_is_wrong() -> None:
    assert glance() == ("none in ./clinic; lowdose serve begins one", [], [])


def test_a_clinic_that_is_named_and_not_there_is_told(tmp_path: Path) -> None:
    said, troubles, remedies = glance(tmp_path / "gone")

    assert said == ""
    assert "expected a folder with a clinic" in troubles[0]
    assert remedies == [
        "name the clinic with LOWDOSE_CLINIC_FOLDER, or begin one with lowdose serve"
    ]


def test_a_clinic_whose_tables_are_current_is_fine(site: Path) -> None:
    said, troubles, _ = glance(site)

    assert troubles == []
    assert "SQLite 3." in said and "tables: of this version" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "DELETE FROM django_migrations WHERE app = 'clinic' AND name ="
            " (SELECT MAX(name) FROM django_migrations WHERE app = 'clinic')",
            "is missing",
        ),
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES"
            " ('clinic', '9999_later', '2026-11-27')",
            "clinic 9999_later is of a later version of lowdose",
        ),
    ],
)
def test_tables_of_another_version_are_told(site: Path, change: str, said: str) -> None:
    with sqlite3.connect(site / "clinic.sqlite3") as database:
        kept = database.execute("SELECT app, name, applied FROM django_migrations").fetchall()
        database.execute(change)
    database.close()
    try:
        _, troubles, remedies = glance(site)
    finally:
        with sqlite3.connect(site / "clinic.sqlite3") as database:
            database.execute("DELETE FROM django_migrations")
            insert = "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)"
            database.executemany(insert, kept)
        database.close()

    assert len(troubles) == 1 and troubles[0].endswith(said)
    assert remedies[0].startswith("back it up")


def test_a_database_that_does_not_answer_is_told_without_its_password(site: Path) -> None:
    address = "postgresql://anna:s3cret@127.0.0.1:1/clinic"  # nothing listens at port 1

    done = ran(
        "-c",
        GLANCE,
        LOWDOSE_CLINIC_FOLDER=str(site),
        LOWDOSE_CLINIC_DATABASE=address,
    )

    assert "the database gave an error: OperationalError" in done.stdout
    assert "s3cret" not in done.stdout + done.stderr
    assert "anna" not in done.stdout + done.stderr


def test_an_address_that_is_none_is_told_without_its_password(tmp_path: Path) -> None:
    said = glance(tmp_path, LOWDOSE_CLINIC_DATABASE="mysql://anna:s3cret@127.0.0.1/clinic")

    assert "postgresql://user:password@host:port/name" in said[1][0]
    assert "s3cret" not in str(said)
