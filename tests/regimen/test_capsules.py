"""The capsule arithmetic is exact: checked against counting out every possibility."""

from itertools import combinations_with_replacement

from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.regimen.capsules import fewest_capsules, nearest_doses_ug

MOST = 5
stock = st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True).map(
    lambda units: tuple(unit * 250 for unit in units)
)
doses = st.integers(1, 80).map(lambda unit: unit * 250)


def every_way(strengths, most=MOST):
    """All multisets of at most `most` capsules, as counts per strength."""
    for count in range(1, most + 1):
        for picked in combinations_with_replacement(range(len(strengths)), count):
            yield tuple(picked.count(place) for place in range(len(strengths)))


def total(counts, strengths):
    return sum(count * strength for count, strength in zip(counts, strengths, strict=True))


def rank(counts, strengths):
    larger_first = [-count for _, count in sorted(zip(strengths, counts, strict=True))[::-1]]
    return sum(counts), sum(count > 0 for count in counts), larger_first


@settings(max_examples=150, deadline=None)
@given(stock, doses)
def test_no_way_of_counting_out_beats_the_chosen_one(strengths, dose):
    ways = [way for way in every_way(strengths) if total(way, strengths) == dose]

    expected = min(ways, key=lambda way: rank(way, strengths), default=None)

    assert fewest_capsules(dose, strengths, most=MOST) == expected


@settings(max_examples=150, deadline=None)
@given(stock, doses)
def test_nearest_doses_are_the_nearest_of_all_that_can_be_made(strengths, dose):
    made = {total(way, strengths) for way in every_way(strengths)}

    below = max((other for other in made if other < dose), default=None)
    above = min((other for other in made if other > dose), default=None)

    assert nearest_doses_ug(dose, strengths, most=MOST) == (below, above)


def test_order_of_stock_does_not_change_what_is_taken():
    assert fewest_capsules(4000, (3000, 500, 1500)) == (1, 2, 0)
    assert fewest_capsules(4000, (500, 1500, 3000)) == (2, 0, 1)


def test_two_equal_capsules_are_preferred_to_two_strengths():
    # 3 mg is 1.5 + 1.5 or 2.5 + 0.5: both two capsules, the first is one strength
    assert fewest_capsules(3000, (500, 1500, 2500)) == (0, 2, 0)


def test_no_dose_takes_no_capsules():
    assert fewest_capsules(0, (500, 1500)) == (0, 0)


def test_a_stock_of_twelve_awkward_strengths_is_answered_quickly():
    strengths = tuple(range(401, 1601, 100))

    counts = fewest_capsules(13_512, strengths)

    assert counts is not None
    assert total(counts, strengths) == 13_512
