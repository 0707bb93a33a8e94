"""Bad designs are refused, each with the line and the reason: one row of the table a rule."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from design_files import CROSSOVER, N_OF_1, ONE_AFTER_THE_OTHER, changed
from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.errors import InputError
from lowdose.trial.design.named import design_text, designs
from lowdose.trial.design.read import parse_design
from lowdose.trial.design.timeline import timeline


class Bad(NamedTuple):
    """What is changed, where the fault must be shown ("": no line), and words of its reason."""

    old: str
    new: str
    at: str
    reason: str
    file: str = CROSSOVER


END = 'PL = ["placebo", "ldn"]\n'
SEQUENCES = '[sequences]\nLP = ["ldn", "placebo"]\n' + END
STEPS = "steps = [{ dose_mg = 1.5, weeks = 1 }, { dose_mg = 4.5, weeks = 1 }]"
BOTH = f'[treatments.ldn]\nname = "LDN 4.5 mg"\n{STEPS}\n\n[treatments.placebo]\nplacebo = true\n'
ALLOCATION = END + "[allocation]\n"
ANALYSIS = END + "[analysis]\n"
EXPECTED = END + "[expected]\n"
ENRICHMENT = END + "[enrichment]\n"
UP_AND_DOWN = (
    'people = 10\nblinding = "single"\nup_and_down = { doses_mg = [1.5, 3.0], start_mg = 3.0 }\n'
)
SEVEN = "".join(f"[treatments.t{n}]\ndose_mg = {n}.0\n" for n in range(1, 8))
MANY_PERIODS = "".join(
    f'[[periods]]\nname = "{n}"\ndays = 1\neveryone = "nothing"\n' for n in range(200)
)

WORDS = {
    "no condition": Bad('condition = "fibromyalgia"\n', "", "", "condition: nothing"),
    "no people": Bad("people = 24\n", "", "", "people: nothing"),
    "no people at all": Bad("people = 24", "people = 0", "people = 0", "from 1 to 100000"),
    "half a person": Bad("people = 24", "people = 24.5", "people = 24.5", "a whole number"),
    "nobody is not a number": Bad("people = 24", "people = nan", "people = nan", "whole number"),
    "unknown blinding": Bad('"double"', '"triple"', "triple", "one of open, single, double"),
    "misspelt key": Bad("people = 24", "peple = 24", "peple = 24", "did you mean people?"),
    "sources not a list": Bad("people = 24", 'people = 24\nsources = "a"', "sources", "a list"),
    "no outcome": Bad('[outcome]\nsymptom = "pain"\nscale = [0, 10]\n', "", "", "[outcome]"),
    "outcome not a table": Bad(
        '[outcome]\nsymptom = "pain"\nscale = [0, 10]\n',
        "outcome = 3\n",
        "outcome = 3",
        "a table of fields",
    ),
    "no symptom": Bad('symptom = "pain"\n', "", "[outcome]", "symptom: nothing"),
    "scale upside down": Bad("[0, 10]", "[10, 0]", "scale = [10, 0]", "the lower one first"),
    "which way": Bad("scale = [0, 10]", 'better = "up"', "better", "one of lower, higher"),
    "visit after the end": Bad(
        "scale = [0, 10]", "visit_weeks = [0, 20]", "visit_weeks", "no visit after the last day"
    ),
    "visits out of order": Bad(
        "scale = [0, 10]", "visit_days = [28, 14]", "visit_days", "each day once, in order"
    ),
    "visits said twice": Bad(
        "scale = [0, 10]",
        "visit_days = [28]\nvisit_weeks = [4]",
        "visit_weeks",
        "visit_days and visit_weeks, expected one of them",
    ),
    "no visits": Bad("scale = [0, 10]", "visit_weeks = []", "visit_weeks", "weeks like"),
    "worthless difference": Bad("scale = [0, 10]", "important = 0", "important", "above 0"),
}
TREATMENTS = {
    "no treatments": Bad(BOTH, "", "", "a table [treatments.NAME] for each treatment"),
    "treatments not tables": Bad(
        "people = 24\n",
        'people = 24\ntreatments = "ldn"\n',
        "treatments",
        "a table [treatments.NAME]",
        file=changed(CROSSOVER, BOTH, ""),
    ),
    "no dose": Bad(STEPS + "\n", "", "[treatments.ldn]", "no dose, expected dose_mg, steps"),
    "placebo with a dose": Bad(
        "placebo = true", "placebo = true\ndose_mg = 3.0", "dose_mg = 3.0", "placebo without a dose"
    ),
    "dose said twice": Bad(STEPS, STEPS + "\ndose_mg = 3.0", "steps", "one of them"),
    "unknown regimen": Bad(STEPS, 'template = "usuall"', "template", "did you mean usual?"),
    "ten times the dose": Bad(STEPS, "dose_mg = 45.0", "dose_mg = 45.0", "did you mean 4.5 mg?"),
    "less than nothing": Bad(STEPS, "dose_mg = -1", "dose_mg = -1", "a dose in mg"),
    "dose too fine": Bad(STEPS, "dose_mg = 0.0015", "dose_mg = 0.0015", "micrograms"),
    "high in a step": Bad("dose_mg = 4.5", "dose_mg = 45.0", "steps = ", "at most 10 mg a day"),
    "steps not a list": Bad(STEPS, "steps = 4.5", "steps = 4.5", "a list like"),
    "step without a dose": Bad("dose_mg = 1.5, ", "", "steps = ", "step 1, dose_mg: nothing"),
    "step without a length": Bad("1.5, weeks = 1", "1.5", "steps = ", "weeks or days"),
    "climb longer than its period": Bad(
        "1.5, weeks = 1", "1.5, weeks = 8", "steps = ", "a climb shorter than its shortest period"
    ),
    "given to nobody": Bad(
        "[treatments.placebo]",
        "[treatments.high]\ndose_mg = 6.0\n[treatments.placebo]",
        "[treatments.high]",
        "given to nobody",
    ),
    "reference left out": Bad('reference = "placebo"\n', "", "", 'like reference = "placebo"'),
    "unknown reference": Bad(
        'reference = "placebo"', 'reference = "placbo"', "reference", "did you mean placebo?"
    ),
    "nothing to compare with": Bad(
        'LP = ["ldn", "placebo"]\n' + END,
        'PP = ["placebo", "placebo"]\n',
        "reference",
        "another treatment to compare it with",
    ),
}
PERIODS = {
    "no periods": Bad(
        "", "", "", "[[periods]] with name and weeks", file=CROSSOVER.partition("[[periods]]")[0]
    ),
    "periods not a list": Bad(
        "people = 24",
        "people = 24\nperiods = 3",
        "periods = 3",
        "[[periods]], with name and weeks",
        file=CROSSOVER.partition("[[periods]]")[0] + SEQUENCES,
    ),
    "no time": Bad('"first"\nweeks = 8', '"first"\nweeks = 0', "weeks = 0", "a number of weeks"),
    "time runs backwards": Bad(
        '"first"\nweeks = 8', '"first"\ndays = -7', "days = -7", "a whole number from 1"
    ),
    "no length": Bad('"first"\nweeks = 8\n', '"first"\n', "[[periods]]", "weeks or days"),
    "length said twice": Bad(
        '"first"\nweeks = 8', '"first"\ndays = 56\nweeks = 8', "weeks = 8", "one of them"
    ),
    "parts of days": Bad(
        '"first"\nweeks = 8', '"first"\nweeks = 8.1', "weeks = 8.1", "weeks that make whole days"
    ),
    "same name": Bad('"second"', '"first"', '"first"', "another name: period 2 has it"),
    "unknown for everyone": Bad(
        'everyone = "nothing"', 'everyone = "nothin"', "everyone", "did you mean nothing?"
    ),
    "nothing left of it": Bad(
        '"first"\nweeks = 8',
        '"first"\nweeks = 8\nskip_days = 56',
        "skip_days",
        "fewer than the period's 56 days",
    ),
    "for ever": Bad('"first"\nweeks = 8', '"first"\nweeks = 150', "", "at most 1096 days in all"),
    "too many": Bad("[sequences]", MANY_PERIODS + "[sequences]", "", "at most 200 periods"),
}
ORDERS = {
    "no orders": Bad(SEQUENCES, "", "", "a table [sequences] that says who gets what"),
    "orders not a table": Bad(
        "people = 24",
        "people = 24\nsequences = 3",
        "sequences = 3",
        "a table, or one of all orders",
        file=changed(CROSSOVER, SEQUENCES, ""),
    ),
    "unknown orders": Bad(
        "people = 24",
        'people = 24\nsequences = "wiliams"',
        "sequences",
        "one of all orders, williams",
        file=changed(CROSSOVER, SEQUENCES, ""),
    ),
    "balaam of three": Bad(
        "people = 24",
        'people = 24\nsequences = "balaam"\ntreatments.high = { dose_mg = 6.0 }',
        "sequences",
        "balaam with 3 treatments, expected two",
        file=changed(CROSSOVER, SEQUENCES, ""),
    ),
    "all orders of nine": Bad(
        "[outcome]",
        SEVEN + "[outcome]",
        "sequences",
        "at most six treatments",
        file=changed(
            changed(CROSSOVER, SEQUENCES, ""), "people = 24", 'people = 24\nsequences="all orders"'
        ),
    ),
    "order too short": Bad(
        'PL = ["placebo", "ldn"]', 'PL = ["placebo"]', "PL = ", "1 treatments, expected 2"
    ),
    "order of numbers": Bad(
        'PL = ["placebo", "ldn"]', "PL = [1, 2]", "PL = ", "a list of treatments like"
    ),
    "unknown in an order": Bad(
        'PL = ["placebo", "ldn"]', 'PL = ["placebo", "lnd"]', "PL = ", "did you mean ldn?"
    ),
    "same order twice": Bad(
        'PL = ["placebo", "ldn"]', 'PL = ["ldn", "placebo"]', "[sequences]", "with share = 2"
    ),
    "share of nothing": Bad(
        'PL = ["placebo", "ldn"]',
        'PL = { treatments = ["placebo", "ldn"], share = 0 }',
        "PL = ",
        "share: 0",
    ),
    "more orders than people": Bad(
        "people = 24", "people = 1", "people = 1", "an arm would stay empty"
    ),
    "blocks and orders": Bad(
        "[n_of_1]",
        'sequences = "williams"\n[n_of_1]',
        "sequences",
        "blocks have their own orders",
        file=N_OF_1,
    ),
    "too many blocks": Bad(
        "blocks = 3", "blocks = 11", "blocks = 11", "two treatments allow ten blocks", file=N_OF_1
    ),
    "block of one treatment said twice": Bad(
        '["ldn", "placebo"]', '["ldn", "ldn"]', "treatments = ", "each once", file=N_OF_1
    ),
    "nothing left of a block": Bad(
        "skip_days = 3", "skip_days = 14", "skip_days", "fewer than the period's 14", file=N_OF_1
    ),
}
BLINDING = {
    "blind to nothing": Bad(
        "placebo = true", "nothing = true", "blinding", "people who cannot tell"
    ),
    "blind to the only one": Bad(
        'everyone = "placebo"',
        'everyone = "nothing"',
        "blinding",
        "two treatments to tell apart, or open",
        file=changed(
            changed(ONE_AFTER_THE_OTHER, 'reference = "placebo"', 'reference = "nothing"'),
            "treatments.placebo = { placebo = true }\n",
            "",
        ),
    ),
    "double blind to a fixed order": Bad(
        '"single"', '"double"', "blinding", 'say blinding = "single"', file=ONE_AFTER_THE_OTHER
    ),
}
ALLOCATING = {
    "unknown method": Bad(END, ALLOCATION + 'method = "dice"\n', "method", "one of blocks"),
    "odd blocks": Bad(END, ALLOCATION + "block_sizes = [3]\n", "block_sizes", "multiples of 2"),
    "blocks for nobody": Bad(END, ALLOCATION + "block_sizes = [0]\n", "block_sizes", "whole"),
    "no blocks": Bad(END, ALLOCATION + "block_sizes = []\n", "block_sizes", "a list of whole"),
    "nothing to balance": Bad(
        END, ALLOCATION + 'method = "minimisation"\n', "[allocation]", "factors to balance for"
    ),
    "factor with one level": Bad(
        END, ALLOCATION + 'factors = { sex = ["female"] }\n', "factors", "two values or more"
    ),
    "factor with a level twice": Bad(
        END, ALLOCATION + 'factors = { sex = ["f", "f"] }\n', "factors", "two values or more"
    ),
    "no factors": Bad(END, ALLOCATION + "factors = {}\n", "factors", "two values or more"),
    "coin that prefers imbalance": Bad(
        END, ALLOCATION + "strength = 0.4\n", "strength", "from 0.5 to 1"
    ),
}
ANALYSING = {
    "unknown analysis": Bad(END, ANALYSIS + 'primary = "magic"\n', "primary", "one of change"),
    "mmrm without visits": Bad(
        END, ANALYSIS + 'primary = "mmrm"\n', "primary", "three visits or more"
    ),
    "ancova of two periods": Bad(
        END, ANALYSIS + 'primary = "ancova"\n', "primary", "one period open to chance"
    ),
    "up and down without doses": Bad(
        END, ANALYSIS + 'primary = "up-and-down"\n', "primary", "a table [up_and_down]"
    ),
    "daily model of visits": Bad(
        "scale = [0, 10]",
        "visit_weeks = [0, 8]",
        "primary",
        "daily ratings: no visit_weeks",
        file=changed(CROSSOVER, END, ANALYSIS + 'primary = "mixed"\n'),
    ),
    "crossover of one period": Bad(
        '[[periods]]\nname = "second"\nweeks = 8\n\n' + SEQUENCES,
        '[sequences]\nL = ["ldn"]\nP = ["placebo"]\n[analysis]\nprimary = "crossover"\n',
        "primary",
        "two periods or more",
    ),
    "window longer than a period": Bad(
        END, ANALYSIS + "window_days = 57\n", "window_days", "at most 56, the shortest period"
    ),
    "certain of everything": Bad(END, ANALYSIS + "alpha = 0\n", "alpha", "from 0.0001 to 0.5"),
    "responders to nothing": Bad(
        END, ANALYSIS + "responder_percent = 0\n", "responder_percent", "from 1 to 100"
    ),
    "carry-over is yes or no": Bad(
        END, ANALYSIS + 'carry_over = "yes"\n', "carry_over", "true or false"
    ),
}
EXPECTING = {
    "baseline off the scale": Bad(
        END,
        EXPECTED + "baseline = 11\n",
        "baseline",
        "a value on the scale, 0 to 10",
    ),
    "effect beyond the scale": Bad(END, EXPECTED + "effect = -12\n", "effect", "the whole scale"),
    "negative spread": Bad(END, EXPECTED + "spread = -1\n", "spread", "0 or more"),
    "everybody leaves": Bad(END, EXPECTED + "dropout = 1.0\n", "dropout", "from 0 to 0.95"),
    "adherence of a list": Bad(END, EXPECTED + "adherence = []\n", "adherence", "one of full"),
    "unknown adherence": Bad(END, EXPECTED + 'adherence = "good"\n', "adherence", "one of full"),
    "enriched in no period": Bad(
        END, ENRICHMENT + 'period = "run-in"\n', 'period = "run-in"', "one of baseline, first"
    ),
    "enriched without treatment": Bad(
        END,
        ENRICHMENT + 'period = "baseline"\n',
        'period = "baseline"',
        "a period in which everyone gets a treatment",
    ),
    "enriched when all is over": Bad(
        "",
        "",
        'period = "after"',
        "a period open to chance after it",
        file=changed(
            changed(
                CROSSOVER,
                "[sequences]",
                '[[periods]]\nname = "after"\nweeks = 4\neveryone = "ldn"\n[sequences]',
            ),
            END,
            ENRICHMENT + 'period = "after"\n',
        ),
    ),
    "looks that fall": Bad(
        END, END + "[looks]\nfractions = [0.8, 0.5, 1]\n", "fractions", "rising shares"
    ),
    "looks that never end": Bad(
        END, END + "[looks]\nfractions = [0.3, 0.6]\n", "fractions", "the last one 1"
    ),
    "unknown looks": Bad(
        END, END + '[looks]\nfractions = [1]\nrule = "often"\n', "rule", "one of pocock"
    ),
    "dose finding with a reference": Bad(
        'people = 10\nblinding = "single"\n',
        UP_AND_DOWN,
        "reference",
        "none in dose finding",
        file=ONE_AFTER_THE_OTHER,
    ),
    "doses out of order": Bad(
        'people = 10\nblinding = "single"\n',
        UP_AND_DOWN.replace("1.5, 3.0", "3.0, 1.5"),
        "up_and_down",
        "each dose once, the lowest first",
        file=ONE_AFTER_THE_OTHER,
    ),
    "start between doses": Bad(
        'people = 10\nblinding = "single"\n',
        UP_AND_DOWN.replace("start_mg = 3.0", "start_mg = 2.0"),
        "up_and_down",
        "one of doses_mg",
        file=ONE_AFTER_THE_OTHER,
    ),
}
# Faults that must not hide others, or trip over what is not there.
NAMED_WRONG = {
    "enriched in a period of something unknown": Bad(
        'everyone = "nothing"',
        'everyone = "lnd"',
        "everyone",
        "did you mean ldn?",
        file=changed(CROSSOVER, END, ENRICHMENT + 'period = "baseline"\n'),
    ),
    "order of something unknown": Bad(
        'LP = ["ldn", "placebo"]', 'LP = ["lnd", "placebo"]', "LP = ", "did you mean ldn?"
    ),
}
TABLE = {
    **NAMED_WRONG,
    **WORDS,
    **TREATMENTS,
    **PERIODS,
    **ORDERS,
    **BLINDING,
    **ALLOCATING,
    **ANALYSING,
    **EXPECTING,
}


@pytest.mark.parametrize("bad", TABLE.values(), ids=TABLE)
def test_a_bad_design_is_refused_with_its_line_and_the_reason(bad: Bad) -> None:
    text = changed(bad.file, bad.old, bad.new) if bad.old else bad.file
    lines = [number for number, line in enumerate(text.splitlines(), 1) if bad.at in line]

    with pytest.raises(InputError) as refused:
        parse_design(text, source="mine.toml")

    faults = [str(fault) for fault in refused.value.faults if bad.reason in str(fault)]
    assert faults, str(refused.value)
    if bad.at:
        assert any(f"line {number}," in faults[0] for number in lines), faults[0]


@pytest.mark.parametrize("text", [CROSSOVER, N_OF_1, ONE_AFTER_THE_OTHER])
def test_what_the_bad_designs_are_made_from_is_good(text: str) -> None:
    assert parse_design(text).people


def test_all_faults_are_told_at_once() -> None:
    text = changed(changed(CROSSOVER, "people = 24", "people = 0"), "[0, 10]", "[10, 0]")

    with pytest.raises(InputError) as refused:
        parse_design(text)

    assert len(refused.value.faults) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"title = \xff", "not UTF-8"),
        ("title = ", "TOML"),
        ('title = "a"\ntitle = "b"', "TOML"),
        ("a = " + "[" * 5000, "TOML"),
        ("#" * 200_001, "at most 200000 characters"),
        ("", "title: nothing"),
    ],
)
def test_what_is_no_design_file_is_refused(content: str | bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        parse_design(content)


VALUES = st.sampled_from(
    ("0", "-1", "nan", "inf", "1e9", "true", '""', '"x"', "[]", "{}", "[[]]", '["ldn"]', "[1, 2]")
)


@settings(max_examples=60)
@given(name=st.sampled_from(designs("templates")), data=st.data())
def test_a_broken_design_is_refused_or_can_be_laid_out_and_nothing_else(
    name: str, data: st.DataObject
) -> None:
    lines = design_text(name)[0].decode().splitlines()
    settable = [number for number, line in enumerate(lines) if " = " in line]
    for number in data.draw(st.lists(st.sampled_from(settable), min_size=1, max_size=2)):
        key = lines[number].partition("=")[0]
        lines[number] = f"{key}= {data.draw(VALUES)}"

    try:
        design = parse_design("\n".join(lines))
    except InputError as refused:
        assert refused.faults
    else:
        assert timeline(design).period.size == design.days
