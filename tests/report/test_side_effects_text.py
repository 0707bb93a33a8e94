"""Side effects in words: what is counted, what is remembered and what is assumed is told apart."""

from __future__ import annotations

from lowdose.report.side_effects_text import side_effects_text


def test_both_arms_of_the_trial_are_given() -> None:
    said = side_effects_text([4.5])

    assert "Of 100 people, 69 (55 to 80) noted some on 4.5 mg within a year, and 72" in said
    assert "on a placebo, going by one trial of 98 (SA20)" in said


def test_what_was_not_checked_is_said_to_be_so() -> None:
    said = side_effects_text([4.5])
    shares, _, rest = said.partition("these placebo shares are remembered")

    assert "with vivid dreams against 13" in shares
    assert rest.startswith(" from one small trial and were not checked.")


def test_that_no_trial_compared_doses_is_always_said() -> None:
    assert all("No trial compared doses" in side_effects_text([dose]) for dose in (0.5, 4.5, 10))


def test_a_lower_dose_is_an_assumption_and_a_higher_one_is_not_guessed() -> None:
    assert "(assumption), vivid dreams come 1.6 (1.0 to 2.5) times" in side_effects_text([1.5, 4.5])
    assert "(assumption)" not in side_effects_text([4.5])
    assert "About doses above 6 mg nothing can be said" in side_effects_text([4.5, 9])
