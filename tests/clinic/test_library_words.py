"""What the library says is said in Norwegian: its sentences, papers, pictures and faults."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from test_pages_in_norwegian import english_words, words_of

import lowdose
from lowdose.clinic.library_words.papers import tongue_of
from lowdose.clinic.library_words.phrases import known, parts, said, tables
from lowdose.clinic.library_words.pictures import said_in_svg
from lowdose.errors import InputError
from lowdose.mechanism.hypotheses import HYPOTHESES, read_hypothesis
from lowdose.regimen.answers import QUESTIONS, parse_answers
from lowdose.regimen.medicine_names import MedicineKind
from lowdose.regimen.plan import Plan
from lowdose.regimen.request import parse_request
from lowdose.regimen.screening import screen
from lowdose.regimen.screening_rules import MEDICINE_RULES, RULES
from lowdose.regimen.templates import TEMPLATES
from lowdose.report.patient_page import patient_page
from lowdose.report.pharmacist_page import pharmacist_page
from lowdose.report.side_effects_text import side_effects_text
from lowdose.report.simulation_text import hypothesis_words
from lowdose.trial.design.named import FOLDERS, designs, find_design
from lowdose.trial.design.timeline import kind_of

LIBRARY = Path(lowdose.__file__).parent
ANYTHING = "\N{SNOWMAN}"


@pytest.fixture(autouse=True)
def in_norwegian() -> Iterator[None]:
    with translation.override("nb"):
        yield


@pytest.mark.parametrize(
    ("english", "norwegian"),
    [
        (
            "Earliest start: 2026-01-11, if nothing is taken until then.",
            "Tidligste start: 11. januar 2026, hvis ingenting tas før det.",
        ),
        (
            "1 capsule of 1.5 mg and 2 capsules of 0.5 mg",
            "1 kapsel på 1,5 mg og 2 kapsler på 0,5 mg",
        ),
        ("Mon 2 Mar to Sun 15 Mar 2026", "man 2. mars til søn 15. mars 2026"),
        ("The course of pain", "Forløpet for smerte"),
        (
            "Only 20 rated days: the answer leans on the prior. All ratings are the same: a diary "
            "like this cannot show an effect.",
            "Bare 20 dager med vurdering: svaret støtter seg på forhåndsantagelsen. Alle "
            "vurderingene er like: en slik dagbok kan ikke vise noen virkning.",
        ),
        ("1,200.5", "1\N{NO-BREAK SPACE}200,5"),
    ],
)
def test_a_sentence_is_said_with_its_values(english: str, norwegian: str) -> None:
    assert said(english) == norwegian


def test_what_no_table_has_stays_as_it_is_and_is_told_apart() -> None:
    assert (said("Quite another sentence."), known("Quite another sentence.")) == (
        "Quite another sentence.",
        None,
    )


def test_a_reader_of_english_gets_what_the_library_wrote() -> None:
    with translation.override("en"):
        assert said("Earliest start: 2026-01-11") == "Earliest start: 2026-01-11"


def test_words_of_a_picture_are_said_and_kept_from_being_markup() -> None:
    svg = '<svg><title id="t">The course of a&amp;b</title><text x="1">day</text></svg>'

    assert said_in_svg(svg) == (
        '<svg><title id="t">Forløpet for a&amp;b</title><text x="1">dag</text></svg>'
    )


def test_a_label_over_two_lines_is_said_as_one() -> None:
    svg = (
        '<text x="4" y="1">nine people of ten, within them half</text>'
        '<text x="4" y="2">of all</text>'
    )

    assert said_in_svg(svg) == (
        '<text x="4" y="1">ni av ti, innenfor</text><text x="4" y="2">dem halvparten</text>'
    )


def test_labels_beside_each_other_are_said_one_by_one() -> None:
    svg = '<text x="4">day</text><text x="9">rating</text><text x="9">2.5</text>'

    assert said_in_svg(svg) == (
        '<text x="4">dag</text><text x="9">vurdering</text><text x="9">2,5</text>'
    )


def test_an_english_reader_gets_the_picture_as_it_was_drawn() -> None:
    svg = (
        '<title>The course</title><text x="4">the part that</text><text x="4">fits &lt; 2.5</text>'
    )

    with translation.override("en"):
        assert said_in_svg(svg) == svg


def test_a_paper_keeps_its_language_when_the_reader_has_another() -> None:
    tongue = tongue_of("nb")

    with translation.override("en"):
        assert (tongue.language, tongue.say("Doses")) == ("nb", "Doser")


# What the library can say

START = date(2026, 3, 2)
LAST = date(2026, 6, 1)
SAFE = {"opioids": "none"}
STOPPED = [
    f"stopped:{START - timedelta(days=n)}{name}"
    for n in (-1, 0, 1, 9, 40)
    for name in ("", ":codeine", ":methadone", ":sublocade", ":something")
]
SURGERY = ["planned", *(str(START + timedelta(days=n)) for n in (-30, -5, 5, 60, 200))]


def unsaid(content: Any) -> list[str]:
    """The texts of a page or a list that no table has, blanks for writing aside."""
    match content:
        case str():
            return [content] if known(content) is None and re.search("[A-Za-z]", content) else []
        case Mapping():
            return [one for value in content.values() for one in unsaid(value)]
        case list() | tuple():
            return [one for value in content for one in unsaid(value)]
        case _:
            return []


def findings(answers: dict[str, str], **more: Any) -> list[str]:
    found = screen(parse_answers({**SAFE, **answers}, **more), start=START, last=LAST)
    return [text for one in found.findings for text in (one.reason, one.action)]


def test_every_rule_of_the_screening_is_said() -> None:
    rules = [*MEDICINE_RULES.values(), *(rule for key in RULES.values() for rule in key.values())]

    assert unsaid([text for rule in rules for text in (rule.reason, rule.action)]) == []
    assert unsaid([question.text for question in QUESTIONS]) == []
    assert unsaid([kind.value for kind in MedicineKind]) == []


@pytest.mark.parametrize("opioids", ["none", "current", *STOPPED])
def test_every_finding_on_opioids_is_said(opioids: str) -> None:
    assert unsaid(findings({"opioids": opioids})) == []


@pytest.mark.parametrize("answer", [{"surgery": one} for one in SURGERY] + [{"age_years": "12"}])
@pytest.mark.parametrize("specialist", [True, False])
def test_every_finding_on_dates_and_age_is_said(answer: dict[str, str], specialist: bool) -> None:
    assert unsaid(findings(answer, specialist=specialist)) == []


def test_a_medicine_is_said_with_its_name_as_it_was_written() -> None:
    told = [said(one) for one in findings({}, medicines=("Imodium", "tramadol", "vitamin D"))]

    assert "Imodium (loperamide): Det virker på opioidreseptorer i tarmen, og" in " ".join(told)
    assert "tramadol er eller inneholder et opioid (tramadol)." in " ".join(told)
    assert unsaid(findings({}, medicines=("Imodium", "tramadol", "vitamin D"))) == []


def plan_of(**written: Any) -> Plan:
    request = {"start": START, "zone": "Europe/Oslo", "template": "usual", "safety": SAFE}
    return parse_request({**request, **written}, today=START, zone="Europe/Oslo").plan()


PREPARED = [
    {"strengths_mg": [1.5, 4.5]},
    {"strengths_mg": [0.5, 1.5], "filler": "sucrose"},
    {"strengths_mg": [1.5], "blinded": True},
    {"liquid_mg_per_ml": 1.0},
    {"liquid_mg_per_ml": 1.0, "storage": "room"},
    {"liquid_mg_per_ml": 1.0, "beyond_use_days": 50},
    {"liquid_mg_per_ml": 0.5, "vehicle": "water"},
    {"strengths_mg": [1.5], "time": "morning"},
]


@pytest.mark.parametrize("written", PREPARED)
def test_everything_on_the_two_pages_of_a_plan_is_said(written: dict[str, Any]) -> None:
    plan = plan_of(**written)

    assert unsaid(pharmacist_page(plan)) == []
    assert unsaid(patient_page(plan)) == []


@pytest.mark.parametrize("template", list(TEMPLATES))
def test_what_every_template_leads_a_patient_to_expect_is_said(template: str) -> None:
    assert unsaid(patient_page(plan_of(template=template))["expect"]) == []


@pytest.mark.parametrize("name", list(HYPOTHESES))
def test_every_hypothesis_is_said(name: str) -> None:
    assert unsaid(list(hypothesis_words(read_hypothesis(name)))) == []


@pytest.mark.parametrize("doses", [[0.5] * 7, [4.5] * 7, [10.0] * 7])
def test_side_effects_of_every_dose_are_said(doses: list[float]) -> None:
    assert unsaid(side_effects_text(doses)) == []


FAULTY = [
    {"start_mg": 45},
    {"start_mg": 0},
    {"start_mg": 3.0, "target_mg": 1.5},
    {"step_mg": 0.0},
    {"every_days": 0},
    {"target_days": 5000},
    {"strengths_mg": [2]},
    {"strengths_mg": []},
    {"strengths_mg": ["x"]},
    {"strengths_mg": ["1,5"]},
    {"liquid_mg_per_ml": 50},
    {"safety": {}},
    {"safety": {"opioids": "perhaps"}},
    {"safety": {**SAFE, "medicines": ["tramadoll"]}},
    {"safety": {**SAFE, "surgery": "soon"}},
    {"safety": {**SAFE, "age_years": "old"}},
    {"zone": "Europe/Nowhere"},
]


@pytest.mark.parametrize("written", FAULTY)
def test_what_is_wrong_with_a_plan_is_said(written: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        plan_of(**written)

    assert unsaid([one.expected for one in caught.value.faults]) == []
    assert unsaid([one.remedy for one in caught.value.faults]) == []


# What only some diaries make the library say is found in its own files


def sentences_of(module: str, functions: str = ".*") -> Iterator[str]:
    """Every text of three words or more in functions of a module, docstrings aside.

    What is put into a text stands as `ANYTHING`.
    """
    tree = ast.parse((LIBRARY / module).read_text("utf-8"))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and re.fullmatch(functions, function.name):
            yield from _texts(function)


def _texts(function: ast.FunctionDef) -> Iterator[str]:
    nodes = list(ast.walk(function))
    skipped = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    inside = {id(part) for one in nodes if isinstance(one, ast.JoinedStr) for part in one.values}
    for node in nodes:
        text = "" if id(node) in skipped | inside else _text(node)
        if len(text.replace(ANYTHING, "").split()) > 2:
            yield text


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else ANYTHING for part in node.values
    )


def shape(phrase: str) -> str:
    """A pattern for the sentences that a phrase is for; a blank may be filled in the library."""
    own = re.split(r"%\(\w+\)s", phrase.replace("%%", "%"))
    return rf"(?:{ANYTHING}|\w+)".join(map(re.escape, own))


@pytest.mark.parametrize(
    ("module", "functions"),
    [
        ("inference/explain.py", "warnings_of|_about_(days|missed_doses|scale|carry_over)"),
        ("inference/guesses.py", "_sentence"),
        ("inference/taken.py", "_named_notes|_blinded|_why_blinded|_by_dose"),
        ("inference/pool/pool.py", "_notes"),
        ("report/charts/course.py", ".*"),
        ("regimen/portions.py", "_.*fault.*"),
        ("clinic/verbs/courses.py", ".*"),
        ("clinic/verbs/pharmacy.py", ".*"),
        ("clinic/verbs/plans.py", ".*"),
        ("clinic/exchange/read.py", ".*"),
        ("clinic/exchange/table_in.py", ".*"),
    ],
)
def test_every_sentence_that_a_module_can_say_has_its_phrase(module: str, functions: str) -> None:
    shapes = [re.compile(shape(one)) for one in tables()]
    found = sentences_of(module, functions)

    assert [one for one in found if not any(each.fullmatch(one) for each in shapes)] == []


@pytest.mark.parametrize(
    ("module", "functions"),
    [
        ("report/charts/forest_chart.py", ".*"),
        ("report/charts/harms_chart.py", "_.*"),
        ("report/charts/power_chart.py", "power_chart"),
        ("report/evidence_harms_text.py", "_heading|_opening"),
        ("report/evidence_summary_words.py", ".*"),
        ("report/evidence_summary_document.py", "_.*"),
        ("report/study_words.py", ".*"),
        ("evidence/comparisons.py", "contrast_of|_on_scale|_rescaled|_turned|_one.*|of_one.*"),
        ("evidence/standing.py", ".*"),
        ("evidence/verdicts.py", "_numbers|_row_number"),
        ("evidence/worked.py", ".*"),
    ],
)
def test_every_part_of_a_sentence_stands_in_a_phrase(module: str, functions: str) -> None:
    """Of sentences that are put together from parts: as far as commas and stops cut them."""
    phrases = " | ".join(tables()).replace("%%", "%").casefold()
    cut = re.compile(rf"{ANYTHING}|\{{[^}}]*\}}|[.,;:] ")
    parts = [part for text in sentences_of(module, functions) for part in cut.split(text)]
    told = [part.strip(" .,;:(").casefold() for part in parts if len(part.split()) > 2]

    assert [part for part in told if part not in phrases] == []


@pytest.mark.parametrize("name", [name for folder in FOLDERS for name in designs(folder)])
def test_every_design_with_a_name_is_said(name: str) -> None:
    design = find_design(name)

    assert unsaid([design.title, str(kind_of(design))]) == []


def test_that_a_design_compares_nothing_is_said() -> None:
    from lowdose.trial.operate.power import power

    with pytest.raises(InputError) as caught:
        power(find_design("dose-finding"), people=[8], effect=[0.0], trials=1)

    assert unsaid(str(caught.value)) == []


def test_a_source_stays_english_and_is_told_apart() -> None:
    told = parts("Source: lay web page, no data (PR11).")

    assert told == [("Kilde: ", False), ("lay web page, no data (PR11)", True), (".", False)]


@pytest.mark.slow
def test_a_simulation_is_said_in_words_and_on_its_pictures() -> None:
    from lowdose.clinic.verbs.simulations import simulated, simulation_asked

    found = simulated(simulation_asked([1.5] * 7 + [4.5] * 7))

    words = [found["outcome"], [one["name"] for one in found["accounts"]]]
    charts = [
        text
        for one in found["charts"]
        for size in ("wide", "narrow")
        for text in texts_of(said_in_svg(one[size]))
    ]
    titles = [text for one in found["charts"] for text in (one["title"], one["caption"])]
    assert unsaid([words, titles]) == []
    assert sorted({one for one in charts if english_words() & words_of(one)}) == []


def texts_of(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)<", svg)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["virtual_ldn_blinded", "virtual_ldn"])
def test_an_answer_is_said_in_its_warnings_and_on_its_picture(name: str) -> None:
    from lowdose.diary.read import read_diary
    from lowdose.inference.answer import infer
    from lowdose.report.charts.answer_charts import course_chart
    from lowdose.report.charts.svg import to_svg

    answer = infer(read_diary(f"examples/{name}.csv"), symptom="pain")
    chart = course_chart(answer)

    picture = [
        text
        for width in (688, 288)
        for text in texts_of(said_in_svg(to_svg(chart, width=width, theme="light", heading=False)))
    ]
    assert unsaid([answer.warnings, chart.title, chart.description]) == []
    assert [one for one in picture if english_words() & words_of(one)] == []


@pytest.mark.parametrize("part", ["pain, ", "pain; xyz, ", "No controlled study. ", "pain. "])
def test_a_text_of_thousands_of_parts_stays_english_and_holds_nobody_up(part: str) -> None:
    with translation.override("nb"):
        assert said(part * 4000) == part * 4000
