"""`lowdose diary`: check, convert, template."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lowdose.cli.diary import command
from lowdose.cli.reading import options_from
from lowdose.diary.entries import Direction, Kind
from lowdose.errors import InputError

DIARY = b"date,dose_mg,pain\n2026-02-18,0,6\n2026-02-19,4.5,5\n"


def _run(*arguments: str, given: bytes | None = None):
    return CliRunner().invoke(command, arguments, input=given, catch_exceptions=True)


def test_check_says_what_was_understood() -> None:
    result = _run("check", "-", given=DIARY)

    assert result.exit_code == 0
    assert "2 days, 2026-02-18 to 2026-02-19" in result.stdout
    assert "pain: 2 ratings (rating, 0 to 10, lower is better)" in result.stdout
    assert "doses: 0 mg on 1 day, 4.5 mg on 1 day" in result.stdout


def test_check_json_is_one_object() -> None:
    result = _run("check", "-", "--json", given=DIARY)

    person = json.loads(result.stdout)["people"][0]
    assert person["rows"] == 2
    assert person["dose_mg"] == {"0": 1, "4.5": 1}
    assert person["symptoms"]["pain"]["scale"] == [0.0, 10.0]


def test_faulty_file_ends_in_an_input_error() -> None:
    result = _run("check", "-", given=b"day,pain\n1,eleven\n")

    assert isinstance(result.exception, InputError)
    assert "standard input: row 2, column pain: 'eleven'" in str(result.exception)


def test_reading_options_reach_the_reader() -> None:
    given = b"day,mood,note\n1,70,late\n"
    result = _run(
        *("check", "-", "--scale", "mood=0-100", "--direction", "higher", "--ignore", "note"),
        given=given,
    )

    assert "mood: 1 rating (rating, 0 to 100, higher is better)" in result.stdout


def test_convert_writes_the_file_and_its_sidecar(tmp_path: Path) -> None:
    out = tmp_path / "long.csv"
    result = _run("convert", "-", "--to", "long", "-o", str(out), given=DIARY)

    assert result.exit_code == 0
    assert out.read_bytes().startswith(b"date,dose_mg,symptom,value\n2026-02-18,0,pain,6\n")
    assert "scale = [0.0, 10.0]" in out.with_suffix(".toml").read_text()


def test_convert_to_standard_output_writes_nothing_else_there() -> None:
    result = _run("convert", "-", "--to", "wide", "-o", "-", given=DIARY)

    assert result.stdout.encode() == DIARY


def test_template_is_an_empty_diary() -> None:
    result = _run("template", "--start", "2026-02-18", "--days", "2", "--symptom", "pain")

    assert result.stdout == "date,dose_mg,pain,adverse\n2026-02-18,,,\n2026-02-19,,,\n"


def test_template_refuses_what_is_no_date() -> None:
    result = _run("template", "--start", "tomorrow")

    assert "--start: 'tomorrow', expected a date like 2026-02-18" in str(result.exception)


def test_typed_options_are_parsed() -> None:
    options = options_from(
        column=["treatment=condition"], scale=["-5 to 5"], kind=["attacks=count"], blinded=True
    )

    assert options.columns == {"treatment": "condition"}
    assert options.scale == {"*": (-5.0, 5.0)}
    assert options.kind == {"attacks": Kind.COUNT}
    assert options_from(direction=["higher"]).direction == {"*": Direction.HIGHER_IS_BETTER}


@pytest.mark.parametrize(
    ("option", "text"),
    [
        *(("scale", "10-0"), ("scale", "ten"), ("direction", "mood=up")),
        *(("kind", "pain=colour"), ("column", "date"), ("where", "=A")),
    ],
)
def test_option_that_cannot_be_understood_is_refused(option: str, text: str) -> None:
    with pytest.raises(InputError, match=f"--{option}"):
        options_from(**{option: [text]})


def test_a_folder_is_no_diary() -> None:
    result = _run("check", ".")

    assert isinstance(result.exception, InputError)


def test_template_asks_only_for_symptoms_that_are_better_when_lower() -> None:
    result = _run("template", "--start", "2026-03-02", "--days", "1")

    assert result.stdout.splitlines()[0] == "date,dose_mg,pain,fatigue,poor sleep,adverse"
