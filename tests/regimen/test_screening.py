"""The safety questions: every answer has its level, its reason and its source."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lowdose.errors import InputError, Refusal
from lowdose.regimen.answers import QUESTIONS, parse_answers
from lowdose.regimen.medicine_names import NAMES, MedicineKind
from lowdose.regimen.medicines import near_opioid, recognise
from lowdose.regimen.plan import Plan, plan
from lowdose.regimen.safety import Level, SafetyFinding, Screening
from lowdose.regimen.screening import screen
from lowdose.regimen.templates import find_template

START = date(2026, 3, 2)
LAST = date(2026, 5, 24)

LEVELS = [
    ("opioids", "none", Level.PROCEED, "SA10"),
    ("opioids", "current", Level.DO_NOT_START, "SA11"),
    # 7 to 10 days after short-acting opioids: the last day too short, the first long enough.
    ("opioids", "stopped:2026-02-21:codeine", Level.DO_NOT_START, "SA10"),
    ("opioids", "stopped:2026-02-20:codeine", Level.CAUTION, "SA10"),
    # Two weeks after methadone and buprenorphine, and where nobody knows which one it was.
    ("opioids", "stopped:2026-02-17:methadone", Level.DO_NOT_START, "two weeks"),
    ("opioids", "stopped:2026-02-16:buprenorphine", Level.CAUTION, "two weeks"),
    ("opioids", "stopped:2026-02-17", Level.DO_NOT_START, "two weeks"),
    ("opioids", "stopped:2026-02-16", Level.CAUTION, "two weeks"),
    ("opioids", "stopped:2026-02-17:wonder drug", Level.DO_NOT_START, "two weeks"),
    ("opioids", "stopped:2026-04-01:codeine", Level.DO_NOT_START, "SA10"),
    ("opioids", "stopped:2025-03-01:sublocade", Level.DO_NOT_START, "assumption"),
    ("liver", "none", Level.PROCEED, "SA11"),
    ("liver", "mild", Level.CAUTION, "SA12"),
    ("liver", "cirrhosis", Level.DO_NOT_START, "PK27"),
    ("liver", "acute-hepatitis", Level.DO_NOT_START, "SA11"),
    ("liver", "failure", Level.DO_NOT_START, "SA11"),
    ("kidney", "none", Level.PROCEED, "SA11"),
    ("kidney", "mild", Level.PROCEED, "SA11"),
    ("kidney", "moderate", Level.CAUTION, "psychopharmacopeia.com"),
    ("kidney", "severe", Level.CAUTION, "severe renal dysfunction"),
    ("pregnant", "no", Level.PROCEED, "SA11"),
    ("pregnant", "yes", Level.DO_NOT_START, "SA14"),
    ("pregnant", "planned", Level.DO_NOT_START, "SA24"),
    ("breast_feeding", "no", Level.PROCEED, "SA11"),
    ("breast_feeding", "yes", Level.DO_NOT_START, "SA24"),
    ("surgery", "none", Level.PROCEED, "SA11"),
    ("surgery", "planned", Level.CAUTION, "SA07"),
    ("surgery", "2026-03-10", Level.CAUTION, "SA07"),
    ("surgery", "2026-04-20", Level.CAUTION, "SA08"),
    ("surgery", "2026-12-01", Level.CAUTION, "SA09"),
    ("surgery", "2026-02-25", Level.CAUTION, "SA10"),
    ("surgery", "2025-12-01", Level.PROCEED, "SA11"),
    ("immune", "none", Level.PROCEED, "SA11"),
    ("immune", "immunosuppressant", Level.CAUTION, "assumption"),
    ("immune", "biologic", Level.CAUTION, "assumption"),
    ("immune", "transplant", Level.DO_NOT_START, "PR12"),
    ("thyroid", "no", Level.PROCEED, "SA11"),
    ("thyroid", "yes", Level.CAUTION, "10.1186/s12902-020-00630-4"),
    ("age_years", "17", Level.DO_NOT_START, "under 18"),
    ("age_years", "18", Level.PROCEED, "SA11"),
    ("allergy", "none", Level.PROCEED, "SA11"),
    ("allergy", "related", Level.CAUTION, "SA11"),
    ("allergy", "naltrexone", Level.DO_NOT_START, "SA11"),
    ("allergy", "ingredient", Level.DO_NOT_START, "SA11"),
]

MEDICINES = [
    ("Tramadol 50 mg", Level.DO_NOT_START),
    ("CO-CODAMOL 30/500", Level.DO_NOT_START),
    ("oxycodone/acetaminophen", Level.DO_NOT_START),
    ("Suboxone", Level.DO_NOT_START),
    ("kratom tea", Level.DO_NOT_START),
    ("Targin", Level.DO_NOT_START),
    ("Lomotil", Level.DO_NOT_START),
    ("Contrave", Level.DO_NOT_START),
    ("loperamide", Level.CAUTION),
    ("Delsym", Level.CAUTION),
    ("thioridazine", Level.CAUTION),
    ("Humira", Level.CAUTION),
    ("methotrexate", Level.CAUTION),
    ("Levothyroxine", Level.CAUTION),
    ("vitamin D", Level.PROCEED),
    ("ibuprofen", Level.PROCEED),
]


def found(key: str, answer: str, *, specialist: bool = False) -> SafetyFinding:
    """The finding that one answer leads to."""
    texts = {"opioids": "none", key: answer}
    answers = parse_answers(texts, specialist=specialist)
    findings = screen(answers, start=START, last=LAST).findings
    return next(finding for finding in findings if finding.question == key)


@pytest.mark.parametrize(("key", "answer", "level", "source"), LEVELS)
def test_answer_has_its_level_reason_and_source(
    key: str, answer: str, level: Level, source: str
) -> None:
    finding = found(key, answer)

    assert finding.level is level
    assert source in finding.source
    assert len(finding.reason) > 20


@pytest.mark.parametrize(("name", "level"), MEDICINES)
def test_medicine_has_its_level(name: str, level: Level) -> None:
    answers = parse_answers({"opioids": "none"}, medicines=(name,))
    finding = screen(answers, start=START, last=LAST).findings[1]

    assert (finding.question, finding.answer, finding.level) == ("medicine", name, level)
    assert finding.reason
    assert finding.source


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("liver", "cirrhosis"),
        ("pregnant", "yes"),
        ("breast_feeding", "yes"),
        ("immune", "transplant"),
        ("age_years", "12"),
    ],
)
def test_specialist_turns_a_refusal_into_a_caution(key: str, answer: str) -> None:
    assert found(key, answer, specialist=True).level is Level.CAUTION


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("opioids", "current"),
        ("opioids", "stopped:2026-03-01"),
        ("liver", "acute-hepatitis"),
        ("liver", "failure"),
        ("allergy", "naltrexone"),
    ],
)
def test_no_specialist_lifts_what_the_label_forbids(key: str, answer: str) -> None:
    assert found(key, answer, specialist=True).level is Level.DO_NOT_START


def test_too_short_an_interval_names_the_earliest_start() -> None:
    assert "2026-03-03" in found("opioids", "stopped:2026-02-17").action


def test_surgery_inside_the_plan_names_the_day_to_stop() -> None:
    action = found("surgery", "2026-04-20").action

    assert "falls into this plan" in action
    assert str(date(2026, 4, 20) - timedelta(days=4)) in action


def test_surgery_soon_after_the_start_advises_to_begin_later() -> None:
    assert "better begin after it" in found("surgery", "2026-03-16").action


def test_questions_nobody_asked_stay_open() -> None:
    screening = screen(parse_answers({"opioids": "none"}), start=START, last=LAST)

    assert [question.question for question in screening.open_questions] == [
        "medicines",
        *(question.key for question in QUESTIONS if question.key != "opioids"),
    ]


def test_opioids_cannot_be_left_open() -> None:
    with pytest.raises(InputError, match="opioids: no answer"):
        parse_answers({"liver": "none"})


def test_every_refusal_is_told_at_once() -> None:
    answers = parse_answers(
        {"opioids": "current", "liver": "failure", "age_years": "9"}, medicines=("tramadol",)
    )

    with pytest.raises(Refusal) as refused:
        plan(find_template("usual"), answers, start=START)

    for reason in ("Opioids are being taken", "tramadol", "liver failure", "for adults"):
        assert reason in str(refused.value)


def test_refusal_comes_before_faulty_numbers() -> None:
    with pytest.raises(Refusal):
        plan(find_template("usual"), parse_answers({"opioids": "current"}), start=START, zone="?")


def test_plan_with_a_refusal_cannot_be_constructed() -> None:
    refusal = SafetyFinding("opioids", "current", Level.DO_NOT_START, "why", "source")
    made = plan(find_template("usual"), parse_answers({"opioids": "none"}), start=START)

    with pytest.raises(Refusal):
        Plan(**{**vars(made), "safety": Screening((refusal,))})


def test_table_names_at_least_sixty_opioid_medicines() -> None:
    kinds = (MedicineKind.SHORT_OPIOID, MedicineKind.LONG_OPIOID, MedicineKind.DEPOT_OPIOID)
    names = {
        name for kind in kinds for others in NAMES[kind].values() for name in others.split(",")
    }

    assert len(names) >= 60


def test_no_name_stands_for_two_medicines() -> None:
    names = [
        name.strip()
        for generics in NAMES.values()
        for generic, others in generics.items()
        for name in (generic, *others.split(","))
    ]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["tramadoll", "Oxycontyn", "methadon", "codiene", "morphene"])
def test_name_near_an_opioid_is_asked_back(name: str) -> None:
    answers = parse_answers({"opioids": "none"}, medicines=(name,))

    with pytest.raises(InputError, match="did you mean"):
        screen(answers, start=START, last=LAST)


def test_name_that_was_checked_is_accepted() -> None:
    answers = parse_answers({"opioids": "none"}, medicines=("codiene",), checked=("Codiene",))

    assert screen(answers, start=START, last=LAST).findings[1].level is Level.PROCEED


OTHERS = (
    *("ibuprofen", "paracetamol", "naproxen", "toradol", "gabapentin", "pregabalin"),
    *("duloxetine", "amitriptyline", "hydrocortisone", "hydroxyzine", "omeprazole"),
    *("metformin", "cetirizine", "propranolol", "methylphenidate", "metoclopramide"),
)


@pytest.mark.parametrize("name", OTHERS)
def test_common_other_medicines_are_neither_opioids_nor_near_one(name: str) -> None:
    assert recognise(name) is None
    assert near_opioid(name) is None


JOINED = ("tylenol3", "Tylenol #4", "tramadol50mg", "MST60", "Polamidon", "DHC", "oxy", "Lamaline")


@pytest.mark.parametrize("name", JOINED)
def test_opioid_is_recognised_by_short_names_and_joined_to_its_strength(name: str) -> None:
    found = recognise(name)

    assert found is not None
    assert found.is_opioid


@pytest.mark.parametrize("name", ["vitamin B12", "oxytocin", "ibuprofen400"])
def test_a_number_in_a_name_makes_no_opioid(name: str) -> None:
    assert recognise(name) is None


@pytest.mark.parametrize(
    ("stopped", "words"),
    [("2026-03-03", "1 day after"), ("2026-03-02", "day of"), ("2026-03-01", "1 day before")],
)
def test_last_opioid_is_said_to_be_before_on_or_after_the_start(stopped: str, words: str) -> None:
    answers = parse_answers({"opioids": f"stopped:{stopped}:codeine"})

    assert f"{words} the start" in screen(answers, start=START, last=LAST).findings[0].reason
