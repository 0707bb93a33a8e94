"""The two printed pages: one page each, the same bytes again, and nothing told when blinded."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader
from report_plans import EXPECT, plan

from lowdose.errors import InputError
from lowdose.regimen.safety import Level, OpenQuestion, SafetyFinding, Screening
from lowdose.report.plan_sheets import patient_sheet, pharmacist_sheet

SIXTEEN = plan(*(0.5 * (1 + number // 2) for number in range(16)), days=7)


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def text(data: bytes) -> str:
    pages = " ".join(page.extract_text() for page in read(data).pages)
    return " ".join(pages.replace("\u00a0", " ").split())


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("sheet", [patient_sheet, pharmacist_sheet])
def test_sixteen_steps_fit_one_page(sheet, paper):
    assert len(read(sheet(SIXTEEN, paper=paper)).pages) == 1


def test_what_cannot_fit_goes_on_and_nothing_is_cut_off():
    made = plan(*([0.5, 1.0, 1.5] * 14), days=3)

    pdf = read(patient_sheet(made))

    assert len(pdf.pages) == 2
    assert "continued" in pdf.pages[1].extract_text()
    assert text(patient_sheet(made)).count("at bedtime") == 42


@pytest.mark.parametrize("sheet", [patient_sheet, pharmacist_sheet])
def test_the_same_plan_prints_the_same_bytes(sheet):
    assert sheet(plan(1.5, 3.0)) == sheet(plan(1.5, 3.0))


@pytest.mark.parametrize("sheet", [patient_sheet, pharmacist_sheet])
def test_pages_can_be_read_aloud(sheet):
    pdf = read(sheet(plan(1.5)))

    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "en"
    assert pdf.metadata.title


def test_the_patient_reads_doses_dates_and_the_opioid_warning():
    page = text(patient_sheet(plan(1.5, 3.0)))

    assert "Mon 16 Mar to Sun 29 Mar 3 mg 2 capsules of 1.5 mg at bedtime" in page
    assert "Never together with opioid medicines." in page
    assert EXPECT[0].text in page


def test_the_patient_reads_which_syringe():
    page = text(patient_sheet(plan(0.5, liquid=True)))

    assert "0.5 mL in a 1 mL oral syringe" in page
    assert "Shake the bottle well" in page


def test_a_blinded_patient_page_is_the_same_whatever_is_taken():
    low = patient_sheet(plan(1.5, 3.0, blinded=True))

    assert low == patient_sheet(plan(4.5, 4.5, blinded=True))
    assert "naltrexone" not in text(low).lower()
    assert "mg" not in text(low)


def test_blinded_labels_on_the_worksheet_name_bottle_and_code_only():
    page = text(pharmacist_sheet(plan(1.5, 3.0, blinded=True)))

    labels = page.split("Label text")[1]
    assert "Study capsules, period ____, code ____, bottle 1" in labels
    assert "mg" not in labels


def test_the_pharmacist_reads_quantities_dates_and_support():
    page = text(pharmacist_sheet(plan(1.5, 3.0)))

    assert "1.5 mg capsules 42 0 42 28 days" in page
    assert "29 Aug 2026" in page
    assert "Support: claim without measurement." in page


def test_cautions_and_open_questions_are_printed():
    caution = SafetyFinding(
        "liver", "mild", Level.CAUTION, "Liver values are raised.", "made up", "Check them."
    )
    screening = Screening((caution,), (OpenQuestion("opioids", "Do you take any opioid?"),))
    made = plan(1.5, safety=screening, patient="Kari N.")

    worksheet, page = text(pharmacist_sheet(made)), text(patient_sheet(made))

    assert "Caution: Liver values are raised. Check them. [made up]" in worksheet
    assert "Do you take any opioid?" in worksheet
    assert "Do you take any opioid?" in page
    assert "Kari N." in worksheet
    assert "Kari N." in page


def test_a_persons_words_are_never_markup():
    name = '#panic("no") *bold* $x$ "quoted" \\ <tag> @ref'

    assert name in text(pharmacist_sheet(plan(1.5, name=name)))


def test_unknown_paper_is_refused():
    with pytest.raises(InputError, match="a4, letter"):
        patient_sheet(plan(1.5), paper="a5")


def test_a_plan_without_preparation_has_a_patient_page_but_no_worksheet():
    bare = plan(1.5, prepared=False)

    assert "1.5 mg" in text(patient_sheet(bare))
    with pytest.raises(InputError, match="strengths in stock"):
        pharmacist_sheet(bare)


@pytest.mark.parametrize("name", ["陈小明", "😀"])
@pytest.mark.parametrize("sheet", [patient_sheet, pharmacist_sheet])
def test_a_name_in_other_letters_still_prints(sheet, name):
    made = replace(plan(1.5), patient=name)

    assert len(read(sheet(made)).pages) == 1


def test_open_questions_on_a_blinded_page_do_not_name_the_medicine():
    asked = OpenQuestion("allergy", "Is there an allergy to naltrexone?")
    made = replace(plan(1.5, blinded=True), safety=Screening((), (asked,)))

    page = text(patient_sheet(made))

    assert "Is there an allergy to the study medicine?" in page
    assert "naltrexone" not in page.lower()


def test_a_long_name_without_a_gap_is_broken_and_kept_whole():
    page = read(patient_sheet(replace(plan(1.5), patient="y" * 300))).pages[0].extract_text()

    lines = [line.replace("\u200b", "") for line in page.splitlines()]

    assert max(line.count("y") for line in lines) < 50
    assert sum(line.count("y" * 9) * 9 for line in lines) >= 250
