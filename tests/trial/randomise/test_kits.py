"""Kits: what those who treat see does not depend on the allocation; what the pharmacy sees does."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lists_to_draw import crossover, secret, three_arms
from scipy.stats import chi2_contingency, mannwhitneyu

from lowdose.errors import InputError
from lowdose.trial.design.named import find_design
from lowdose.trial.design.values import Given, Method, Period, Treatment
from lowdose.trial.randomise.draw import draw_list
from lowdose.trial.randomise.kits import (
    TrialKit,
    is_kit_number,
    kit_periods,
    kits_for,
    treatments_in,
)
from lowdose.trial.randomise.lists import (
    allocation_csv,
    enrolled_csv,
    envelopes_csv,
    labels_csv,
    pharmacy_csv,
    read_allocation,
    read_enrolled,
    site_csv,
)
from lowdose.trial.randomise.seal import code_of, open_all, running_hashes, seal_the_list
from lowdose.trial.randomise.values import Entry

TWENTY = kits_for(crossover(people=20), draw_list(crossover(people=20), secret(1)), secret(1))
DRAWN_BLINDED = ["aggregated-n-of-1", "balaam", "crossover", "parallel", "williams", "withdrawal"]


@settings(max_examples=20)
@given(name=st.sampled_from(DRAWN_BLINDED), data=st.data())
def test_site_list_labels_and_codes_are_the_same_whatever_was_drawn(
    name: str, data: st.DataObject
) -> None:
    design = find_design(name)
    drawn = draw_list(design, secret(1), people=5)
    other = tuple(
        replace(one, sequence=data.draw(st.integers(0, len(design.sequences) - 1))) for one in drawn
    )

    def shown(entries: tuple[Entry, ...]) -> tuple[str, str, str]:
        kits = kits_for(design, entries, secret(1))
        return (
            site_csv(design, entries, kits),
            labels_csv(design, kits),
            envelopes_csv(entries, secret(1)),
        )

    assert shown(drawn) == shown(other)


def dependence(kits: Sequence[TrialKit]) -> float:
    """The least p of tests whether size, last digit or check digits tell the content."""
    numbers = np.array([int(kit.number[:-3]) for kit in kits])
    check = np.array([int(kit.number[-2:]) for kit in kits])
    active = np.array([kit.treatment == "ldn" for kit in kits])
    size = mannwhitneyu(numbers[active], numbers[~active]).pvalue
    tables = [
        np.histogram2d(active, digits, bins=(2, 10))[0] for digits in (numbers % 10, check % 10)
    ]
    return float(min(size, *(chi2_contingency(table).pvalue for table in tables)))


def test_numbers_of_kits_say_nothing_of_their_contents() -> None:
    design = crossover(people=1500)
    kits = kits_for(design, draw_list(design, secret(4)), secret(4))

    assert dependence(kits) > 0.001


def test_numbers_that_say_something_would_be_found_out() -> None:
    """Even and odd numbers: the test before this one is able to fail."""
    design = crossover(people=1500)
    kits = [
        replace(kit, number=f"{2 * place + (kit.treatment == 'ldn') + 10_000}-{place % 97:02d}")
        for place, kit in enumerate(kits_for(design, draw_list(design, secret(4)), secret(4)))
    ]

    assert dependence(kits) < 1e-6


def test_no_number_is_there_twice_and_each_can_be_checked() -> None:
    design = crossover(people=3000)
    numbers = [kit.number for kit in kits_for(design, draw_list(design, secret(1)), secret(1))]

    assert len(numbers) == len(set(numbers)) == 6000
    assert all(map(is_kit_number, numbers))
    assert len({len(number) for number in numbers}) == 1


def test_more_kits_than_the_design_foresees_leave_the_first_as_they_were() -> None:
    """A design of ten people has 90,000 numbers, of which a tenth is used before longer ones."""
    design = crossover(people=10)
    few, many = (
        [kit.number for kit in kits_for(design, draw_list(design, secret(1), people=n), secret(1))]
        for n in (10, 6000)
    )

    assert many[:20] == few
    assert len(set(many)) == 12_000
    assert {len(number) for number in many} == {8, 9}


@given(place=st.integers(0, 4), digit=st.integers(1, 9), kit=st.integers(0, 20))
def test_one_wrong_digit_is_never_another_kit(place: int, digit: int, kit: int) -> None:
    number = TWENTY[kit].number
    slip = str((int(number[place]) + digit) % 10)

    assert not is_kit_number(number[:place] + slip + number[place + 1 :])


@given(place=st.integers(0, 3), kit=st.integers(0, 20))
def test_two_digits_that_changed_places_are_never_another_kit(place: int, kit: int) -> None:
    number = TWENTY[kit].number
    pair = number[place : place + 2]
    turned = number[:place] + pair[::-1] + number[place + 2 :]

    assert is_kit_number(turned) == (pair[0] == pair[1])


@pytest.mark.parametrize("text", ["", "12345", "-", "12345-7", "1234a-57", "١٢-12", "12345-579"])
def test_what_is_no_number_of_a_kit_is_none(text: str) -> None:
    assert not is_kit_number(text)


def test_contents_are_those_of_the_persons_order() -> None:
    design = crossover(people=6)
    drawn = draw_list(design, secret(1))
    kits = kits_for(design, drawn, secret(1))

    for place, one in enumerate(drawn):
        own = kits[2 * place : 2 * place + 2]
        assert {kit.person for kit in own} == {one.person}
        assert tuple(kit.treatment for kit in own) == design.sequences[one.sequence].treatments


def test_all_kits_of_a_period_have_the_same_bottles_with_enough_for_every_day() -> None:
    design = three_arms(Method.BLOCKS, (1, 1, 1))
    kits = kits_for(design, draw_list(design, secret(1), people=9), secret(1))

    looks = {tuple((one.number, one.count) for one in kit.bottles) for kit in kits}
    assert looks == {((1, 7), (2, 7), (3, 70))}
    by_treatment = {kit.treatment: [one.strength_mg for one in kit.bottles] for kit in kits}
    assert by_treatment["ldn"] == [1.5, 3.0, 4.5]
    assert by_treatment["placebo"] == [0.0] * 3


def test_what_everyone_gets_before_chance_decides_is_in_no_kit_and_afterwards_it_is() -> None:
    design = find_design("withdrawal")
    longer = replace(design, periods=(*design.periods, Period("after", 28, "stay")))

    assert kit_periods(design) == (2,)
    assert kit_periods(longer) == (2, 3)
    assert treatments_in(longer, 3) == ("stay",)
    kits = kits_for(longer, draw_list(longer, secret(1), people=1), secret(1))
    assert [kit.period for kit in kits] == [2, 3]


def test_another_drug_is_left_to_the_protocol_and_nothing_to_nobody() -> None:
    design = crossover(people=1)
    other = Treatment("ldn", "amitriptyline 10 mg", Given.DRUG, "amitriptyline")
    nothing = Treatment("placebo", "no pills", Given.NOTHING)
    changed = replace(design, treatments=(other, nothing, *design.treatments[2:]))
    kits = kits_for(changed, draw_list(changed, secret(1)), secret(1))
    contents = {row["treatment"]: row["contents"] for row in rows(pharmacy_csv(changed, kits))}

    assert contents == {
        "amitriptyline 10 mg": "amitriptyline, as the protocol says",
        "no pills": "nothing to hand out",
    }


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_pharmacy_reads_what_is_in_each_bottle() -> None:
    design = crossover(people=4)
    drawn = draw_list(design, secret(1))
    table = rows(pharmacy_csv(design, kits_for(design, drawn, secret(1))))

    assert list(table[0]) == ["kit", "person", "period", "days", "treatment", "contents"]
    active = next(row for row in table if row["treatment"] == "LDN 4.5 mg")
    assert active["contents"] == (
        "bottle 1: 7 capsules of 1.5 mg; bottle 2: 7 capsules of 3 mg; "
        "bottle 3: 42 capsules of 4.5 mg"
    )


def test_a_label_tells_how_to_take_it_and_warns_of_opioids() -> None:
    design = crossover(people=1)
    label = rows(labels_csv(design, kits_for(design, draw_list(design, secret(1)), secret(1))))[1]

    assert label["bottle"] == "2 of 3"
    assert label["directions"] == "Days 8 to 14 of this period: take 1 capsule a day."
    assert label["quantity"] == "7 capsules"
    assert "opioid" in label["warnings"]


def test_each_envelope_has_the_code_of_its_person() -> None:
    drawn = draw_list(crossover(people=2), secret(1))

    assert rows(envelopes_csv(drawn, secret(1))) == [
        {"person": one.person, "code": code_of(secret(1), one.person)} for one in drawn
    ]


@pytest.mark.parametrize("name", DRAWN_BLINDED)
def test_an_opened_list_comes_back_from_its_table(name: str) -> None:
    design = find_design(name)
    opened = open_all(design, draw_list(design, secret(1), people=3), secret(1))

    assert read_allocation(design, allocation_csv(design, opened)) == opened


def test_those_who_came_come_back_from_their_table() -> None:
    design = find_design("parallel")
    sealed = seal_the_list(design, draw_list(design, secret(1), people=3), secret(1))
    _, *hashes = running_hashes(sealed)
    table = enrolled_csv(design, sealed.seals, hashes)

    assert read_enrolled(design, table) == tuple(zip(sealed.seals, hashes, strict=True))
    with pytest.raises(InputError, match="row 2, column sex: 'femal', expected female, male"):
        read_enrolled(design, table.replace("female", "femal"))


@pytest.mark.parametrize("text", ["person\n1,2\n", 'person\n"1', "person\n\n"])
def test_a_table_that_is_no_opened_list_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_allocation(find_design("crossover"), text, "allocation.csv")
