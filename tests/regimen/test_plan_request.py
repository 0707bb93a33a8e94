"""Plans from mappings and files: what is written reads back the same, and every fault shows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lowdose.errors import InputError, Refusal
from lowdose.regimen.answers import QUESTIONS
from lowdose.regimen.climb import schedule
from lowdose.regimen.plan_file import read_plan_file, write_plan_file
from lowdose.regimen.request import KEYS, PlanRequest, merged, parse_request
from lowdose.regimen.templates import TEMPLATES

TODAY = date(2026, 3, 2)
SAFE = {"opioids": "none"}


def request(**written: Any) -> PlanRequest:
    """A request, with no opioids unless said otherwise."""
    return parse_request({"safety": SAFE, **written}, today=TODAY, zone="Europe/Oslo")


def read_back(made: PlanRequest) -> PlanRequest:
    """Written as a plan file and read on another day in another place."""
    written = read_plan_file(write_plan_file(made))
    return parse_request(written, today=date(2030, 1, 1), zone="Asia/Tokyo")


FULL = {
    "start_mg": 0.5,
    "step_mg": 0.5,
    "every_days": 7,
    "target_mg": 4.5,
    "time": "morning",
    "days": 140,
    "hold": ["3:14", "2:7"],
    "step_back": ["4.5:2.25:14"],
    "split": "morning:0.4,bedtime:0.6",
    "name": 'a "name" with ø and \\',
    "source": "somebody",
    "start": date(2026, 5, 1),
    "zone": "America/New_York",
    "blinded": True,
    "patient": "No. 7",
    "liquid_mg_per_ml": 1.0,
    "syringe_ml": 10,
    "vehicle": "water",
    "storage": "room",
    "beyond_use_days": 10,
    "safety": {
        "opioids": "stopped:2025-01-05:codeine",
        "medicines": ["ibuprofen", "Toradol"],
        "checked": ["Toradol"],
        "specialist": True,
        "liver": "mild",
        "kidney": "none",
        "pregnant": "no",
        "breast_feeding": "no",
        "surgery": date(2027, 1, 1),
        "immune": "biologic",
        "thyroid": "yes",
        "age_years": 52,
        "allergy": "related",
    },
}
STEPS = [
    {"days": 7, "dose_mg": 0.5},
    {"days": 3, "dose_mg": 0, "kind": "hold"},
    {
        "days": 7,
        "intakes": [{"time": "morning", "dose_mg": 0.5}, {"time": "bedtime", "dose_mg": 1.0}],
    },
]


def test_full_plan_file_reads_back_the_same() -> None:
    made = parse_request(FULL, today=TODAY, zone="UTC")

    assert read_back(made) == made


def test_steps_written_out_read_back_the_same() -> None:
    made = request(steps=STEPS, strengths_mg=[0.5, 1.5], filler="sucrose", spare_percent=5)

    assert read_back(made) == made
    assert schedule(made.plan().regimen) == (0.5,) * 7 + (0.0,) * 3 + (1.5,) * 7


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_reads_back_as_the_same_plan(name: str) -> None:
    made = request(template=name)

    assert read_back(made).plan() == made.plan()


@given(
    numbers=some.tuples(*[some.integers(1, 3000)] * 3),
    every_days=some.integers(1, 30),
    target_days=some.integers(1, 100),
    patient=some.none() | some.text(some.characters(exclude_categories=["C", "Z"]), min_size=1),
    blinded=some.booleans(),
)
def test_any_titration_reads_back_the_same(
    numbers: tuple[int, int, int],
    every_days: int,
    target_days: int,
    patient: str | None,
    blinded: bool,
) -> None:
    start, step, more = numbers
    target = start + step * (1 + more % 9) + more % 7
    if target > 10_000:
        return
    made = request(
        start_mg=start / 1000,
        step_mg=step / 1000,
        every_days=every_days,
        target_mg=target / 1000,
        target_days=target_days,
        blinded=blinded,
        **({} if patient is None else {"patient": patient[:100]}),
    )

    assert read_back(made) == made


def test_template_numbers_can_be_changed_and_say_so() -> None:
    made = request(template="usual", target_mg="3", days="70").plan()

    assert [(step.days, step.dose_mg) for step in made.regimen.steps] == [(14, 1.5), (56, 3.0)]
    assert "Changed here: target_mg" in made.regimen.source


def test_options_replace_what_a_file_says() -> None:
    file = {"template": "usual", "strengths_mg": [1.5], "safety": {"opioids": "none"}}
    options = {"template": "slow", "liquid_mg_per_ml": "1mg/mL", "safety": {"age_years": "40"}}
    made = parse_request(merged(file, options), today=TODAY, zone="UTC")

    assert made.plan().regimen.steps[0].dose_mg == 0.5
    assert made.answers.age_years == 40
    assert made.plan().preparation is not None


def test_option_that_changes_a_saved_template_drops_its_name() -> None:
    file = read_plan_file(write_plan_file(request(template="usual")))
    made = parse_request(merged(file, {"target_mg": "3"}), today=TODAY, zone="UTC").plan()

    assert "4.5" not in made.regimen.name
    assert made.regimen.steps[-1].dose_mg == 3.0


def test_start_and_zone_default_to_what_the_caller_gives() -> None:
    made = request(template="usual")

    assert (made.start, made.zone) == (TODAY, "Europe/Oslo")


def test_medicines_none_is_an_answer() -> None:
    made = request(template="usual", safety={"opioids": "none", "medicines": ["none"]})

    assert made.answers.medicines == ()


def test_every_question_has_a_key_that_is_read() -> None:
    keys = {question.key for question in QUESTIONS}

    assert keys.isdisjoint(KEYS)


CLIMB = {"start_mg": 0.5, "step_mg": 0.5, "every_days": 7, "target_mg": 4.5}

# What is written, and what the message must say.
BROKEN: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["start_mg: not given", "target_mg: not given", "or name a template"]),
    ({"template": "usuall"}, ["'usuall'", "did you mean usual?"]),
    ({"template": 7}, ["template: 7", "text"]),
    ({**CLIMB, "target_mg": 45}, ["target_mg: 45 mg", "PR07", "did you mean 4.5 mg?"]),
    ({**CLIMB, "target_mg": 0.25}, ["at least the first dose, 0.5 mg"]),
    ({**CLIMB, "target_mg": "nan"}, ["target_mg: 'nan'", "a finite number"]),
    ({**CLIMB, "target_mg": float("inf")}, ["a finite number"]),
    ({**CLIMB, "start_mg": -0.5}, ["start_mg: -0.5 mg", "from 0.001 to 10"]),
    ({**CLIMB, "start_mg": 0}, ["start_mg: 0 mg"]),
    ({**CLIMB, "start_mg": "0,5"}, ["start_mg: '0,5'", "decimal point"]),
    ({**CLIMB, "start_mg": True}, ["start_mg: True", "a number"]),
    ({**CLIMB, "start_mg": 0.0005}, ["start_mg: 0.0005 mg"]),
    ({**CLIMB, "start_mg": 1.23456}, ["whole number of micrograms"]),
    ({**CLIMB, "step_mg": 0}, ["step_mg: 0 mg"]),
    ({**CLIMB, "step_mg": -0.5}, ["step_mg: -0.5 mg"]),
    ({**CLIMB, "step_mg": 0.001}, ["in at most 400 steps"]),
    ({**CLIMB, "every_days": 0}, ["every_days: 0", "1 to 1096"]),
    ({**CLIMB, "every_days": 7.5}, ["every_days: 7.5", "a whole number"]),
    ({**CLIMB, "every_days": 1000}, ["at most 1096 days (three years)"]),
    ({**CLIMB, "days": 30}, ["at least 57, so that the target is reached"]),
    ({**CLIMB, "days": 2000}, ["days: 2000", "three years"]),
    ({**CLIMB, "days": 100, "target_days": 7}, ["either days (in all) or target_days"]),
    ({**CLIMB, "time": "noon"}, ["time: 'noon'", "morning, midday, evening, bedtime"]),
    ({**CLIMB, "hold": ["3"]}, ["hold: '3'", "3:14"]),
    ({**CLIMB, "hold": ["3.2:7"]}, ["hold: 3.2 mg", "a dose of the climb"]),
    ({**CLIMB, "hold": ["4.5:7"]}, ["held to the end anyway"]),
    ({**CLIMB, "hold": ["3:7", "3:14"]}, ["hold: 3 mg 2 times"]),
    ({**CLIMB, "step_back": ["3:4:7"]}, ["a dose below the one stepped back from, 3 mg"]),
    ({**CLIMB, "step_back": ["3:1:0"]}, ["step_back: 0"]),
    ({**CLIMB, "split": "morning:0.4,bedtime:0.5"}, ["shares adding up to 0.9"]),
    ({**CLIMB, "split": "morning:0.5,morning:0.5"}, ["morning 2 times"]),
    ({**CLIMB, "split": "morning:0.4,bedtime"}, ["split: 'morning:0.4,bedtime'"]),
    ({**CLIMB, "split": "morning:1.5,bedtime:-0.5"}, ["morning:1.5", "bedtime:-0.5"]),
    ({**CLIMB, "start": "2026-02-30"}, ["start: '2026-02-30'", "a day that exists"]),
    ({**CLIMB, "start": "tomorrow"}, ["a day like 2026-03-02"]),
    ({**CLIMB, "start": "9999-12-30"}, ["start: 9999-12-30", "2200-01-01"]),
    ({**CLIMB, "zone": "Europe/Atlantis"}, ["zone: 'Europe/Atlantis'", "Europe/Oslo"]),
    ({**CLIMB, "zone": "../../etc/passwd"}, ["zone:", "Europe/Oslo"]),
    ({**CLIMB, "strengths_mg": []}, ["strengths_mg:", "a list"]),
    ({**CLIMB, "strengths_mg": "0.5,x"}, ["strengths_mg: '0.5,x'"]),
    ({**CLIMB, "strengths_mg": [-1]}, ["strengths in stock: -1.0 mg"]),
    ({**CLIMB, "strengths_mg": [1.5]}, ["step 1, bedtime dose: 0.5 mg", "nearest possible"]),
    ({**CLIMB, "strengths_mg": [0.5], "liquid_mg_per_ml": 1}, ["either capsules or a liquid"]),
    ({**CLIMB, "liquid_mg_per_ml": "strong"}, ["a strength like 1mg/mL"]),
    ({**CLIMB, "filler": "lactose"}, ["filler: given without", "strengths_mg beside it"]),
    ({**CLIMB, "strengths_mg": [0.5], "filler": "sand"}, ["filler"]),
    ({**CLIMB, "syringe_ml": 1}, ["syringe_ml: given without", "liquid_mg_per_ml"]),
    ({**CLIMB, "targt_mg": 4}, ["targt_mg: an unknown key", "did you mean target_mg?"]),
    ({**CLIMB, "blinded": "yes"}, ["blinded: 'yes'", "true or false"]),
    ({**CLIMB, "patient": "line\nbreak"}, ["patient:", "a line of text"]),
    ({**CLIMB, "steps": STEPS}, ["either steps written out or the numbers of a climb"]),
    ({"steps": []}, ["steps: []", "one or more"]),
    ({"steps": [{"days": 7}]}, ["step 1", "dose_mg or intakes"]),
    ({"steps": [{"days": 7, "dose_mg": 12}]}, ["step 1: 12 mg", "PR07"]),
    ({"steps": [{"days": 0, "dose_mg": 1}]}, ["step 1: 0"]),
    ({"steps": [{"days": 7, "dose_mg": 0}]}, ["at least one step with a dose"]),
    ({"steps": [{"days": 7, "dos_mg": 1}]}, ["step 1", "not dos_mg"]),
    ({"steps": [{"days": 900, "dose_mg": 1}] * 2}, ["steps: 1800 days"]),
    ({**CLIMB, "safety": {}}, ["opioids: no answer", "must never meet an opioid"]),
    ({**CLIMB, "safety": "none"}, ["safety: 'none'", "a table"]),
    ({**CLIMB, "safety": {"opioids": "some"}}, ["opioids: 'some'"]),
    ({**CLIMB, "safety": {"opioids": "stopped"}}, ["opioids: 'stopped'", "stopped:DATE"]),
    ({**CLIMB, "safety": {"opioids": "stopped:2026-13-01"}}, ["stopped:DATE"]),
    ({**CLIMB, "safety": {**SAFE, "liver": "faillure"}}, ["did you mean failure?"]),
    ({**CLIMB, "safety": {**SAFE, "age_years": 150}}, ["age_years: '150'"]),
    ({**CLIMB, "safety": {**SAFE, "opoids": "none"}}, ["did you mean opioids?"]),
    ({**CLIMB, "safety": {**SAFE, "medicines": "tramadoll"}}, ["a list of names"]),
    ({**CLIMB, "safety": {**SAFE, "medicines": ["tramadoll"]}}, ["did you mean tramadol"]),
    ({**CLIMB, "safety": {**SAFE, "specialist": "me"}}, ["specialist: 'me'"]),
]


@pytest.mark.parametrize(("written", "said"), BROKEN)
def test_broken_plan_says_what_is_wrong(written: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(InputError) as broken:
        request(**written).plan()

    for words in said:
        assert words in str(broken.value)


def test_all_faults_show_at_once() -> None:
    with pytest.raises(InputError) as broken:
        request(
            start_mg=-1,
            step_mg="x",
            every_days=0,
            target_mg=45,
            zone=7,
            safety={"opioids": "perhaps", "liver": "purple"},
        )

    places = {fault.place for fault in broken.value.faults}
    assert {"step_mg", "zone", "opioids", "liver"} <= places


BROKEN_FILES = [
    ("start_mg = ", ["TOML"]),
    ("template = usual", ["TOML", "a key looks like"]),
    (b"\xff\xfe\x00", ["not UTF-8"]),
    ("a = " + "[" * 5000, ["TOML"]),
    ("x" * 1_000_001, ["1000001 characters"]),
]


@pytest.mark.parametrize(("content", "said"), BROKEN_FILES)
def test_broken_file_says_what_is_wrong(content: str | bytes, said: list[str]) -> None:
    with pytest.raises(InputError) as broken:
        read_plan_file(content, "plan.toml")

    for words in (*said, "plan.toml"):
        assert words in str(broken.value)


def test_file_with_current_opioids_is_refused() -> None:
    with pytest.raises(Refusal, match="SA11"):
        request(template="usual", safety={"opioids": "current"}).plan()
