"""A sealed list tells nothing, opens for one person or for all, and shows every change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lists_to_draw import SEX, crossover, secret

from lowdose.errors import InputError
from lowdose.trial.design.named import design_text, find_design
from lowdose.trial.design.read import parse_design
from lowdose.trial.design.values import Design, Method
from lowdose.trial.randomise.draw import draw_list
from lowdose.trial.randomise.minimise import minimised
from lowdose.trial.randomise.opening import reopen
from lowdose.trial.randomise.published import parse_published, published_json
from lowdose.trial.randomise.seal import (
    code_of,
    design_hash,
    differences,
    open_all,
    open_one,
    running_hashes,
    seal_the_list,
)
from lowdose.trial.randomise.values import Opened, Sealed

DESIGN = crossover(Method.BLOCKS, SEX, people=12)
KEY = secret(1)
DRAWN = draw_list(DESIGN, KEY)
SEALED = seal_the_list(DESIGN, DRAWN, KEY)
OPENED = open_all(DESIGN, DRAWN, KEY)


def test_the_opened_list_is_the_sealed_one() -> None:
    assert differences(DESIGN, SEALED, OPENED) == ()
    assert reopen(DESIGN, SEALED, KEY) == DRAWN


@settings(max_examples=30)
@given(data=st.data())
def test_any_change_of_an_opened_list_is_found(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(OPENED) - 1))
    one = OPENED[place]
    changed = [*OPENED]
    changed[place] = data.draw(
        st.sampled_from(
            [
                replace(one, sequence="LP" if one.sequence == "PL" else "PL"),
                replace(one, stratum=("male",) if one.stratum == ("female",) else ("female",)),
                replace(one, code=code_of(secret(2), one.person)),
                replace(one, person=OPENED[place - 1].person),
                replace(one, person="3-99"),
            ]
        )
    )

    assert differences(DESIGN, SEALED, changed)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[1:], "Person 1-01 is missing."),
        (lambda rows: [*rows, rows[3]], "Person 1-04 is there 2 times."),
        (lambda rows: [*rows, replace(rows[0], person="9")], "Person 9 is not on the list."),
    ],
)
def test_people_left_out_or_added_are_named(
    change: Callable[[tuple[Opened, ...]], list[Opened]], said: str
) -> None:
    assert differences(DESIGN, SEALED, change(OPENED)) == (said,)


def test_two_people_who_changed_places_are_both_found() -> None:
    first = next(one for one in OPENED if one.sequence == "LP")
    second = next(one for one in OPENED if one.sequence == "PL")
    moved = {first.person: "PL", second.person: "LP"}
    changed = [replace(one, sequence=moved.get(one.person, one.sequence)) for one in OPENED]

    assert len(differences(DESIGN, SEALED, changed)) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda sealed: replace(sealed, seals=sealed.seals[:-1]),
        lambda sealed: replace(sealed, seals=sealed.seals[::-1]),
        lambda sealed: replace(sealed, key_sha256="0" * 64),
        lambda sealed: replace(sealed, file_sha256="0" * 64),
        lambda sealed: replace(
            sealed, seals=(replace(sealed.seals[0], seal="0" * 64), *sealed.seals[1:])
        ),
        lambda sealed: replace(sealed, list_sha256="0" * 64),
    ],
)
def test_changed_seals_do_not_add_up_to_the_published_hash(
    change: Callable[[Sealed], Sealed],
) -> None:
    changed = change(SEALED)

    assert differences(DESIGN, changed) == ("The seals do not add up to the hash of the list.",)


def test_another_list_made_up_to_fit_has_another_hash() -> None:
    """Who draws again until the list pleases cannot keep the hash that was published."""
    hashes = {
        seal_the_list(DESIGN, draw_list(DESIGN, secret(n)), secret(n)).list_sha256
        for n in range(20)
    }

    assert len(hashes) == 20


@pytest.mark.parametrize(
    "change",
    [
        lambda design: replace(design, people=13),
        lambda design: replace(design, periods=design.periods[1:]),
        lambda design: replace(design, sequences=design.sequences[::-1]),
        lambda design: replace(
            design,
            treatments=(replace(design.treatments[0], steps=()), *design.treatments[1:]),
        ),
        lambda design: replace(design, allocation=replace(design.allocation, block_sizes=(4,))),
    ],
)
def test_a_change_of_what_the_list_rests_on_is_found(change: Callable[[Design], Design]) -> None:
    assert "The design is not the one" in differences(change(DESIGN), SEALED, OPENED)[0]


def test_the_hash_of_a_design_is_the_same_in_later_versions() -> None:
    """Made by the first version that sealed lists, whose lists later ones must open."""
    design = parse_design("""
        title = "A"
        condition = "fibromyalgia"
        people = 20
        blinding = "double"
        reference = "placebo"
        outcome = { symptom = "pain" }
        treatments.ldn = { steps = [{ dose_mg = 1.5, days = 7 }, { dose_mg = 4.5 }] }
        treatments.placebo = { placebo = true }
        periods = [{ name = "treatment", weeks = 12 }]
        sequences = { L = ["ldn"], P = { treatments = ["placebo"], share = 2 } }
        allocation = { block_sizes = [6], factors = { sex = ["female", "male"] } }
    """)

    assert design_hash(design).startswith("308013e303e698506144ad9360b19166")


def test_comments_and_the_name_of_a_file_do_not_change_a_design() -> None:
    text = design_text("crossover")[0].decode()
    remarked = parse_design("# ours\n" + text.replace("# assumption", "# remark"), name="ours")

    assert design_hash(remarked) == design_hash(find_design("crossover"))


def test_a_code_opens_its_own_envelope_and_no_other() -> None:
    code = code_of(KEY, "1-03")

    assert open_one(DESIGN, SEALED, "1-03", code) == OPENED[2]
    for other in OPENED:
        if other.person != "1-03":
            with pytest.raises(InputError, match="the code of this person's envelope"):
                open_one(DESIGN, SEALED, other.person, code)


@pytest.mark.parametrize("person", ["1-03", "1-3", " 1-003 "])
def test_zeros_before_a_number_may_be_left_out_in_a_hurry(person: str) -> None:
    assert open_one(DESIGN, SEALED, person, code_of(KEY, "1-03").lower()).person == "1-03"


@pytest.mark.parametrize("person", ["3-01", "", "1", "1-", "x"])
def test_an_unknown_person_is_said(person: str) -> None:
    with pytest.raises(InputError, match="a person of the list, 1-01 to 2-12"):
        open_one(DESIGN, SEALED, person, "A")


def test_nothing_is_opened_by_a_design_that_was_changed() -> None:
    """The sequence would be right, and what it stands for could be wrong."""
    crossed = replace(
        DESIGN,
        sequences=tuple(replace(one, treatments=one.treatments[::-1]) for one in DESIGN.sequences),
    )
    with pytest.raises(InputError, match="design"):
        open_one(crossed, SEALED, "1-03", code_of(KEY, "1-03"))


def test_another_key_opens_nothing() -> None:
    with pytest.raises(InputError, match="another key"):
        reopen(DESIGN, SEALED, secret(2))


def test_a_short_key_seals_nothing() -> None:
    with pytest.raises(InputError, match="31 bytes, expected 32"):
        seal_the_list(DESIGN, DRAWN, bytes(31))


def test_seals_of_another_draw_are_found_with_the_key() -> None:
    """All hashes fit: only drawing again shows that this list was not drawn by this key."""
    turned = tuple(replace(one, sequence=1 - one.sequence) for one in DRAWN)

    with pytest.raises(InputError, match="not those of the list that this key draws"):
        reopen(DESIGN, seal_the_list(DESIGN, turned, KEY), KEY)


def test_a_minimised_list_grows_and_its_earlier_hashes_stay() -> None:
    design = crossover(Method.MINIMISATION, SEX, people=12)
    came = [("female",), ("male",), ("female",)]
    sealed = [seal_the_list(design, minimised(design, KEY, came[:many]), KEY) for many in range(4)]

    last = sealed[-1]
    assert list(running_hashes(last)) == [one.list_sha256 for one in sealed]
    assert reopen(design, last, KEY) == minimised(design, KEY, came)


def test_the_published_file_comes_back_as_it_was() -> None:
    assert parse_published(published_json(DESIGN, SEALED, "2026-03-02")) == SEALED


def test_the_published_file_names_no_order() -> None:
    """Turning every order round changes the seals, and nothing else that could be read."""
    turned = tuple(replace(one, sequence=1 - one.sequence) for one in DRAWN)
    files = [
        published_json(DESIGN, seal_the_list(DESIGN, each, KEY), "2026-03-02")
        for each in (DRAWN, turned)
    ]

    shapes = ["".join("x" if c in "0123456789abcdef" else c for c in file) for file in files]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "3", "[" * 5000, '{"format": "lowdose sealed list 9", "seals": [1]}']
)
def test_what_is_no_published_file_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_published(text, "public.json")
