"""The page on certainty says the rules that the program applies, number by number."""

from __future__ import annotations

import math
from pathlib import Path

from lowdose.evidence.certainty import bias, circumstance_steps, judgements, pooled_steps
from lowdose.evidence.certainty.outcomes import IMPORTANT, important_difference
from lowdose.evidence.certainty.words import Domain, Risk, Seriousness, TrialDomain
from lowdose.evidence.comparisons import compare
from lowdose.evidence.load import evidence
from lowdose.evidence.verdicts import AGREES, Bearing
from lowdose.evidence.words import EffectType, Says, Verdict

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "evidence" / "certainty.md").read_text(encoding="utf-8")


def row(first: str) -> str:
    """The row of a table that begins with this word."""
    return next(line for line in PAGE.splitlines() if line.startswith(f"| `{first}`"))


def test_every_domain_and_level_is_explained() -> None:
    for domain in (*TrialDomain, *Domain):
        assert row(domain.value)
    for level in (*Risk, *Seriousness):
        assert f"`{level.value}`" in PAGE


def test_the_bounds_of_a_trial_are_those_of_the_rules() -> None:
    assert f"at most {bias.FEW_MISSING:.0%}".replace("%", " %") in row("missing_data")
    assert f"at most {bias.MANY_MISSING:.0%}".replace("%", " %") in row("missing_data")
    assert f"at least {bias.ENOUGH_WASHOUT_WEEKS:g} week" in row("carry_over")


def test_the_bounds_of_a_pool_are_those_of_the_rules() -> None:
    high, doubt = pooled_steps.HIGH_SHARE, pooled_steps.IN_DOUBT_SHARE
    assert f"more than {high:g} % of the information is from trials at high risk" in row(
        "risk_of_bias"
    )
    assert f"more than {doubt:g} % from these" in row("risk_of_bias")
    assert f"{100 * pooled_steps.POWER:g} % power" in row("imprecision")
    assert math.isclose(pooled_steps.VERY_LITTLE, 1 / 3) and "a third" in row("imprecision")
    assert pooled_steps.SPREAD_HALF == 0.5 and "at least half" in row("inconsistency")
    assert f"more than {circumstance_steps.HALF:g} %" in row("indirectness")
    assert f"less than {circumstance_steps.ENOUGH_WEEKS:g} weeks" in row("indirectness")
    assert math.isclose(circumstance_steps.OUTSIDE_SHARE, 1 / 3)
    assert "more than a third" in row("missing_evidence")
    assert f"from {circumstance_steps.FUNNEL_TRIALS} trials on" in row("missing_evidence")
    assert f"p below {circumstance_steps.FUNNEL_CHANCE:g}" in row("missing_evidence")


def test_the_important_differences_are_those_of_the_rules() -> None:
    lines = {line.split("|")[1].strip(): line for line in PAGE.splitlines() if line[:1] == "|"}
    pain = IMPORTANT["pain", EffectType.MD]
    smd, ratio = (
        important_difference("mood", compare(evidence(), "MS", "mood", measure=measure))
        for measure in ("smd", "rr")
    )

    assert pain.span == (-1, 1) and pain.source in lines["pain, points of 0 to 10"]
    assert smd is not None and smd.span == (-0.5, 0.5)
    assert f"{smd.words} | {smd.source}" in lines["standardised differences"]
    assert ratio is not None and ratio.source in lines["ratios of risks and odds"]
    low, high = (f"{math.exp(each):.2f}" for each in ratio.span)
    assert f"{low} and {high}" in lines["ratios of risks and odds"]


def test_the_table_of_verdicts_is_the_one_that_is_applied() -> None:
    said = {
        Verdict.SUPPORTED: {Bearing.SUPPORTS, Bearing.SHOWN},
        Verdict.PARTLY: set(Bearing) - {Bearing.CONTRADICTS},
        Verdict.NOT_SUPPORTED: set(Bearing) - {Bearing.SUPPORTS},
        Verdict.CONTRADICTED: {Bearing.CONTRADICTS, Bearing.SHOWN},
        Verdict.UNVERIFIABLE: set(Bearing) - {Bearing.SUPPORTS, Bearing.CONTRADICTS},
    }

    assert {verdict: set(bearings) for verdict, bearings in AGREES.items()} == said
    assert all(row(verdict.value) for verdict in (*Verdict, *Says))


def test_the_example_on_the_page_is_the_example_file() -> None:
    shown = PAGE.partition("```toml\n")[2].partition("```")[0]
    example = (ROOT / "examples" / "judgements.toml").read_text(encoding="utf-8")

    assert judgements.parse_judgements(shown) == judgements.parse_judgements(example)
