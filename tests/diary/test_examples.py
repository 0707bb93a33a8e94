"""The example diaries are read as they stand, and hold what their authors wrote.

What their authors published of them is in checks/inference.py.
"""

import hashlib
import runpy
import time
from pathlib import Path

import numpy as np
import pytest

from lowdose.diary.options import ReadOptions
from lowdose.diary.read import read_diaries, read_diary
from lowdose.diary.write import write_diaries

EXAMPLES = Path(__file__).parents[2] / "examples"
# The other example is a table of trials, for `lowdose evidence pool`.
FILES = sorted(path for path in EXAMPLES.glob("*.csv") if not path.stem.startswith("trials_"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_example_is_read_and_written_stably(path: Path) -> None:
    people = read_diaries(path)
    written = write_diaries(people)
    scale = {name: (each.low, each.high) for one in people for name, each in one.symptoms.items()}

    assert write_diaries(read_diaries(written, options=ReadOptions(scale=scale))) == written


def test_melatonin_day_follows_the_calendar_over_the_skipped_day() -> None:
    diary = read_diary(EXAMPLES / "melatonin.csv")

    assert len(diary) == 70
    assert diary.day[-1] == 71.0
    assert diary.blinded is False


def test_knee_pain_of_participant_8_has_its_days() -> None:
    people = read_diaries(EXAMPLES / "pain_long.csv", options=ReadOptions(symptoms=("Knee Pain",)))
    knee = people[-1].ratings["Knee Pain"]

    assert people[-1].person == "8"
    assert int(np.isfinite(knee).sum()) == 439


def test_virtual_diaries_are_what_their_script_makes(tmp_path: Path) -> None:
    made = runpy.run_path(str(EXAMPLES / "make_virtual.py"))
    chance = np.random.default_rng(made["SEED"])
    texts = {
        "virtual_ldn.csv": made["open_titration"](chance),
        "virtual_ldn_blinded.csv": made["blinded_crossover"](chance),
    }

    for name, text in texts.items():
        assert hashlib.sha256(text.encode()).digest() == _digest(name)


def _digest(name: str) -> bytes:
    return hashlib.sha256((EXAMPLES / name).read_bytes()).digest()


def test_three_thousand_days_are_read_in_a_fifth_of_a_second() -> None:
    rows = (f"{day},4.5,{day % 10},{day % 7},\n" for day in range(3_000))
    data = ("day,dose_mg,pain,fatigue,adverse\n" + "".join(rows)).encode()
    begin = time.perf_counter()
    read_diary(data)

    assert time.perf_counter() - begin < 0.2
