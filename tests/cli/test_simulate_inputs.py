"""What `lowdose simulate` takes in besides templates: split doses, doses beyond low, data sets."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from lowdose.cli import main as command_line
from lowdose.mechanism.events_read import read_events
from lowdose.mechanism.events_regimen import regimen_of_events
from lowdose.regimen.climb import regimen_of, schedule
from lowdose.regimen.templates import TEMPLATES

DAYS = ["--start-mg", "3", "--target-mg", "3", "--days", "7", "--people", "5"]
DATA = '# a study\nid,TIME,AMT,II,ADDL,WT,note\n1,0,4.50,24,6,70,"a, b"\n1,30.0,.,.,.,70,\n'
OURS = ["naltrexone_ng_ml", "naltrexol_ng_ml", "blockade_central"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        command_line.main(["simulate", *(str(argument) for argument in arguments)])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "doses.csv"
    path.write_text(DATA, encoding="utf-8")
    return path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_split_doses_are_simulated_at_their_hours(capsys: pytest.CaptureFixture[str]) -> None:
    split = [*DAYS, "--split", "morning:0.4,bedtime:0.6"]
    status, out, _ = run(capsys, *split, "--json")
    made = json.loads(out)
    whole = json.loads(run(capsys, *DAYS, "--json")[1])

    assert status == 0
    assert made["intakes"]["hours"] == [0, 13.5]
    assert made["intakes"]["doses_mg"][0] == pytest.approx([1.2, 1.8])
    assert made["doses_mg"] == whole["doses_mg"] == [3.0] * 7
    high = "naltrexone_max_ng_ml"
    assert made["typical"][high][-1] < 0.7 * whole["typical"][high][-1]


def test_the_words_say_when_the_parts_of_a_day_are_taken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, *DAYS, "--split", "morning,midday,bedtime")

    assert "due 0, 4.5 and 13.5 hours after the first" in " ".join(out.split())


def test_doses_beyond_low_are_simulated_and_said_to_be_simulated_only(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = run(capsys, "--doses", "50:3,0:4", "--people", "5")
    said = " ".join(out.split())

    assert status == 0
    assert "Beyond low dose: up to 50 mg a day" in said
    assert "simulated only" in said
    assert "50 mg a day for 3 days, then nothing for 4 days; 7 days, 5 people" in said
    assert "on the last day, after 4 days without a dose" in said


@pytest.mark.parametrize(("doses", "beyond"), [("10:2", False), ("10.001:1,1:1", True)])
def test_json_says_whether_doses_are_beyond_low(
    capsys: pytest.CaptureFixture[str], doses: str, beyond: bool
) -> None:
    _, out, _ = run(capsys, "--doses", doses, "--people", "2", "--json")

    assert json.loads(out)["beyond_low_dose"] is beyond
    plain, _, _ = run(capsys, "--doses", doses, "--people", "2")
    assert plain == 0


def test_doses_given_twice_follow_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--doses", "50:1", "--doses", "0:1,1000:1", "--people", "2", "--json")

    assert json.loads(out)["doses_mg"] == [50.0, 0.0, 1000.0]


@pytest.mark.parametrize("picture", ["people", "course", "first-days", "dose", "stop"])
def test_every_picture_can_be_made_of_doses_beyond_low(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, picture: str
) -> None:
    path = tmp_path / "picture.svg"
    given = ["--doses", "50:3,0:2", "--people", "3", "--chart", path, "--picture", picture]

    assert run(capsys, *given)[0] == 0
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "nan" not in text.lower().replace("nanometre", "")


@pytest.mark.parametrize(
    ("doses", "said"),
    [
        ("", "--doses, part 1: '', expected MG:DAYS"),
        ("50", "--doses, part 1: '50', expected MG:DAYS"),
        ("50:", "--doses, part 1: '', expected a whole number of days"),
        ("-1:28", "--doses, part 1: -1 mg, expected 0, or 0.001 to 1000 mg a day"),
        ("nan:28", "--doses, part 1: 'nan', expected 0, or 0.001 to 1000 mg"),
        ("1e-9:28", "--doses, part 1: 1e-09 mg, expected 0, or 0.001"),
        ("1001:1", "--doses, part 1: 1001 mg"),
        ("1e999:1", "--doses, part 1: '1e999'"),
        ("50:1.5", "--doses, part 1: '1.5', expected a whole number of days, 1 to 3660"),
        ("50:0", "--doses, part 1: 0 days"),
        ("50:1e12", "--doses, part 1: 1e+12 days"),
        ("0:14", "--doses: no dose at all"),
        ("50:3660,50:1", "--doses: 3661 days, expected at most 3660"),
    ],
)
def test_doses_that_make_no_sense_are_refused(
    capsys: pytest.CaptureFixture[str], doses: str, said: str
) -> None:
    status, out, err = run(capsys, "--doses", doses)

    assert (status, out) == (1, "")
    assert err.startswith(said)


def test_every_bad_part_is_said_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = run(capsys, "--doses", "2000:3,50:-3,x:y")

    places = [line.partition(":")[0] for line in err.splitlines()]
    assert places == [f"--doses, part {part}" for part in (1, 2, 3, 3)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--doses", "50:3", "--template", "usual", "--days", "9"], "leave out --template, --days"),
        (["--doses", "50:3", "--split", "morning,bedtime"], "leave out --split"),
        (["--doses", "50:3", "--file", "plan.toml"], "leave out --file"),
        (["--events", "a.csv", "--template", "usual"], "leave out --template"),
        (["--events", "a.csv", "--doses", "50:3", "--adherence", "usual"], "--doses, --adherence"),
        (["--events", "a.csv", "--chart", "a.svg"], "leave out --chart"),
        (["--events", "a.csv", "--events-out", "a.csv"], "would write over --events"),
        (["--events", "a.csv", "--events-out", "-", "--json"], "a place of its own"),
        (["--events-out", "a.csv"], "--events-out needs --events"),
        ([*DAYS, "--write-events", "-", "--json"], "a place of its own"),
        ([*DAYS, "--write-events", "a.csv", "--csv", "a.csv"], "a place of its own"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(
    capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    status, out, err = run(capsys, *given)

    assert (status, out) == (2, "")
    assert said in err


def test_predictions_stand_behind_the_columns_of_the_file(
    capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path
) -> None:
    status, out, err = run(capsys, "--events", data, "--events-out", tmp_path / "out.csv")
    made = (tmp_path / "out.csv").read_text(encoding="utf-8")

    assert status == 0
    assert made.splitlines()[0] == "id,TIME,AMT,II,ADDL,WT,note," + ",".join(OURS)
    first, second = rows(made)
    assert (first["AMT"], first["note"], second["TIME"]) == ("4.50", "a, b", "30.0")
    assert [first[name] for name in OURS] == ["0", "0", "0"]
    assert float(second["blockade_central"]) > 0.3
    assert out.startswith("These are predictions of a model, not measurements. 2 records of")
    assert f"Wrote {tmp_path / 'out.csv'}." in err


def test_with_people_every_record_has_quantiles_in_their_order(
    capsys: pytest.CaptureFixture[str], data: Path
) -> None:
    _, out, _ = run(capsys, "--events", data, "--events-out", "-", "--people", "300")

    for row in rows(out):
        for name in OURS:
            low, middle, high = (
                float(row[f"{name}_{share}"]) for share in ("p05", "median", "p95")
            )
            assert low <= middle <= high
            assert low <= float(row[name]) <= high


def test_the_same_seed_gives_the_same_table_and_another_gives_another(
    capsys: pytest.CaptureFixture[str], data: Path
) -> None:
    given = ["--events", data, "--events-out", "-", "--people", "50"]
    one, again, other = (run(capsys, *given, "--seed", seed)[1] for seed in "334")

    assert one == again
    assert one != other


def test_the_summary_as_json_is_one_object(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    status, out, _ = run(capsys, "--events", data, "--json", "--blockade", "plasma")
    made = json.loads(out)

    assert (status, made["blockade"], made["records"], made["people"]) == (0, "plasma", 2, 0)
    (person,) = made["persons"]
    assert (person["id"], person["doses"], person["amount_mg"]) == ("1", 7, 31.5)
    assert person["weight_kg"] == 70


def test_a_tablet_in_a_data_set_is_said_to_be_beyond_low_dose(
    capsys: pytest.CaptureFixture[str], data: Path
) -> None:
    data.write_text(DATA.replace("4.50", "50"), encoding="utf-8")

    assert "Beyond low dose" in run(capsys, "--events", data)[1]


def test_every_fault_of_a_data_set_is_told_at_once_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path
) -> None:
    data.write_text(
        "ID,TIME,AMT,CMT,WT\n1,5,3,9,70\n1,2,-3,1,70\n1,6,1,1,700\n1,nan,1,1,70\n", encoding="utf-8"
    )
    status, out, err = run(capsys, "--events", data, "--events-out", tmp_path / "out.csv")

    assert (status, out) == (1, "")
    assert err.splitlines()[0] == f"{data}: 5 faults"
    places = [line.partition(":")[0] for line in err.splitlines()[1:]]
    assert sorted(places) == [
        "row 2, column CMT",
        "row 3, column AMT",
        "row 3, column TIME",
        "row 4, column WT",
        "row 5, column TIME",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["doses.csv"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "header: nothing, expected a column ID"),
        ("ID,AMT\n1,3\n", "header: ID, AMT, expected a column TIME"),
        ("ID,TIME,AMT\n", "header: no rows below it"),
        ("ID,TIME,AMT,time\n1,0,3,0\n", "header: TIME more than once"),
        ("ID,TIME,AMT,blockade_central\n1,0,3,1\n", "header: blockade_central, expected no column"),
        ("ID,TIME\n1,0\n", "column AMT: no dose at all"),
    ],
)
def test_a_file_that_is_no_data_set_is_refused(
    capsys: pytest.CaptureFixture[str], data: Path, text: str, said: str
) -> None:
    data.write_text(text, encoding="utf-8")
    status, out, err = run(capsys, "--events", data)

    assert (status, out) == (1, "")
    assert said in err


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (["--people", "0"], "--people: 0, expected 1 or more"),
        (["--people", "-5"], "--people: -5"),
        (["--people", "100000000"], "--people: 100000000, expected 1 to 1,000,000"),
        (["--blockade", "x"], "--blockade: 'x', expected one of"),
        (["--formulation", "tea"], "--formulation: 'tea', expected one of"),
        (["--hypothesis", "magic"], "--hypothesis: 'magic', expected one of"),
        (["--events-out", "no/such/out.csv"], "the folder does not exist"),
        (["--events", "nowhere.csv"], "--events: 'nowhere.csv', expected a CSV file"),
        (["--events", ""], "--events: '', expected a CSV file"),
    ],
)
def test_bad_choices_beside_a_data_set_are_one_clear_error(
    capsys: pytest.CaptureFixture[str], data: Path, changed: list[str], said: str
) -> None:
    status, out, err = run(capsys, "--events", data, *changed)

    assert (status, out, err.count("\n")) == (1, "", 1)
    assert said in err


def test_a_regimen_is_written_as_a_data_set_that_gives_it_back(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "usual.csv"
    status, out, err = run(capsys, "--template", "usual", "--people", "2", "--write-events", path)
    back = regimen_of_events(read_events(path).records)

    assert status == 0
    assert f"Wrote {path}." in err
    assert out.startswith("This is a simulation")
    assert schedule(back) == schedule(regimen_of(TEMPLATES["usual"]))


def test_a_data_set_on_standard_output_stands_there_alone_and_can_be_predicted_for(
    capsys: pytest.CaptureFixture[str], data: Path
) -> None:
    _, out, _ = run(capsys, "--doses", "50:28,0:14", "--people", "2", "--write-events", "-")
    data.write_text(out, encoding="utf-8")
    status, said, _ = run(capsys, "--events", data, "--json")

    assert out.startswith("ID,TIME,EVID,AMT,CMT,")
    assert status == 0
    assert json.loads(said)["persons"][0]["amount_mg"] == 28 * 50
