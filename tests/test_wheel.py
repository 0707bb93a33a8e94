"""What is handed out works away from its source folder: the wheel and the source archive."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": "", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(kind: str, folder: Path, source: Path = ROOT, **environment: str) -> Path:
    pytest.importorskip("hatchling", reason="the builder hatchling is not installed")
    builder = (sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder)
    run(*builder, cwd=source, **environment)
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive."""
    return build("sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def unpacked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive's folder, as somebody else has it: only they may read it, no dates."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() or path.stat().st_mode & 0o100 else 0o600)
        os.utime(path, (0, 0))
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment's interpreter, with the wheel and our dependencies to lean on."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    home = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    site = Path(home.strip())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # An appended path comes after the wheel; .pth files there, our editable install's among them,
    # are not read.
    (site / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


def absent(names: Sequence[str], wanted: Sequence[str]) -> list[str]:
    return [want for want in wanted if not any(name.endswith(want) for name in names)]


def test_the_wheel_holds_its_data_and_its_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    data = [
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "lowdose").rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    ]

    assert "lowdose/py.typed" in data
    assert absent(names, [*data, "licenses/LICENSE", "licenses/NOTICE"]) == []


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"lowdose"}


def test_the_source_archive_holds_examples_tests_and_docs(archive: Path) -> None:
    with tarfile.open(archive) as opened:
        names = opened.getnames()

    wanted = ["examples/melatonin.csv", "examples/NOTICES.md", "tests/test_wheel.py", "README.md"]
    assert absent(names, [*wanted, "docs/index.md", "Makefile", "requirements.lock"]) == []


def test_the_source_archive_holds_everything_but_the_check_of_submissions(archive: Path) -> None:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is no git repository, so nobody knows what belongs to it")
    kept = run("git", "ls-files", "-z", cwd=ROOT).split("\0")
    with tarfile.open(archive) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}

    assert {name for name in kept if name and (ROOT / name).exists()} - held == {".ci/run"}


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_built_elsewhere_from_the_source_archive_the_bytes_are_the_same(
    kind: str, unpacked: Path, wheel: Path, archive: Path, tmp_path: Path
) -> None:
    again = build(kind, tmp_path, unpacked, TZ="Pacific/Chatham", LC_ALL="C")

    first = {"wheel": wheel, "sdist": archive}[kind]
    assert again.name == first.name
    assert again.read_bytes() == first.read_bytes()


def test_the_moment_of_a_build_is_the_one_that_is_asked_for(tmp_path: Path) -> None:
    """The variable that all builders know; `make release` sets it to the commit's time."""
    with zipfile.ZipFile(build("wheel", tmp_path, SOURCE_DATE_EPOCH="1772409600")) as opened:
        dates = {entry.date_time for entry in opened.infolist()}

    assert dates == {(2026, 3, 2, 0, 0, 0)}


def test_the_installed_command_says_its_version(installed: Path, tmp_path: Path) -> None:
    said = run(installed, "-m", "lowdose.cli.main", "--version", cwd=tmp_path)

    assert said.startswith("lowdose, version 0.")


def test_the_installed_package_is_the_wheels(installed: Path, tmp_path: Path) -> None:
    where = run(installed, "-c", "import lowdose; print(lowdose.__file__)", cwd=tmp_path)

    assert Path(where.strip()).is_relative_to(installed.parents[1])


def test_the_installed_examples_of_a_plan_hold(installed: Path, tmp_path: Path) -> None:
    program = "import doctest, lowdose.regimen.plan as m; assert not doctest.testmod(m).failed"

    run(installed, "-W", "error", "-c", program, cwd=tmp_path)


def test_the_installed_package_draws_a_sheet(installed: Path, tmp_path: Path) -> None:
    """Templates are read from the package's own data, not from the source folder."""
    program = (
        "from importlib.resources import files; "
        "print(*(f.name for f in files('lowdose.report').joinpath('templates').iterdir()))"
    )

    assert ".typ" in run(installed, "-c", program, cwd=tmp_path)


def test_the_installed_doctor_finds_the_file_that_was_changed(
    installed: Path, tmp_path: Path
) -> None:
    program = (
        "from lowdose.cli.doctor_packages import files; f = files(); "
        "print(f.said, *(trouble.wrong for trouble in f.troubles))"
    )
    name = "lowdose/evidence/conditions.toml"
    where = run(installed, "-c", "import lowdose; print(lowdose.__path__[0])", cwd=tmp_path)
    path = Path(where.strip()).parent / name
    before, kept = run(installed, "-c", program, cwd=tmp_path), path.read_bytes()
    path.write_bytes(kept + b"\n")
    after = run(installed, "-c", program, cwd=tmp_path)
    path.write_bytes(kept)

    assert before.endswith(" as they were built\n")
    assert after == f" {name} is missing or not as it was built\n"
