"""What is handed out works away from its source folder: the wheel and the source archive."""

from __future__ import annotations

import os
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
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(kind: str, folder: Path) -> Path:
    pytest.importorskip("hatchling", reason="the builder hatchling is not installed")
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder, cwd=ROOT)
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


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


def test_the_source_archive_holds_examples_tests_and_docs(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = archive.getnames()

    wanted = ["examples/melatonin.csv", "examples/NOTICES.md", "tests/test_wheel.py", "README.md"]
    assert absent(names, [*wanted, "docs/index.md", "Makefile", "requirements.lock"]) == []


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
