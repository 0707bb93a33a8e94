"""`lowdose trial randomise`, `next`, `open`, `verify`, `unblind`: the life of a sealed list."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lowdose.cli import main as command_line
from lowdose.cli import trial_folder
from lowdose.report import files as report_files
from lowdose.trial.design.named import design_text

Run = Callable[..., tuple[int, str, str]]
PRIVATE = {"pharmacy.csv", "envelopes.csv", "secret.key"}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def carried_out(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            command_line.main(["trial", *map(str, arguments)])
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return carried_out


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    """A sealed list of six, its key apart."""
    place = tmp_path / "allocation"
    status, _, err = run(
        "randomise", "crossover", "--people", "6", "--out", place, "--key", tmp_path / "key"
    )
    assert (status, err) == (0, "")
    return place


@pytest.fixture
def minimised(run: Run, tmp_path: Path) -> Path:
    """A trial by minimisation, nobody in it, its key apart."""
    text = design_text("parallel")[0].decode()
    text = text.replace('"blocks"', '"minimisation"').replace("block_sizes = [4, 6]\n", "")
    (tmp_path / "mini.toml").write_text(text, encoding="utf-8")
    place = tmp_path / "allocation"
    status, out, _ = run(
        "randomise", tmp_path / "mini.toml", "--out", place, "--key", tmp_path / "key"
    )
    assert status == 0
    assert "person by person" in out
    return place


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def replace_in(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_everything_is_written_and_secrets_are_their_owners_only(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "a"
    _, out, _ = run("randomise", "crossover", "--out", place)

    modes = {file.name: file.stat().st_mode & 0o077 for file in place.iterdir()}
    assert set(modes) == set(trial_folder.AUDIENCES)
    assert {name for name, others in modes.items() if not others} >= PRIVATE
    assert json.loads((place / "public.json").read_text())["list_sha256"] in out
    assert len(table(place / "site.csv")) == 40


def test_those_who_treat_and_everybody_else_read_nothing_of_the_allocation(folder: Path) -> None:
    title = json.loads((folder / "public.json").read_text(encoding="utf-8"))["title"]
    for name in ("site.csv", "public.json", "labels.csv"):
        text = (folder / name).read_text(encoding="utf-8").replace(title, "")
        assert not any(word in text for word in ("LP", "PL", "placebo", "LDN", "mg"))


def test_a_list_is_drawn_once(run: Run, folder: Path) -> None:
    before = (folder / "public.json").read_bytes()
    status, _, err = run("randomise", "crossover", "--out", folder)

    assert status == 1
    assert "it is there already and stays as it is" in err
    assert (folder / "public.json").read_bytes() == before


def test_a_key_that_is_there_is_not_written_over(run: Run, folder: Path, tmp_path: Path) -> None:
    before = (tmp_path / "key").read_bytes()
    status, _, _ = run("randomise", "crossover", "--out", tmp_path / "b", "--key", tmp_path / "key")

    assert status == 1
    assert (tmp_path / "key").read_bytes() == before
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("step", range(1, 7))
def test_an_interruption_leaves_nothing_half_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Whichever of the files is being written; the last step is the folder's own name."""
    calls = {"left": step}

    def interrupted(fill: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            calls["left"] -= 1
            if not calls["left"]:
                raise KeyboardInterrupt
            return fill(*arguments)

        return counted

    monkeypatch.setattr(report_files, "_fill", interrupted(report_files._fill))
    status, _, _ = run("randomise", "crossover", "--out", tmp_path / "a", "--key", tmp_path / "key")

    assert status == 130
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_get_its_name_takes_the_key_with_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", refused)
    status, _, err = run(
        "randomise", "crossover", "--out", tmp_path / "a", "--key", tmp_path / "key"
    )

    assert status == 1
    assert "No space left" in err
    assert list(tmp_path.iterdir()) == []


def test_the_opened_list_is_proved_without_the_key(run: Run, folder: Path, tmp_path: Path) -> None:
    run("open", folder, "--key", tmp_path / "key")
    told = json.loads((folder / "public.json").read_text())["list_sha256"]
    (tmp_path / "key").unlink()
    status, out, _ = run(
        "verify", folder, "--hash", told, "--allocation", folder / "allocation.csv"
    )

    assert status == 0
    assert out.endswith(f"Unchanged: {told}\n")
    assert {row["sequence"] for row in table(folder / "allocation.csv")} == {"LP", "PL"}


def test_the_opened_list_is_what_the_pharmacy_packed(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    run("open", folder, "--key", tmp_path / "key")
    packed = {
        (row["person"], row["period"]): row["treatment"] for row in table(folder / "pharmacy.csv")
    }

    for row in table(folder / "allocation.csv"):
        assert [packed[row["person"], period] for period in ("first", "second")] == [
            row["first"],
            row["second"],
        ]


def test_an_opened_list_is_not_written_over(run: Run, folder: Path, tmp_path: Path) -> None:
    opening = ["open", folder, "--key", tmp_path / "key"]

    assert [run(*opening)[0], run(*opening)[0]] == [0, 1]


def test_a_changed_opened_list_is_found(run: Run, folder: Path, tmp_path: Path) -> None:
    run("open", folder, "--key", tmp_path / "key")
    replace_in(folder / "allocation.csv", "LP", "PL")
    status, out, _ = run("verify", folder, "--allocation", folder / "allocation.csv", "--json")

    assert status == 1
    assert "this is not what the seal holds" in json.loads(out)["wrong"][0]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("pharmacy.csv", "placebo", "LDN"),
        ("site.csv", "kit", "kat"),
        ("design.toml", "people    = 40", "people    = 41"),
        ("design.toml", "important = 1.0", "important = 2.0"),
        ("public.json", '"crossover",\n "title"', '"crossover",\n "tutle"'),
    ],
)
def test_a_changed_file_is_found_with_the_key(
    run: Run, folder: Path, tmp_path: Path, name: str, old: str, new: str
) -> None:
    replace_in(folder / name, old, new)
    status, _, _ = run("verify", folder, "--key", tmp_path / "key")

    # what people call the design in the published file is not sealed
    assert status == (0 if name == "public.json" else 1)


def test_another_hash_than_the_published_one_is_found(run: Run, folder: Path) -> None:
    status, out, _ = run("verify", folder, "--hash", "0" * 64)

    assert status == 1
    assert "The hash of this list is another one" in out


def test_tables_that_were_taken_elsewhere_are_not_missed(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    (folder / "pharmacy.csv").unlink()

    assert run("verify", folder, "--key", tmp_path / "key")[0] == 0


def test_one_person_is_unblinded_and_no_other(run: Run, folder: Path) -> None:
    code = table(folder / "envelopes.csv")[2]["code"]
    packed = [row["treatment"] for row in table(folder / "pharmacy.csv") if row["person"] == "3"]
    status, out, _ = run(
        "unblind", folder, "--person", "3", "--code", code, "--reason", "surgery, with opioids"
    )

    assert status == 0
    assert f"days 15 to 70, first: {packed[0]}" in out
    assert out.startswith("Person 3, sequence ")
    assert not any(f"Person {other}" in out for other in "12456")


def test_an_unblinding_is_written_down_without_what_was_found(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    for person in ("3", "5"):
        run("unblind", folder, "--person", person, "--key", tmp_path / "key", "--reason", "a, b")

    log = table(folder / "unblinded.csv")
    assert [(row["person"], row["reason"]) for row in log] == [("3", "a, b"), ("5", "a, b")]
    assert list(log[0]) == ["when", "person", "reason"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--person", "3", "--reason", "x", "--code", "WRONG"], "the code of this person"),
        (["--person", "9", "--reason", "x"], "a person of the list, 1 to 6"),
        (["--person", "3", "--reason", " "], "why it must be known now"),
    ],
)
def test_an_unblinding_that_fails_says_why_and_is_not_written_down(
    run: Run, folder: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    status, out, err = run("unblind", folder, "--key", tmp_path / "key", *arguments)

    assert (status, out) == (1, "")
    assert said in err
    assert not (folder / "unblinded.csv").exists()


def test_a_changed_design_unblinds_nobody(run: Run, folder: Path, tmp_path: Path) -> None:
    replace_in(folder / "design.toml", 'LP = ["ldn", "placebo"]', 'LP = ["placebo", "ldn"]')
    replace_in(folder / "design.toml", 'PL = ["placebo", "ldn"]', 'PL = ["ldn", "placebo"]')
    status, out, _ = run(
        "unblind", folder, "--person", "3", "--key", tmp_path / "key", "--reason", "x"
    )

    assert (status, out) == (1, "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "0 bytes, expected 32 bytes"),
        ("nonsense", "no key"),
        ("00" * 32, "another key"),
        (None, "a file that is there"),
    ],
)
def test_a_key_that_is_none_is_said(
    run: Run, folder: Path, tmp_path: Path, content: str | None, said: str
) -> None:
    key = tmp_path / "other"
    if content is not None:
        key.write_text(content)
    status, _, err = run("open", folder, "--key", key)

    assert status == 1
    assert said in err


def test_people_come_one_by_one_by_minimisation(run: Run, minimised: Path, tmp_path: Path) -> None:
    key = ["--key", tmp_path / "key"]
    hashes = []
    for sex in ("female", "male", "female"):
        status, out, _ = run("next", minimised, f"sex={sex}", *key, "--json")
        assert status == 0
        assert set(json.loads(out)) == {"person", "kits", "list_sha256"}
        hashes.append(json.loads(out)["list_sha256"])

    assert [row["list_sha256"] for row in table(minimised / "enrolled.csv")] == hashes
    assert [row["sex"] for row in table(minimised / "site.csv")] == ["female", "male", "female"]
    assert (minimised / "pharmacy.csv").stat().st_mode & 0o077 == 0
    assert run("verify", minimised, *key, "--hash", hashes[-1])[0] == 0
    run("open", minimised, *key)
    assert run("verify", minimised, "--allocation", minimised / "allocation.csv")[0] == 0


def test_what_was_written_of_those_who_came_cannot_be_changed(
    run: Run, minimised: Path, tmp_path: Path
) -> None:
    run("next", minimised, "sex=female", "--key", tmp_path / "key")
    replace_in(minimised / "enrolled.csv", "female", "male")
    status, _, err = run("next", minimised, "sex=male", "--key", tmp_path / "key")

    assert status == 1
    assert "do not add up" in err


def test_an_interrupted_arrival_is_put_right_by_the_next(
    run: Run, minimised: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person is written down, the tables are not yet."""

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(trial_folder, "write_tables", interrupted)
        assert run("next", minimised, "sex=female", "--key", tmp_path / "key")[0] == 130
    assert table(minimised / "site.csv") == []
    status, _, _ = run("next", minimised, "sex=male", "--key", tmp_path / "key")

    assert status == 0
    assert [row["person"] for row in table(minimised / "site.csv")] == ["01", "02"]


def test_two_people_cannot_be_added_at_the_same_time(
    run: Run, minimised: Path, tmp_path: Path
) -> None:
    (minimised / "enrolled.lock").touch()
    status, _, err = run("next", minimised, "sex=female", "--key", tmp_path / "key")

    assert status == 1
    assert "somebody else is adding a person" in err
    assert not (minimised / "enrolled.csv").exists()


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ([], "sex: nothing"),
        (["sex=x"], "one of female, male"),
        (["female"], "something like sex=female"),
        (["sex=female", "sex=male"], "each factor once"),
    ],
)
def test_an_arrival_that_cannot_be_is_said(
    run: Run, minimised: Path, tmp_path: Path, levels: list[str], said: str
) -> None:
    status, _, err = run("next", minimised, *levels, "--key", tmp_path / "key")

    assert status == 1
    assert said in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["randomise", "dose-finding", "--out", "a"], "not from chance"),
        (["randomise", "crossover", "--people", "0", "--out", "a"], "from 1 to 100000"),
        (["randomise", "crossover", "--out", "no/where"], "the folder does not exist"),
        (["verify", "nowhere"], "a file that is there"),
        (["open", "nowhere"], "a file that is there"),
        (["next", "nowhere"], "the folder that"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, err = run(*arguments)

    assert status == 1
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_a_list_that_was_drawn_has_no_next_person(run: Run, folder: Path, tmp_path: Path) -> None:
    assert "site.csv has the next place" in run("next", folder, "--key", tmp_path / "key")[2]


def test_minimisation_takes_no_number_of_people(run: Run, minimised: Path, tmp_path: Path) -> None:
    _, _, err = run("randomise", tmp_path / "mini.toml", "--people", "9", "--out", tmp_path / "b")

    assert "no number with minimisation" in err
