"""Designs of trials that have a name, and the picture of what they could settle."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

__all__ = ["PHRASES"]

PHRASES: tuple[str, ...] = (
    _("Bested 2023: LDN and placebo in fibromyalgia, three weeks each"),
    _("Bruun-Plesner 2020: which dose? 27 women with fibromyalgia"),
    _("Cree 2010: LDN and placebo in 80 people with multiple sclerosis"),
    _("FINAL 2024: naltrexone 6 mg or placebo in 99 women with fibromyalgia"),
    _("INNOVA 2026: LDN or placebo in 98 women with fibromyalgia, a year"),
    _("Smith 2011: LDN or placebo in 40 people with active Crohn's disease"),
    _("Younger 2009: LDN in ten women with fibromyalgia"),
    _("Younger 2013: LDN and placebo in 31 women with fibromyalgia"),
    _("LDN and placebo, three times each, for each of twenty people"),
    _("LDN and placebo in all four orders"),
    _("LDN and placebo for everyone, in either order"),
    _("Up and down: the dose to which half of people respond"),
    _("Placebo, then LDN, for everyone"),
    _("LDN and placebo, four times each, for one person"),
    _("LDN or placebo, in two groups"),
    _("Three doses and placebo for everyone"),
    _("LDN for everyone, then LDN or placebo for those who do well"),
    _("dose finding"),
    _("parallel groups"),
    _("crossover"),
    _("N-of-1"),
    _("aggregated N-of-1"),
    _("fixed order"),
    _("randomised withdrawal"),
    _("people %(n)s"),
    _("points by which the treatment is better"),
    _("people in a trial"),
    _("trials that find a difference"),
    _("power"),
    _("design"),
    _("a design with a reference to compare with; dose finding can be run, not powered"),
    _("better by %(n)s"),
    _("people in a trial %(n)s"),
    _("points by which the treatment is better %(n)s: %(n2)s%%"),
    _("%(n)s%%"),
    _("%(n)s %%"),
    _("%(n)s %% ± %(n2)s"),
)
