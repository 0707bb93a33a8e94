"""Reports of trials: numbers under their items, the flow adds up, nothing is made of nothing."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from datetime import date

import numpy as np
import pypdf
import pytest
from document_texts import bare, docx_text, html_text, pdf_text, texts_of
from hypothesis import given, settings
from hypothesis import strategies as st
from report_trials import TEXTS, changed, data_of, design_of, result_of

from lowdose.errors import InputError
from lowdose.report.document import Callout, Document, Heading, Section, Table
from lowdose.report.html import to_html
from lowdose.report.pdf import to_pdf
from lowdose.report.trial_checklist import checklist, checklists
from lowdose.report.trial_counts import counted
from lowdose.report.trial_result import report_json, result_document
from lowdose.report.trial_result_words import Told, headline
from lowdose.report.word import to_docx
from lowdose.trial.analyse.analyse import analyse
from lowdose.trial.analyse.primary import outcomes_of
from lowdose.trial.analyse.values import Flow
from lowdose.trial.run.values import Left

MADE_ON = date(2026, 11, 26)


def report(name: str, *, data: bool = True, guideline: str | None = None) -> Document:
    design = design_of(name)
    people = data_of(design) if data else None
    result = result_of(design)
    return result_document(design, result, people, made_on=MADE_ON, guideline=guideline)


def said(document: Document) -> str:
    return "\n".join(texts_of(document))


def table(document: Document, caption: str) -> Table:
    """The table of this name."""
    blocks = [block for section in document.sections for block in section.blocks]
    return next(one for one in blocks if isinstance(one, Table) and one.caption == caption)


@pytest.mark.parametrize("guideline", checklists("result"))
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_item_stands_under_its_number(name: str, guideline: str) -> None:
    # of every other design no data are known
    document = report(name, data=sorted(TEXTS).index(name) % 2 == 0, guideline=guideline)
    blocks = [block for section in document.sections for block in section.blocks]
    shown = [block.text.split()[0] for block in blocks if isinstance(block, Heading)]

    assert shown == [item.number for item in checklist(guideline).items]


@pytest.mark.parametrize(
    ("name", "guideline"),
    [
        ("n-of-1", "CENT 2015"),
        ("alone", "CENT 2015"),
        ("crossover", "CONSORT 2010 for crossover trials"),
        ("parallel", "CONSORT 2025"),
    ],
)
def test_the_list_suits_the_design(name: str, guideline: str) -> None:
    assert report(name).subject.endswith(guideline)


@pytest.mark.parametrize(
    ("estimate", "se", "words"),
    [
        (-0.82, 0.31, "the side of better. It holds differences that matter"),
        (-2.0, 0.3, "All of it is a difference that matters"),
        (0.9, 0.3, "the side of worse"),
        (0.1, 0.3, "shows neither that there is one nor that there is none. Differences of 1"),
        (0.1, 0.9, "includes no difference"),
        (math.nan, 0.9, "How sure this is could not be found"),
        (0.5, math.nan, "How sure this is could not be found"),
    ],
)
def test_the_headline_says_what_the_interval_holds(estimate: float, se: float, words: str) -> None:
    design = design_of("crossover")

    assert words in headline(Told(design, result_of(design, estimate, se))).text


@pytest.mark.parametrize(
    ("primary", "name", "words"),
    [
        ("responders", "parallel", "−0.82 of the share who respond (95 % interval −1.45 to −0.19"),
        ("up-and-down", "doses", "LDN minus placebo: −0.82 mg (95 % interval −1.45 to −0.19)."),
        ("hierarchical", "crossover", "−0.8 points of pain (95 % interval −1.4 to −0.2)."),
    ],
)
def test_the_headline_is_in_the_measure_of_the_analysis(
    primary: str, name: str, words: str
) -> None:
    design = design_of(name, lambda text: f'{text}\nanalysis = {{ primary = "{primary}" }}')

    assert words in headline(Told(design, result_of(design))).text


def test_fewer_who_respond_are_worse() -> None:
    design = design_of("parallel", lambda text: text + '\nanalysis = { primary = "responders" }')

    assert "the side of worse" in headline(Told(design, result_of(design))).text


def test_a_table_longer_than_a_page_goes_on_on_the_next() -> None:
    rows = tuple((f"row{n}", "x") for n in range(150))
    section = Section("s", "S", (Table("Long", ("a", "b"), rows),))
    document = Document("Subject", "Title", (section,), "Foot")

    pages = pypdf.PdfReader(io.BytesIO(to_pdf(document, made_on=MADE_ON))).pages

    assert len(pages) == 3
    assert all("row" in page.extract_text() for page in pages)


def test_where_higher_is_better_the_sides_change_places() -> None:
    design = design_of("n-of-1")

    assert "the side of worse" in headline(Told(design, result_of(design))).text


def test_the_interval_has_the_coverage_that_the_design_asks_for() -> None:
    design = design_of("crossover", lambda text: text + "\nanalysis = { alpha = 0.1 }")
    low, high = result_of(design).primary.interval(0.9)

    assert (
        f"(90 % interval −{abs(low):.1f} to −{abs(high):.1f}"
        in headline(Told(design, result_of(design))).text
    )


def test_the_flow_adds_up_to_those_enrolled() -> None:
    rows = table(report("crossover"), "People by sequence").rows
    allocated, left, analysed = (sum(int(str(row[n])) for row in rows) for n in (1, 2, 3))

    assert (allocated, left, analysed) == (7, 1, 6)


def test_those_who_completed_a_period_are_never_more_than_those_before() -> None:
    rows = table(report("crossover"), "People who completed each period").rows
    done = [int(str(row[1]).split()[0]) for row in rows]

    assert done == [7, 6, 6, 6]  # the fourth person leaves on day 16, in the first period


def test_guesses_are_told_as_counted() -> None:
    found = table(report("crossover"), "Did people guess what they got? Half right is chance")

    assert found.rows == (
        ("LDN 4.5 mg", "4", "3", "75 %"),
        ("placebo", "0", "0", "nobody asked"),
    )


def test_the_period_in_which_somebody_left_is_told() -> None:
    assert table(report("crossover"), "Left early, by period").rows == (("first", "1"),)


def test_sizes_of_blocks_are_told_once_the_trial_is_over() -> None:
    assert "Sizes of blocks: 4 and 6." in said(report("crossover"))


def test_period_results_are_means_of_what_was_rated() -> None:
    """The means of the table, worked out a second time from the ratings themselves."""
    design = design_of("crossover")
    data = data_of(design)
    on_ldn = [person for person in range(7) if person % 2 == 0]
    days = slice(5 + 4, 5 + 14)  # the first period without its first four days
    means = [float(np.nanmean(data.rating[0, person, days])) for person in on_ldn]

    row = next(row for row in table(report("crossover"), "Pain by period").rows if "LDN" in row[1])

    assert row == (
        "first", "LDN 4.5 mg", "4", f"{np.mean(means):.2f}", f"{np.std(means, ddof=1):.2f}"
    )  # fmt: skip


def test_washout_and_baseline_are_no_part_of_the_comparison() -> None:
    found = counted(data_of(design_of("crossover")))

    assert np.isnan(found.period_means()[:, [0, 2]]).all()


def test_the_outcome_of_a_period_is_the_one_that_the_analysis_uses() -> None:
    data = data_of(design_of("n-of-1"))

    assert np.array_equal(
        counted(data).period_means(), outcomes_of(data).outcome[0], equal_nan=True
    )


def test_only_the_last_days_of_a_period_count_where_the_design_says_so() -> None:
    design = design_of("crossover", lambda text: text + "\nanalysis = { window_days = 3 }")
    found = counted(data_of(design))

    assert set((np.flatnonzero(found.used.any(axis=0)) + 1).tolist()) == {17, 18, 19, 38, 39, 40}


def test_who_leaves_after_the_last_day_of_a_period_leaves_in_the_next() -> None:
    design = design_of("crossover")
    data = data_of(design)
    days_in = data.days_in.copy()
    days_in[0, 3] = 19  # the last day of the first period
    document = result_document(
        design, result_of(design), replace(data, days_in=days_in), made_on=MADE_ON
    )

    assert table(document, "Left early, by period").rows == (("washout", "1"),)


def test_in_a_fixed_order_what_everyone_gets_is_compared() -> None:
    found = counted(data_of(design_of("fixed")))

    assert np.isnan(found.period_means()[:, 0]).all()
    assert np.isfinite(found.period_means()[0, 1:]).all()


def test_of_a_virtual_trial_it_is_said_first_that_it_is_one() -> None:
    design = design_of("crossover")
    document = result_document(
        design, result_of(design), data_of(design, virtual=True), made_on=MADE_ON
    )
    first = document.sections[0].blocks[0]

    assert isinstance(first, Callout)
    assert first.label == "Virtual people"
    assert "Virtual people" not in said(report("crossover"))


def test_without_data_what_needs_them_is_left_to_be_written() -> None:
    without, with_data = (said(report("crossover", data=data)) for data in (False, True))

    assert "Pain by period" in with_data
    assert "Pain by period" not in without


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_trial_in_which_nobody_wrote_anything_is_reported_all_the_same(name: str) -> None:
    design = design_of(name)
    nothing = replace(
        result_of(design, math.nan, math.nan, people=0),
        others=(), means=None, guessed=None, notes=(), flow=Flow(0, 0, ()),
    )  # fmt: skip
    document = result_document(design, nothing, data_of(design, without=True), made_on=MADE_ON)

    assert "not known" in said(document)
    assert to_html(document)


@pytest.mark.parametrize("name", ["n-of-1", pytest.param("crossover", marks=pytest.mark.slow)])
def test_page_sheet_and_file_say_the_same(name: str) -> None:
    document = report(name)
    forms = {
        "page": html_text(to_html(document)),
        "sheet": pdf_text(to_pdf(document, made_on=MADE_ON), document.footer),
        "file": docx_text(to_docx(document, made_on=MADE_ON)),
    }

    for form, text in forms.items():
        missing = [one for one in texts_of(document) if bare(one) not in text]
        assert not missing, (form, missing)


def test_several_trials_at_once_are_refused() -> None:
    design = design_of("crossover")
    twice = changed(data_of(design), lambda each: np.concatenate([each, each]))

    with pytest.raises(InputError, match="2 trials, expected one trial"):
        result_document(design, result_of(design), twice, made_on=MADE_ON)


def test_states_in_json_are_those_of_the_document() -> None:
    design = design_of("crossover")
    items = report_json(design, result_of(design), data_of(design))["items"]
    states = [one["state"] for one in items]

    assert f"{states.count('filled')} filled, {states.count('begun')} begun" in said(
        report("crossover")
    )


@pytest.mark.slow
def test_the_report_of_a_real_analysis_tells_its_numbers() -> None:
    design = design_of("crossover")
    data = data_of(design)
    result = analyse(data)
    document = result_document(design, result, data, made_on=MADE_ON)

    row = table(document, "Primary result").rows[0]
    assert row[0] == result.primary.what
    assert str(row[1]).replace("−", "-") == f"{result.primary.estimate:+.2f}"


@settings(max_examples=15)
@given(days_in=st.lists(st.integers(1, 40), min_size=8, max_size=8))
def test_everyone_allocated_either_left_in_a_period_or_stayed(days_in: list[int]) -> None:
    design = design_of("crossover")
    data = data_of(design)
    left = np.where(np.array(days_in) < design.days, Left.CHANCE, Left.STAYED)
    other = replace(data, days_in=np.array(days_in)[None], left=left[None])
    document = result_document(design, result_of(design), other, made_on=MADE_ON)

    found = counted(other)
    early = int(((found.left != Left.STAYED) & (found.sequence >= 0)).sum())
    stayed = int(found.completed()[:, -1].sum())
    if early:
        rows = table(document, "Left early, by period").rows
        assert sum(int(str(row[1])) for row in rows) == early
    assert early + stayed == int((found.sequence >= 0).sum())
