"""Drawings in the dark have the colours of every other drawing of ours."""

from __future__ import annotations

from pathlib import Path

import lowdose.clinic
from lowdose.report.charts.elements import PREFIX
from lowdose.report.charts.palette import screen_style


def test_the_style_sheet_of_the_clinic_is_that_of_the_charts() -> None:
    folder = Path(lowdose.clinic.__file__).parent / "static" / "clinic"
    _comment, _, style = (folder / "charts.css").read_text("utf-8").partition("*/")

    assert style.strip() == screen_style(PREFIX).strip()
