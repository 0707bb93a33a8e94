"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lowdose.errors import OutputError
from lowdose.report.files import write_whole


def test_text_is_written_as_utf8_with_newlines_kept(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", "≥ 30 %\n")
    assert (tmp_path / "a.txt").read_bytes() == "≥ 30 %\n".encode()


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.pdf", b"\x00\xff")
    assert (tmp_path / "a.pdf").read_bytes() == b"\x00\xff"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupted_write_keeps_the_old_file_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    target = tmp_path / "answer.html"
    target.write_text("old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(target, "new")

    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["answer.html"]


def test_a_full_disk_is_told_and_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "answer.html"
    target.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_whole(target, "new")
    assert target.read_text() == "old"


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="folder does not exist"):
        write_whole(tmp_path / "none" / "a.txt", "x")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="this is a folder"):
        write_whole(tmp_path, "x")


def test_a_path_through_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="a file, not a folder"):
        write_whole(tmp_path / "file" / "a.txt", "x")


def test_a_read_only_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)  # chmod would not stop the administrator
    with pytest.raises(OutputError, match="not allowed here"):
        write_whole(tmp_path / "a.txt", "x")


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_read_only_file_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    target.chmod(0o444)
    with pytest.raises(OutputError, match="not allowed here"):
        write_whole(target, "new")
    assert target.read_text() == "old"


def test_a_name_with_a_null_character_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="not a usable file name"):
        write_whole(f"{tmp_path}/a\0b", "x")


def test_permissions_of_the_old_file_stay(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    target.chmod(0o600)
    write_whole(target, "new")
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_symbolic_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    write_whole(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


def test_a_device_is_written_straight_to() -> None:
    write_whole("/dev/null", "x")
    assert not Path("/dev/null").is_file()


def test_a_very_long_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="could not be written"):
        write_whole(tmp_path / ("a" * 300), "x")
