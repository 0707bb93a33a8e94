"""Charts are saved by the ending of the file name."""

from __future__ import annotations

from pathlib import Path

import pytest

from lowdose.errors import InputError
from lowdose.report.charts.picture import save_chart, to_png
from lowdose.report.charts.specification import Axis, Chart, Line, Panel

CHART = Chart("Pain", "Two days.", Axis("day"), (Panel(Axis("pain"), (Line((1, 2), (5, 4)),)),))


@pytest.mark.parametrize(
    ("name", "start"), [("a.svg", b"<svg"), ("a.PNG", b"\x89PNG"), ("a.html", b"<!DOCTYPE html>")]
)
def test_the_ending_chooses_the_format(tmp_path: Path, name: str, start: bytes) -> None:
    save_chart(CHART, tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(start)


def test_another_ending_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ending in \.svg, \.png or \.html"):
        save_chart(CHART, tmp_path / "a.gif")


def test_a_picture_is_as_wide_as_asked() -> None:
    png = to_png(CHART, scale=2, width=400)
    assert int.from_bytes(png[16:20]) == 800
