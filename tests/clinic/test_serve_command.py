"""`lowdose serve` where it cannot listen: said in our words, before anything is made."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from lowdose.cli.main import main
from lowdose.cli.serve import command


def said_of(
    folder: Path, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[object, list[str]]:
    """Exit status and the lines that a person reads."""
    with pytest.raises(SystemExit) as left:
        main(["serve", "--folder", str(folder), *options])
    return left.value.code, capsys.readouterr().err.splitlines()


def test_a_port_in_use_is_said_in_one_line_and_no_folder_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        status, lines = said_of(tmp_path / "clinic", capsys, "--port", str(port))

    assert (status, len(lines)) == (1, 1)
    assert f"{port}, in use by another program, expected a port that nobody uses" in lines[0]
    assert "name another port, as --port" in lines[0]
    assert not (tmp_path / "clinic").exists()


@pytest.mark.parametrize("host", ["203.0.113.1", "nowhere.invalid", "x" * 80])
def test_an_address_of_another_machine_is_said_in_one_line(
    host: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, lines = said_of(tmp_path / "clinic", capsys, "--host", host)

    assert (status, len(lines)) == (1, 1)
    assert f"--host: '{host}', expected an address of this machine" in lines[0]
    assert not (tmp_path / "clinic").exists()


@pytest.mark.parametrize(("processors", "processes"), [(1, 2), (3, 3), (64, 16)])
def test_there_is_a_web_process_for_each_processor_that_may_be_used(
    processors: int, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(processors)))

    chosen = command.make_context("serve", ["--folder", "clinic"]).params["workers"]

    assert chosen == processes
