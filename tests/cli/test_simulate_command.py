"""`lowdose simulate`: what it prints and writes, how it ends, and that it leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray

from lowdose.cli import main as command_line

DAYS = 14
USUAL = ["simulate", "--start-mg", "1.5", "--target-mg", "1.5", "--days", str(DAYS)]
CLIMB = ["--step-mg", "1.5", "--every-days", "7"]
FEW = [*USUAL, "--people", "300"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        command_line.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


def test_words_say_first_that_it_is_a_simulation_and_what_the_record_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = run(capsys, *FEW)

    assert status == 0
    assert out.startswith("This is a simulation, not a forecast")
    assert "What the record says of it: The source pages' account; human data are thin" in out
    assert "2 weeks  1.5" in out
    assert err.startswith("Computed on ")
    assert err.endswith("double precision.\n")


def test_the_three_accounts_of_blockade_are_always_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, *FEW, "--hypothesis", "none")

    for words in ("biophase  ", "does not fit the PET", "slow dissociation", "accounts disagree"):
        assert words in out


def test_without_a_drug_effect_none_of_the_change_is_the_drugs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, *FEW, "--hypothesis", "none")

    assert "none of it by the drug" in " ".join(out.split())


def test_json_has_the_agreed_keys_and_numbers_for_every_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = run(capsys, *FEW, "--json")
    made = json.loads(out)

    assert status == 0
    assert (made["people"], made["days"], made["hypothesis"]) == (300, DAYS, "rebound")
    assert made["blockade"] == "biophase"
    assert made["daily"]["day"] == list(range(1, DAYS + 1))
    relief = made["daily"]["symptom"]
    assert set(relief) == {"median", "p05", "p95"}
    assert all(low <= high for low, high in zip(relief["p05"], relief["p95"], strict=True))


def test_the_same_seed_gives_the_same_output_and_another_gives_another(
    capsys: pytest.CaptureFixture[str],
) -> None:
    one, again, other = (run(capsys, *FEW, "--json", "--seed", seed)[1] for seed in "334")

    assert one == again
    assert one != other


def test_cite_lists_what_the_numbers_rest_on(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, *FEW, "--cite")

    assert "central_ed50_mg = 4.96 mg: PD03" in " ".join(out.split())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (["--people", "0"], "--people: 0, expected 1 to"),
        (["--people", "-3"], "--people: -3, expected 1 to"),
        ([*CLIMB, "--start-mg", "-1"], "--start-mg: -1"),
        ([*CLIMB, "--target-mg", "450"], "--target-mg: 450"),
        (["--days", "0"], "--days: 0"),
        (["--hypothesis", "magic"], "--hypothesis: 'magic', expected one of none, rebound"),
        (["--blockade", "half"], "--blockade: 'half', expected one of biophase, plasma"),
        (["--condition", "gout"], "--condition: 'gout', expected one of fibromyalgia"),
        (["--adherence", "so so"], "--adherence: 'so so', expected one of full"),
        (["--formulation", "tea"], "--formulation: 'tea', expected one of capsule"),
        (["--chart", "a.gif"], "--chart: 'a.gif', expected a file name ending in"),
        (["--netcdf", "a.txt"], "--netcdf: 'a.txt', expected a file name ending in .nc"),
        (
            ["--diaries", "a.csv", "--people", "5000"],
            "--people: 5000, expected 1 to 1000 where diaries are written",
        ),
        (["--file", "nowhere.toml"], "--file: 'nowhere.toml'"),
    ],
)
def test_bad_input_is_one_clear_error(
    capsys: pytest.CaptureFixture[str], changed: list[str], said: str
) -> None:
    status, out, err = run(capsys, *USUAL, *changed)

    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(said)


def test_nothing_to_simulate_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "simulate")

    assert (status, out) == (2, "")
    assert "Say what to simulate" in err


def test_pictures_and_files_must_be_as_many(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    one, two = tmp_path / "a.svg", tmp_path / "b.svg"
    status, _, _ = run(capsys, *FEW, "--chart", one, "--chart", two, "--picture", "stop")

    assert status == 2
    assert not list(tmp_path.iterdir())


def test_a_plan_file_is_read_without_its_safety_answers(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('template = "usual"\ndays = 84\nstrengths_mg = [1.5]\n[safety]\nage = 30\n')
    status, out, _ = run(capsys, "simulate", "--file", plan, "--days", "70", "--people", "5")

    assert status == 0
    assert "70 days, 5 people with fibromyalgia" in " ".join(out.split())


@pytest.mark.parametrize("picture", ["people", "course", "dose", "stop"])
def test_a_picture_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, picture: str
) -> None:
    path = tmp_path / "picture.svg"
    status, _, err = run(capsys, *FEW, "--chart", path, "--picture", picture)

    assert status == 0
    assert path.read_text(encoding="utf-8").startswith("<svg")
    assert f"Wrote {path}." in err


def test_assumptions_are_said_drawn_and_in_the_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "assumptions.svg"
    asked = [*FEW, "--blockade", "plasma", "--people", "5"]
    _, out, _ = run(capsys, *asked, "--assumptions", "--chart", path, "--picture", "assumptions")
    _, made, _ = run(capsys, *asked, "--assumptions", "--json")
    by = json.loads(made)["assumptions"]["by"]

    assert "What would one have to measure to know more?" in out
    assert "What would one have to measure to know more?" in path.read_text(encoding="utf-8")
    assert next(iter(by)) in {"relief_size", "release_rise", "tone_half"}
    assert all(len(one["mean_benefit_by_fifth"]) == 5 for one in by.values())


def test_assumptions_are_not_worked_out_unasked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lowdose.population.sensitivity.sensitivity", lambda *_, **__: 1 / 0)
    status, out, _ = run(capsys, *FEW, "--json")

    assert status == 0
    assert "assumptions" not in json.loads(out)


def test_netcdf_holds_what_the_json_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "found.nc"
    status, out, err = run(capsys, *FEW, "--netcdf", path, "--json")
    said = json.loads(out)["daily"]["tone_mean"]["median"]

    assert status == 0
    assert f"Wrote {path}." in err
    with xarray.open_dataset(path, engine="scipy") as made:
        assert made.tone_mean.sel(quantile=0.5).values == pytest.approx(said, rel=1e-5)


def test_diaries_can_be_checked_and_answered(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "virtual.csv"
    asked = [*USUAL, "--people", "2", "--seed", "3", "--diaries", path, "--untreated-days", "10"]
    status, _, err = run(capsys, *asked)
    first = path.read_bytes()
    run(capsys, *asked)
    checked, _, _ = run(capsys, "diary", "check", path)
    answered, out, _ = run(capsys, "answer", path, "--person", "virtual-2", "--json")

    assert (status, checked, answered) == (0, 0, 0)
    assert f"Wrote {path}." in err
    assert path.read_bytes() == first
    assert first.startswith(b"person,day,dose_mg,pain\nvirtual-1,1,0,")
    assert [level["dose_mg"] for level in json.loads(out)["levels"]] == [1.5]


def test_side_effects_stand_beside_placebo_in_words_and_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, *FEW)
    made = json.loads(run(capsys, *FEW, "--json")[1])["side_effects"]
    by = {one["event"]: one for one in made["by_dose"]}

    assert "on a placebo, going by one trial" in " ".join(out.split())
    # INNOVA, 36 of 50, by Jeffreys' prior: the median of beta(36.5, 14.5) is 0.7185.
    assert made["any_per_100"]["placebo"]["median"] == pytest.approx(71.85, abs=0.2)
    assert (by["vivid dreams"]["dose_mg"], by["vivid dreams"]["dose_tested"]) == (1.5, False)
    assert by["nausea"]["unchecked_per_100"] is None


def test_csv_and_parquet_hold_every_person_and_day_in_order(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    polars = pytest.importorskip("polars")
    csv, parquet = tmp_path / "people.csv", tmp_path / "people.parquet"
    status, _, _ = run(capsys, *FEW, "--csv", csv, "--parquet", parquet)
    one, other = polars.read_csv(csv), polars.read_parquet(parquet)

    assert status == 0
    assert one["person"].to_list() == np.repeat(np.arange(1, 301), DAYS).tolist()
    assert one["day"].to_list()[:DAYS] == list(range(1, DAYS + 1))
    assert np.allclose(one["symptom"].to_numpy(), other["symptom"].to_numpy(), rtol=1e-6)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv", "people.parquet"]


def test_the_table_agrees_with_the_summary(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    polars = pytest.importorskip("polars")
    path = tmp_path / "people.parquet"
    _, out, _ = run(capsys, *FEW, "--parquet", path, "--json")
    rows = polars.read_parquet(path).filter(polars.col("day") == DAYS)
    said = json.loads(out)["daily"]["blockade_central_max"]["median"][-1]

    assert abs(float(rows["blockade_central_max"].median()) - said) < 2e-3


def test_csv_on_standard_output_stands_there_alone(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    pytest.importorskip("polars")
    with pytest.raises(SystemExit):
        command_line.main([*FEW, "--csv", "-"])
    out = capsysbinary.readouterr().out.decode()

    assert out.startswith("person,day,naltrexone_max_ng_ml,")
    assert out.count("\n") == 1 + 300 * DAYS


@pytest.mark.parametrize("failure", [KeyboardInterrupt, RuntimeError])
def test_an_interruption_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: type[BaseException],
) -> None:
    pytest.importorskip("polars")
    kept = tmp_path / "people.csv"
    kept.write_text("what was there")

    def half(*_: Any, save: Any, **__: Any) -> None:
        save({"symptom": np.ones((DAYS, 256))}, np.arange(256))
        raise failure

    monkeypatch.setattr("lowdose.population.simulate.simulate", half)
    status, _, _ = run(capsys, *FEW, "--csv", kept, "--parquet", tmp_path / "people.parquet")

    assert status in {1, 130}
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]
    assert kept.read_text() == "what was there"


def test_a_folder_that_is_not_there_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pytest.importorskip("polars")
    status, _, err = run(capsys, *FEW, "--parquet", tmp_path / "no" / "people.parquet")

    assert status == 1
    assert "the folder does not exist" in err
