"""What kind of thing a family of outcomes is, and which difference in it matters.

The smallest important difference is a convention: a person may need more, or be glad of less.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from lowdose.evidence.certainty.values import Important
from lowdose.evidence.contrast import Comparison
from lowdose.evidence.records import Span
from lowdose.evidence.words import EffectType

__all__ = ["IMPORTANT", "LABORATORY", "SURROGATES", "important_difference"]

# Measured by a machine, so that knowing the treatment cannot bend it much.
LABORATORY = frozenset({"cd4_count", "cd4_percent", "levels"})

# Stand for what matters to the person, who does not feel them.
SURROGATES = LABORATORY | {
    "effective_dose",
    "endoscopic_remission",
    "endoscopic_response",
    "medicines",
    "pain_mechanisms",
}

_DWORKIN = "doi:10.1016/j.jpain.2007.09.005"
_NORMAN = "doi:10.1097/01.MLR.0000062554.74615.4C"
_GUYATT = "doi:10.1016/j.jclinepi.2011.01.012"
_RATIOS = Important(
    Span(math.log(0.75), math.log(1.25)), "a quarter fewer or a quarter more", _GUYATT
)

IMPORTANT: Mapping[tuple[str, EffectType], Important] = {
    ("pain", EffectType.MD): Important(Span(-1, 1), "1 point on 0 to 10", _DWORKIN),
}
_BY_MEASURE: Mapping[EffectType, Important] = {
    EffectType.SMD: Important(Span(-0.5, 0.5), "half a standard deviation", _NORMAN),
    EffectType.RR: _RATIOS,
    EffectType.OR: _RATIOS,
}


def important_difference(family: str, found: Comparison) -> Important | None:
    """The smallest important difference for a family as it was compared, or None.

    Pain, 0 to 10: 1 point (Dworkin 2008, doi:10.1016/j.jpain.2007.09.005, of changes within
    people). Standardised differences: half a standard deviation (Norman 2003,
    doi:10.1097/01.MLR.0000062554.74615.4C). Ratios of risks and odds: 0.75 and 1.25 (Guyatt 2011,
    doi:10.1016/j.jclinepi.2011.01.012). Other differences of means have none that we know of.
    """
    own = IMPORTANT.get((family, found.measure))
    if own is not None and found.range == Span(0, 10):
        return own
    return _BY_MEASURE.get(found.measure)
