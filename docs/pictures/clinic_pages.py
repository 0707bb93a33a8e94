"""Write the page that shows every page of the clinic, from pictures that the browser's test left.

LOWDOSE_PICTURES=out/pictures pytest tests/clinic/test_pages_in_a_browser.py
python docs/pictures/clinic_pages.py out/pictures

Needs ImageMagick (Debian: imagemagick), to make the pictures small. Very long pages are cut.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "clinic" / "pages.md"
ROLES = {
    "doctor": ("The prescriber", "desk"),
    "pharmacy": ("The pharmacist", "desk"),
    "patient": ("The patient, on a telephone", "phone"),
    "research": ("The researcher", "desk"),
    "admin": ("The site administrator", "desk"),
    "public": ("Without signing in", "desk"),
}
# What a page shows, where its name in the code does not say it.
SAID = {
    "account-login": "signing in",
    "change_course": "changing a course",
    "change_patient": "changing a patient",
    "course": "one course",
    "course_planned": "a course that has not begun",
    "courses": "the courses",
    "diary_conflicts": "two entries for one day",
    "emergency": "opening in an emergency",
    "erase_patient": "erasing a patient",
    "evidence_claims": "what public pages claim",
    "evidence_condition": "evidence on one condition",
    "export_course": "taking a course along as a file",
    "hand_over": "handing patients over",
    "import_course": "bringing a course in from a file",
    "invitation-none": "an invitation that no longer works",
    "new_course": "planning a course",
    "new_patient": "adding a patient",
    "new_person": "adding somebody who works here",
    "nothing": "an address where nothing is",
    "open_blind": "opening the blind",
    "own_course": "my course",
    "own_data": "my data",
    "patient": "one patient",
    "patients": "the patients",
    "people": "the people who work here",
    "person": "the account of one of them",
    "pharmacy": "what is to be prepared",
    "prepare": "preparing a course",
    "profile": "settings",
    "research": "counts, and what courses say together",
    "research_allocations": "sealed lists and their digests",
    "research_design": "one design, and what it could settle",
    "research_designs": "the designs",
    "sessions": "where one is signed in",
    "site": "the state of the site",
    "stop_course": "stopping a course",
    "tokens": "tokens, for programs of one's own",
    "trail": "the audit trail",
}
HEAD = """# Pages of the clinic

Every page, as the browser test of [validation](../validation/clinic.md) leaves it.
They are of the invented clinic of `lowdose serve --demo`.
Pages that several roles have are shown once; very long ones are cut.
"""


def pictures(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Role, page and picture: each page once, of the first role that has it."""
    seen: set[str] = set()
    for role, (_title, size) in ROLES.items():
        for path in sorted(folder.glob(f"{role}-*-{size}-light.png")):
            page = path.name.removeprefix(f"{role}-").removesuffix(f"-{size}-light.png")
            if page not in seen:
                seen.add(page)
                yield role, page, path


def made_small(picture: Path, target: Path) -> None:
    """At most 800 pixels broad, 64 colours."""
    how = ["-resize", "800x>", "-colors", "64", "-strip"]
    subprocess.run(["convert", picture, *how, f"PNG8:{target}"], check=True)


def main(folder: Path) -> None:
    """Replace the pictures and the page."""
    for old in (HERE / "clinic").glob("page-*.png"):
        old.unlink()
    parts, last = [HEAD], ""
    for role, page, picture in pictures(folder):
        name = f"page-{role}-{page}.png"
        made_small(picture, HERE / "clinic" / name)
        title, said = ROLES[role][0], SAID.get(page, page.replace("_", " "))
        if role != last:
            parts.append(f"## {title}\n")
            last = role
        parts.append(
            f"### {said[0].upper()}{said[1:]}\n\n![{title}: {said}](../pictures/clinic/{name})\n"
        )
    PAGE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
