"""Draw the pictures of the README: python docs/pictures/draw.py

Both show one real person's mood over seventy days (examples/melatonin.csv), as `lowdose answer`
sees it: melatonin.svg is its course, report.png the top of the report in a browser. The second
needs Chromium on the path. The application's picture, clinic/story.png, is taken by
tests/clinic/test_the_whole_story.py.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from lowdose.diary.read import read_diary
from lowdose.inference.answer import infer
from lowdose.report.charts.course import course_chart
from lowdose.report.charts.svg import to_svg
from lowdose.report.files import write_whole

HERE = Path(__file__).parent
DIARY = HERE.parents[1] / "examples" / "melatonin.csv"
SHEET = {"width": 720, "height": 680}
TABLE = (
    "<body style='margin:0;padding:20px;background:#d5dce1;display:flex;gap:20px'>"
    "<img width=710 src='data:image/png;base64,%s'><img width=710 src='data:image/png;base64,%s'>"
)


def main() -> None:
    """Answer the diary, draw its course, and show its report."""
    draw_course(HERE / "melatonin.svg")
    show_report(HERE / "report.png")


def draw_course(file: Path) -> None:
    """Draw the course on white, whatever the page around it."""
    answer = infer(read_diary(DIARY), symptom="mood")
    opening, end, rest = to_svg(course_chart(answer), theme="light").partition(">")
    white = '<rect width="100%" height="100%" fill="#fff"/>'
    write_whole(file, f"{opening}{end}{white}{rest}\n")


def show_report(file: Path) -> None:
    """Have the command write its report, and take a picture of what a browser shows of it."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        asked = ["answer", str(DIARY), "--symptom", "mood", "--report", str(page)]
        command = [sys.executable, "-m", "lowdose.cli.main", *asked]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        write_whole(file, photograph(page))


def photograph(report: Path) -> bytes:
    """The top of a report and, beside it, its first figure, as two sheets on a table (PNG)."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SHEET, color_scheme="light")
        page.goto(report.as_uri())
        top = page.screenshot()
        page.evaluate("document.querySelector('section:has(figure)').scrollIntoView()")
        sheets = (top, page.screenshot())
        table = browser.new_page(viewport={"width": 1480, "height": 720})
        table.set_content(TABLE % tuple(base64.b64encode(one).decode() for one in sheets))
        taken = table.screenshot()
        browser.close()
    return bytes(taken)


if __name__ == "__main__":
    main()
