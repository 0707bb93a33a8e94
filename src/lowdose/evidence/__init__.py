"""What others found: studies, reviews, claims, and what they come to pooled.

    import lowdose as ld

    found  = ld.evidence.contrasts("fibromyalgia", "pain")       # one contrast a trial
    pooled = ld.evidence.pool(found.values, found.variances)     # one answer
    known  = ld.evidence.summary("fibromyalgia")                 # everything of a condition

Names load when first used, so that importing the package stays quick.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lowdose.evidence.catalogue import Condition as Condition
    from lowdose.evidence.catalogue import claims as claims
    from lowdose.evidence.catalogue import conditions as conditions
    from lowdose.evidence.catalogue import contrasts as contrasts
    from lowdose.evidence.catalogue import find_any_condition as find_any_condition
    from lowdose.evidence.catalogue import find_study as find_study
    from lowdose.evidence.catalogue import published_estimates as published_estimates
    from lowdose.evidence.catalogue import reviews as reviews
    from lowdose.evidence.catalogue import studies as studies
    from lowdose.evidence.certainty.judge import certainty as certainty
    from lowdose.evidence.dose_response import dose_response as dose_response
    from lowdose.evidence.edition import citation as citation
    from lowdose.evidence.harms import harms as harms
    from lowdose.evidence.multiverse.enumerate import multiverse as multiverse
    from lowdose.evidence.pooling.bayes import pool_bayes as pool_bayes
    from lowdose.evidence.pooling.closer import look_closer as look_closer
    from lowdose.evidence.pooling.pool import pool as pool
    from lowdose.evidence.pooling.pool import pool_many as pool_many
    from lowdose.evidence.pooling.rare_events import pool_rare_events as pool_rare_events
    from lowdose.evidence.pooling.regression import regress as regress
    from lowdose.evidence.pooling.sensitivity import cumulative as cumulative
    from lowdose.evidence.pooling.sensitivity import leave_one_out as leave_one_out
    from lowdose.evidence.pooling.sensitivity import subgroups as subgroups
    from lowdose.evidence.pooling.small_studies import begg as begg
    from lowdose.evidence.pooling.small_studies import egger as egger
    from lowdose.evidence.pooling.trim_and_fill import trim_and_fill as trim_and_fill
    from lowdose.evidence.prior import prior as prior
    from lowdose.evidence.published import recompute_reviews as recompute_reviews
    from lowdose.evidence.summary import Summary as Summary
    from lowdose.evidence.summary import summary as summary
    from lowdose.evidence.table import parse_effect_table as parse_effect_table
    from lowdose.evidence.views import pooled_views as pooled_views

# Name: the module it lives in. The list above says the same to type checkers; a test compares them.
_PUBLIC = {
    "conditions": "lowdose.evidence.catalogue",
    "Condition": "lowdose.evidence.catalogue",
    "find_any_condition": "lowdose.evidence.catalogue",
    "studies": "lowdose.evidence.catalogue",
    "find_study": "lowdose.evidence.catalogue",
    "reviews": "lowdose.evidence.catalogue",
    "published_estimates": "lowdose.evidence.catalogue",
    "claims": "lowdose.evidence.catalogue",
    "contrasts": "lowdose.evidence.catalogue",
    "summary": "lowdose.evidence.summary",
    "Summary": "lowdose.evidence.summary",
    "prior": "lowdose.evidence.prior",
    "recompute_reviews": "lowdose.evidence.published",
    "certainty": "lowdose.evidence.certainty.judge",
    "harms": "lowdose.evidence.harms",
    "dose_response": "lowdose.evidence.dose_response",
    "multiverse": "lowdose.evidence.multiverse.enumerate",
    "citation": "lowdose.evidence.edition",
    "pool": "lowdose.evidence.pooling.pool",
    "pool_many": "lowdose.evidence.pooling.pool",
    "pooled_views": "lowdose.evidence.views",
    "pool_bayes": "lowdose.evidence.pooling.bayes",
    "pool_rare_events": "lowdose.evidence.pooling.rare_events",
    "regress": "lowdose.evidence.pooling.regression",
    "leave_one_out": "lowdose.evidence.pooling.sensitivity",
    "cumulative": "lowdose.evidence.pooling.sensitivity",
    "subgroups": "lowdose.evidence.pooling.sensitivity",
    "egger": "lowdose.evidence.pooling.small_studies",
    "begg": "lowdose.evidence.pooling.small_studies",
    "trim_and_fill": "lowdose.evidence.pooling.trim_and_fill",
    "look_closer": "lowdose.evidence.pooling.closer",
    "parse_effect_table": "lowdose.evidence.table",
}

__all__ = [*_PUBLIC]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        known = ", ".join(__all__)
        raise AttributeError(f"module 'lowdose.evidence' has no name {name!r}; it has {known}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)


class _Folder(ModuleType):
    """Some public names are also those of files (`conditions`, `prior`, `summary`). Importing such
    a file would put it in the name's place; the public name stays what it is."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _PUBLIC and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Folder
