"""Design files to change and to break."""

from __future__ import annotations

CROSSOVER = """\
title = "LDN and placebo, in either order"
condition = "fibromyalgia"
people = 24
blinding = "double"
reference = "placebo"

[outcome]
symptom = "pain"
scale = [0, 10]

[treatments.ldn]
name = "LDN 4.5 mg"
steps = [{ dose_mg = 1.5, weeks = 1 }, { dose_mg = 4.5, weeks = 1 }]

[treatments.placebo]
placebo = true

[[periods]]
name = "baseline"
weeks = 2
everyone = "nothing"

[[periods]]
name = "first"
weeks = 8

[[periods]]
name = "second"
weeks = 8

[sequences]
LP = ["ldn", "placebo"]
PL = ["placebo", "ldn"]
"""

N_OF_1 = """\
title = "Blocks of their own"
condition = "fibromyalgia"
people = 3
blinding = "double"
reference = "placebo"
outcome = { symptom = "pain" }
treatments.ldn = { dose_mg = 4.5 }
treatments.placebo = { placebo = true }

[n_of_1]
blocks = 3
treatments = ["ldn", "placebo"]
weeks = 2
skip_days = 3
washout_days = 7
"""

ONE_AFTER_THE_OTHER = """\
title = "Placebo, then LDN, for everyone"
condition = "fibromyalgia"
people = 10
blinding = "single"
reference = "placebo"
outcome = { symptom = "pain" }
treatments.ldn = { dose_mg = 4.5 }
treatments.placebo = { placebo = true }
periods = [
  { name = "placebo", weeks = 2, everyone = "placebo" },
  { name = "ldn", weeks = 8, everyone = "ldn" },
]
"""


def changed(text: str, old: str, new: str) -> str:
    """The file with one thing changed, which must be there once."""
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    return text.replace(old, new)
