"""The other forms: long, aggregate, REDCap, FHIR; and the sidecar."""

import io
import json

import numpy as np
import pytest

from lowdose.diary.entries import Direction, Kind
from lowdose.diary.options import ReadOptions
from lowdose.diary.read import read_diaries, read_diary
from lowdose.diary.sidecar import parse_sidecar
from lowdose.errors import InputError

REDCAP = (
    b"record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,"
    b"redcap_data_access_group,sex,diary_date,dose_mg,pain,adverse___1,adverse___2,diary_complete\n"
    b"7,baseline_arm_1,,,clinic_a,,,,,,,\n"
    b"7,treatment_arm_1,diary,1,clinic_a,,2026-02-18,0,6,0,0,2\n"
    b"7,treatment_arm_1,diary,2,clinic_a,,2026-02-19,4.5,5,1,1,2\n"
)


def test_long_form_gathers_the_symptoms_of_a_day() -> None:
    diary = read_diary(b"day,symptom,value\n1,pain,6\n1,fatigue,5\n2,pain,4\n")

    assert diary.ratings["pain"].tolist() == [6.0, 4.0]
    assert diary.ratings["fatigue"][0] == 5.0
    assert np.isnan(diary.ratings["fatigue"][1])


def test_long_form_reads_each_symptom_on_its_own_scale() -> None:
    options = ReadOptions(scale={"mood": (0, 100)})
    diary = read_diary(b"day,item,value\n1,pain,6\n1,mood,70\n", options=options)

    assert diary.symptoms["mood"].high == 100.0
    assert diary.symptoms["pain"].high == 10.0


def test_aggregate_form_keeps_cycles_and_days() -> None:
    diary = read_diary(b"cycle,treatment,days,pain\n1,a,14,5.5\n1,b,13,4\n2,b,14,4.2\n2,a,,5\n")

    assert diary.day.tolist() == [1.0, 1.0, 2.0, 2.0]
    assert diary.treatment == ("a", "b", "b", "a")
    assert diary.days_averaged[:3].tolist() == [14.0, 13.0, 14.0]
    assert np.isnan(diary.days_averaged[3])


def test_daily_form_has_no_days_averaged() -> None:
    assert read_diary(b"day,pain\n1,4\n").days_averaged is None


def test_redcap_export_is_read() -> None:
    options = ReadOptions(ignore=("sex",), adverse_terms={"1": "headache", "2": "nausea"})
    diary = read_diary(REDCAP, options=options)

    assert diary.person == "7"
    assert diary.dose_mg.tolist() == [0.0, 4.5]
    assert diary.ratings["pain"].tolist() == [6.0, 5.0]
    assert diary.adverse == ((), ("headache", "nausea"))


def test_redcap_rows_of_other_forms_are_left_out_with_a_note() -> None:
    diary = read_diary(REDCAP, options=ReadOptions(symptoms=("pain",)))

    assert len(diary) == 2
    assert "REDCap rows without a diary entry left out: 1." in diary.notes


def test_redcap_columns_of_its_own_are_noted_as_unread() -> None:
    diary = read_diary(REDCAP, options=ReadOptions(symptoms=("pain",)))

    unread = next(note for note in diary.notes if note.startswith("Columns not read"))
    assert "diary_complete" in unread
    assert "redcap_data_access_group" in unread


def test_unnamed_redcap_checkbox_is_kept_by_its_code_and_noted() -> None:
    diary = read_diary(REDCAP, options=ReadOptions(symptoms=("pain",)))

    assert diary.adverse[1] == ("1", "2")
    assert any("checkbox adverse___1 has no name here" in note for note in diary.notes)


def _observation(symptom: str, moment: str, value: float) -> dict[str, object]:
    return {
        "resource": {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"display": symptom}]},
            "effectiveDateTime": moment,
            "valueQuantity": {"value": value},
        }
    }


def test_fhir_bundle_is_read_by_local_day() -> None:
    entries = [
        _observation("pain", "2026-02-18T23:30:00-08:00", 6),
        _observation("fatigue", "2026-02-18T23:31:00-08:00", 5),
        _observation("pain", "2026-02-19T23:30:00-08:00", 4.5),
        {"resource": {"resourceType": "Patient"}},
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    diary = read_diary(json.dumps(bundle).encode())

    assert [str(each) for each in diary.dates] == ["2026-02-18", "2026-02-19"]
    assert diary.ratings["pain"].tolist() == [6.0, 4.5]
    assert any("left out: 1 Patient" in note for note in diary.notes)


def test_open_file_is_read_like_its_bytes() -> None:
    assert len(read_diary(io.BytesIO(b"day,pain\n1,4\n"))) == 1


SIDECAR = b"""
blinded = true
[columns]
treatment = "condition"
ignore = ["note"]
[symptoms.mood]
scale = [0, 100]
direction = "higher_is_better"
instrument = "slider"
[symptoms.attacks]
kind = "count"
"""


def test_sidecar_beside_the_file_is_read(tmp_path) -> None:
    (tmp_path / "d.csv").write_bytes(b"day,condition,mood,attacks,note\n1,melatonin,70,3,late\n")
    (tmp_path / "d.toml").write_bytes(SIDECAR)
    diary = read_diary(tmp_path / "d.csv")

    assert diary.blinded is True
    assert diary.treatment == ("melatonin",)
    assert diary.symptoms["mood"].direction is Direction.HIGHER_IS_BETTER
    assert diary.symptoms["mood"].instrument == "slider"
    assert diary.symptoms["attacks"].kind is Kind.COUNT


def test_options_win_over_the_sidecar(tmp_path) -> None:
    (tmp_path / "d.csv").write_bytes(b"day,pain\n1,4\n")
    (tmp_path / "d.toml").write_bytes(b"blinded = true\n[symptoms.pain]\nscale = [0, 100]\n")
    diary = read_diary(tmp_path / "d.csv", options=ReadOptions(blinded=False, scale=(0, 10)))

    assert diary.blinded is False
    assert diary.symptoms["pain"].high == 10.0


BROKEN_SIDECARS = {
    "unknown_key": (b"blindet = true", "blindet: 'blindet', expected a known setting; did you"),
    "wrong_type": (b"blinded = 'yes'", "blinded: 'yes', expected true or false"),
    "scale_upside_down": (b"scale = [10, 0]", "scale: '[10, 0]', expected two numbers like [0"),
    "direction": (b"direction = 'up'", "direction: 'up', expected lower_is_better or higher"),
    "unknown_role": (b"[columns]\ndosis = 'x'", "columns.dosis: 'dosis', expected a known setting"),
    "symptom_key": (
        b"[symptoms.pain]\nscales = [0, 5]",
        "symptoms.pain.scales: 'scales', expected",
    ),
    "symptom_no_table": (b"[symptoms]\npain = 5", "symptoms.pain: '5', expected a table"),
    "not_toml": (b"blinded = ", "content: Invalid value"),
    "not_text": (b"\xff\xfe", "expected a sidecar file in TOML"),
}


@pytest.mark.parametrize("name", BROKEN_SIDECARS)
def test_broken_sidecar_is_refused_with_its_message(name: str) -> None:
    data, says = BROKEN_SIDECARS[name]
    with pytest.raises(InputError) as caught:
        parse_sidecar(data, "diary.toml")

    assert says in str(caught.value)


def test_people_with_different_symptoms_keep_their_own() -> None:
    people = read_diaries(b"participant,day,item,value\n1,1,pain,3\n2,1,fatigue,4\n")

    assert [list(diary.ratings) for diary in people] == [["pain"], ["fatigue"]]
