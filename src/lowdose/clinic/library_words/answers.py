"""What the library says of a diary: what weakens its answer, and why there is none."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

__all__ = ["PHRASES"]

PHRASES: tuple[str, ...] = (
    _("Only %(words)s: the answer leans on the prior."),
    _("1 rated day"),
    _("%(n)s rated days"),
    _("1 day"),
    _("%(n)s days"),
    _("%(n)s of %(words)s without a rating."),
    _(
        "No rated day on %(words)s: the effect is told from expectation and drift by the prior "
        "alone."
    ),
    _(
        "The diary begins on treatment: it is read as if treatment began that day. If it began "
        "earlier, this diary says little about what it does."
    ),
    _("Only %(words)s on %(words2)s."),
    _(
        "Treatment and %(words)s changed over only %(words2)s: a natural change at that moment "
        "would look the same."
    ),
    _("once"),
    _("twice"),
    _("%(n)s times"),
    _(
        "Days without a dose between the first and the last: %(n)s. Nothing is counted as "
        "taken on them."
    ),
    _(
        "%(n)s %% of ratings are at the %(words)s end of the scale, where a change cannot show "
        "in full."
    ),
    _("lowest"),
    _("highest"),
    _("%(n)s %% of the %(n2)s guesses were right"),
    _(
        "%(words)s: better than chance, so the blinding did not fully hold. Part of the effect "
        "may come from knowing."
    ),
    _("%(words)s; guesses exist for one treatment only, which says little about blinding."),
    _("%(words)s: no clear sign that the person could tell the treatments apart."),
    _("there is a placebo"),
    _("the codes are sealed"),
    _("All ratings are the same: a diary like this cannot show an effect."),
    _(
        "The shortest period has %(words)s: an effect that fades slowly carries over into the "
        "next one. The model allows for it, at the price of certainty."
    ),
    _("Taken as blinded because %(words)s; say --open if it was not."),
    _("no treatment"),
    _("usual care"),
    _("placebo"),
    _("naltrexone"),
    _("%(n)s mg"),
    _("no ratings"),
    _("at least one, on a day that says what was taken"),
    _("days with a dose above 0, or two treatments to compare"),
    _("no treated day"),
    _("fill in dose_mg or treatment"),
    _("at least two treatments"),
    _("the diary"),
    _("Days that do not say what was taken, and were left out: %(n)s."),
    _(
        "Days that do not say what was taken, on which the treatment of the day before was "
        "assumed: %(n)s."
    ),
    _("The codes are still sealed: which one is the drug is not known here."),
    _("Days that do not say the dose, on which the dose of the day before was assumed: %(n)s."),
    _("Columns not read: %(name)s."),
    _("Symptoms not read: %(name)s."),
    _("There is no rating of %(symptom)s."),
    _("Days without a row between the first and the last: %(n)s."),
    _("Dose unknown on %(words)s."),
    _("Nobody said which way is better for %(name)s: lower was assumed."),
    _(
        "If higher is better for %(name)s, say --direction higher_is_better: without it the "
        "answer is the wrong way round."
    ),
    _("Days without a rating: %(words)s."),
    _("Days without a rating: %(name)s."),
    _("pain %(n)s"),
    _("fatigue %(n)s"),
    _("sleep %(n)s"),
    _("mood %(n)s"),
    _("stiffness %(n)s"),
    _("fog %(n)s"),
    _("bowel %(n)s"),
    _("spasticity %(n)s"),
    _("function %(n)s"),
    _("The rows were not in order of time and were sorted."),
    _("Dates were read %(name)s: no other order fits the column %(name2)s."),
    _("Numbers have decimal commas: %(name)s was read as %(name2)s."),
    _("%(name)s in column %(name2)s was read as no side effect."),
    _("In column %(name)s, %(name2)s was read as not noted."),
    _("In %(words)s the dose is above %(n)s mg, up to %(n2)s mg, which is not a low dose."),
    _("1 row"),
    _("%(n)s rows"),
    _("REDCap rows without a diary entry left out: %(n)s."),
    _("Times of day were used to tell ratings of one day apart, and not kept."),
)
