"""What the command line loads before it has something to compute: nearly nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("arviz_base", "blackjax", "jax", "numpy", "rich", "scipy", "typst", "xarray")


def loaded_by(*arguments: str) -> set[str]:
    """The top-level packages in memory after a command has run in a new process."""
    program = (
        "import sys\n"
        "from lowdose.cli.main import main\n"
        "try:\n"
        f"    main({list(arguments)!r})\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code\n"
        "print('loaded:', *sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("loaded:")[2].split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_and_version_load_nothing_heavy(arguments: list[str]) -> None:
    assert loaded_by(*arguments).isdisjoint(HEAVY)


@pytest.mark.parametrize(
    "command", ["plan", "simulate", "diary", "answer", "pool", "trial", "serve", "doctor"]
)
def test_help_of_a_command_loads_no_jax(command: str) -> None:
    assert "jax" not in loaded_by(command, "--help")


def test_a_plan_loads_no_jax() -> None:
    plan = ["plan", "--template", "usual", "--opioids", "none", "--start", "2026-03-02"]

    assert loaded_by(*plan).isdisjoint({"jax", "scipy", "blackjax"})


def test_importing_the_package_loads_nothing_heavy() -> None:
    program = "import sys, lowdose; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert {name.partition(".")[0] for name in done.stdout.split()}.isdisjoint(HEAVY)
