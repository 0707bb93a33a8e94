"""Studies made up for tests, written as a contributor would write them."""

from __future__ import annotations

from lowdose.evidence.fields import Place
from lowdose.evidence.read import read_study
from lowdose.evidence.records import Evidence, Study

HEAD = """
title = "A made-up trial"
authors = "Nobody et al."
year = 2020
doi = "10.1234/{name}"
verified = "seen_abstract"
status = "published"
condition = "fibromyalgia"
design = "{design}"
control = "placebo"
n_randomised = 40
n_analysed = 40
dose_class = "low"
dose_mg = 4.5
conclusion = "Made up."
"""

CONTRAST = """
[[outcome]]
id = "o01"
name = "pain"
scale = "NRS 0-10"
range = [0, 10]
direction = "lower_is_better"
weeks = 12
arm = "ldn vs placebo"
role = "contrast"
n = 40
effect_type = "md"
effect = -1.0
ci = [-2.0, 0.0]
"""

ARMS = """
[[outcome]]
id = "o01"
name = "fatigue"
scale = "FACIT-F"
direction = "higher_is_better"
weeks = 12
arm = "ldn"
role = "active"
n = 20
mean = 30
sd = 10

[[outcome]]
id = "o02"
name = "fatigue"
scale = "FACIT-F"
direction = "higher_is_better"
weeks = 12
arm = "placebo"
role = "comparator"
n = 20
mean = 25
sd = 10
"""


def text(rows: str = CONTRAST, *, name: str = "made2020", design: str = "rct_parallel") -> str:
    """A study file."""
    return HEAD.format(name=name, design=design) + rows


def faults(content: str, name: str = "made2020") -> list[str]:
    """Every fault of a study file, as it is shown."""
    place = Place(f"{name}.toml", [])
    read_study(name, content, place)
    return [str(fault) for fault in place.faults]


def study(content: str, name: str = "made2020") -> Study:
    """The study of a file without faults."""
    place = Place(f"{name}.toml", [])
    found = read_study(name, content, place)
    assert found is not None and not place.faults, place.faults
    return found


def evidence_of(*studies: Study) -> Evidence:
    """Nothing but these studies."""
    return Evidence({each.id: each for each in studies}, {}, {})
