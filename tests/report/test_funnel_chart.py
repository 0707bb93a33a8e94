"""The funnel picture: its contours are those of the normal test, and its words are honest."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from lowdose.evidence.views import pooled_views
from lowdose.report.charts.funnel_chart import egger_words, funnel_chart
from lowdose.report.charts.specification import Band, Chart, Points, Role
from lowdose.report.charts.svg import to_svg
from lowdose.report.evidence_text import Pool

# Lopsided on purpose, as in the example of trim and fill: two studies are thought missing.
VALUES, VARIANCES = (-0.1, -0.15, -0.5, -0.9, -1.2), (0.01, 0.02, 0.06, 0.1, 0.2)


def chart(is_log: bool = False, filled: bool = False) -> Chart:
    what = Pool("made up", "risk ratio", tuple("ABCDE"), VALUES, VARIANCES, is_log)
    return funnel_chart(what, pooled_views(VALUES, VARIANCES), filled=filled)


def layers(drawn: Chart, kind: type) -> list:  # type: ignore[type-arg]
    return [one for one in drawn.panels[0].layers if isinstance(one, kind)]


@pytest.mark.parametrize("is_log", [False, True])
@pytest.mark.parametrize(
    ("role", "lower", "upper"),
    [(Role.P_5_TO_10, 0.1, 0.05), (Role.P_1_TO_5, 0.05, 0.01), (Role.P_BELOW_1, 0.01, None)],
)
def test_contours_lie_where_p_is_what_they_say(
    role: Role, lower: float, upper: float | None, is_log: bool
) -> None:
    """p = 2 Phi(-|effect| / standard error) on either edge of a shade (Peters 2008)."""
    drawn = chart(is_log)
    band = next(one for one in layers(drawn, Band) if one.role is role)
    deepest = drawn.panels[0].y.low

    for edge, p in ((band.low, lower), (band.high, upper)):
        for x, y in zip(band.x, edge, strict=True):
            effect = math.log(x) if is_log else x
            if p is None:
                assert y == 0
            elif effect and y > deepest:
                assert 2 * stats.norm.sf(abs(effect) / -y) == pytest.approx(p, rel=1e-5)


def test_every_study_lies_at_its_effect_and_standard_error() -> None:
    (dots,) = layers(chart(is_log=True), Points)

    assert dots.x == pytest.approx([math.exp(one) for one in VALUES])
    assert dots.y == pytest.approx([-math.sqrt(one) for one in VARIANCES])


def test_filled_in_studies_are_marked_as_none() -> None:
    _, more = layers(chart(filled=True), Points)

    assert len(more.x) == 2
    assert "not a study" in more.label


def test_few_studies_are_no_reassurance() -> None:
    assert "silence proves nothing" in egger_words(VALUES, VARIANCES)
    assert egger_words(VALUES[:2], VARIANCES[:2]) == "Egger's test needs three studies or more."
    assert "differ in size" in egger_words(VALUES, (0.1,) * 5)
    assert "silence" not in egger_words(VALUES * 2, VARIANCES * 2)


def test_it_can_be_drawn_for_one_study() -> None:
    what = Pool("one", "difference", ("A",), (0.3,), (0.04,), False)

    assert to_svg(funnel_chart(what, pooled_views((0.3,), (0.04,)))).startswith("<svg")
