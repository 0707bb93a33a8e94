"""Draw docs/pictures/melatonin.svg, the picture of the README: python docs/pictures/draw.py

One real person's mood over seventy days (examples/melatonin.csv), as `lowdose answer` sees it.
"""

from __future__ import annotations

from pathlib import Path

from lowdose.diary.read import read_diary
from lowdose.inference.answer import infer
from lowdose.report.charts.course import course_chart
from lowdose.report.charts.svg import to_svg
from lowdose.report.files import write_whole

HERE = Path(__file__).parent
DIARY = HERE.parents[1] / "examples" / "melatonin.csv"


def main() -> None:
    """Answer the diary and draw its course, on white, whatever the page around it."""
    answer = infer(read_diary(DIARY), symptom="mood")
    opening, end, rest = to_svg(course_chart(answer), theme="light").partition(">")
    white = '<rect width="100%" height="100%" fill="#fff"/>'
    write_whole(HERE / "melatonin.svg", f"{opening}{end}{white}{rest}\n")


if __name__ == "__main__":
    main()
