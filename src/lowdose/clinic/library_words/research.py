"""What pooled courses say."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

__all__ = ["PHRASES"]

PHRASES: tuple[str, ...] = (
    _("average of all"),
    _("next person"),
    _("1 course of %(words)s: %(symptom)s"),
    _("%(n)s courses of %(words)s: %(symptom)s"),
    _("change of %(symptom)s, points"),
    _("%(words)s %(n)s (%(n2)s to %(n3)s)"),
    _("better"),
    _("worse"),
    _("← better"),
    _("worse →"),
    _("← worse"),
    _("better →"),
    _("%(words)s: %(symptom)s, %(n)s to %(n2)s; below zero is better."),
    _("%(words)s: %(symptom)s, %(n)s to %(n2)s; above zero is better."),
    _("1 course of %(words)s"),
    _("%(n)s courses of %(words)s"),
    _("1 course"),
    _("%(n)s courses"),
    _(
        "On average it changes %(symptom)s by %(words)s. That the average is a benefit is "
        "%(words2)s."
    ),
    _("%(n)s (95 %% interval %(n2)s to %(n3)s)"),
    _("almost certain"),
    _("very likely"),
    _("likely"),
    _("about as likely as not"),
    _("unlikely"),
    _("very unlikely"),
    _("almost certainly not"),
    _(
        "People differ around it by %(words)s (standard deviation). The next person may expect "
        "%(words2)s; %(n)s %% of people are helped at all."
    ),
    _("Other cells: - %(words)s"),
    _(
        "These people knew what they took. How much of the change is expectation is only "
        "believed, from published placebo groups, and more such courses cannot say it better: "
        "the average is less sure than its interval."
    ),
    _("Fewer than five courses: what is found rests mostly on what was believed."),
    _(
        "One person may be in several cells (a dose after another), so cells are not "
        "independent; the comparison between them takes them as if they were."
    ),
    _("%(words)s, open"),
    _("%(words)s %(n)s mg"),
    _("Each person, with what is known of the others:"),
    _("How cells differ:"),
    _("%(condition)s, %(words)s"),
)
