"""The page of one condition: the answer, its tables and pictures, and what stands beside them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

__all__ = ["PHRASES"]

PHRASES: tuple[str, ...] = (
    _("The answer"),
    _("Also called"),
    _("Takes in"),
    _("A part of"),
    _("How sure"),
    _("high certainty for %(words)s"),
    _("moderate certainty for %(words)s"),
    _("low certainty for %(words)s"),
    _("very low certainty for %(words)s"),
    _("taken away by %(words)s"),
    _("by written rules like GRADE's, not by a panel"),
    _("risk of bias"),
    _("imprecision"),
    _("inconsistency"),
    _("indirectness"),
    _("evidence that is missing"),
    _("numbers not checked"),
    _(
        "No study of low-dose naltrexone in %(words)s is in this collection. That speaks "
        "neither for it nor against it: either nobody has looked, or it has not been found."
    ),
    _("In one trial with %(n)s people (%(source)s), %(words)s (95 %% interval %(n2)s to %(n3)s)."),
    _("In one trial (%(source)s), %(words)s (95 %% interval %(n)s to %(n2)s)."),
    _("One trial alone cannot settle it."),
    _(
        "In %(n)s trials with %(n2)s people, %(words)s (95 %% interval %(n3)s to %(n4)s by the "
        "normal test; that of Hartung and Knapp, %(n5)s to %(n6)s, is more cautious)."
    ),
    _(
        "In %(n)s trials with %(n2)s people, %(words)s (95 %% interval %(n3)s to %(n4)s by the "
        "normal test; that of Hartung and Knapp, %(n5)s to %(n6)s, is more cautious, and says "
        "how little so few trials can tell)."
    ),
    _(
        "In %(n)s trials, %(words)s (95 %% interval %(n2)s to %(n3)s by the normal test; that "
        "of Hartung and Knapp, %(n4)s to %(n5)s, is more cautious)."
    ),
    _(
        "In %(n)s trials, %(words)s (95 %% interval %(n2)s to %(n3)s by the normal test; that "
        "of Hartung and Knapp, %(n4)s to %(n5)s, is more cautious, and says how little so few "
        "trials can tell)."
    ),
    _("%(words)s on %(n)s to %(n2)s differed from placebo by %(n3)s points"),
    _("%(words)s differed from placebo by %(n)s points"),
    _("%(words)s differed from placebo by %(n)s standard deviations"),
    _("the share with %(words)s differed from placebo by %(n)s"),
    _("the odds of %(words)s were %(n)s times those on placebo"),
    _("%(words)s came %(n)s times as often as on placebo"),
    _("Below %(n)s favours naltrexone."),
    _("Above %(n)s favours naltrexone."),
    _("None of three ways of pooling sees a difference; that does not prove none."),
    _("Whether they differ from placebo depends on how they are pooled."),
    _("All three ways of pooling say so."),
    _("One more controlled trial is not in this number: %(source)s."),
    _("%(n)s more are not in this number: %(source)s."),
    _("%(words)s with %(n)s people, but no numbers of what got better that may be pooled here."),
    _("One controlled trial"),
    _("%(n)s controlled trials"),
    _("What it found is below; that is too little to tell."),
    _("What each found is below; that is too little to tell."),
    _("A published review that pooled them is below as well."),
    _("Nobody knows whether low-dose naltrexone helps here."),
    _(
        "1 study without a random comparison cannot tell the drug's effect from that of time, "
        "hope or other treatment."
    ),
    _(
        "%(n)s studies without a random comparison cannot tell the drug's effect from that of "
        "time, hope or other treatment."
    ),
    _("There is 1 randomised trial, but of another dose."),
    _("There are %(n)s randomised trials, but of another dose."),
    _("There is 1 randomised trial of the wider condition, with such people perhaps among them."),
    _(
        "There are %(n)s randomised trials of the wider condition, with such people perhaps "
        "among them."
    ),
    _("1 trial registered or planned, without a result seen."),
    _("%(n)s trials registered or planned, without a result seen."),
    _("Controlled trials"),
    _("Randomised trials of low doses; what was found is in our words"),
    _("Every study, the newest first; each name leads to it"),
    _("All studies"),
    _("Study"),
    _("Trial"),
    _("Trials"),
    _("Year"),
    _("Design"),
    _("People"),
    _("Dose"),
    _("Weeks"),
    _("Main outcome"),
    _("What was found"),
    _("Read in"),
    _("Outcome"),
    _("Hartung-Knapp"),
    _("Normal test"),
    _("Common effect"),
    _("Effect"),
    _("It says"),
    _("Pooled against placebo"),
    _("Against placebo"),
    _("Three ways, so that nobody can choose the convenient one; 95 %% intervals"),
    _("Single trials, with 95 %% intervals"),
    _("%(source)s; %(n)s people"),
    _("%(source)s; people not known"),
    _("no difference seen"),
    _("favours naltrexone"),
    _("favours placebo"),
    _("depends on the method"),
    _("no clear difference"),
    _("one trial"),
    _("Where the numbers come from:"),
    _("What stays out, and why:"),
    _("Stays out of the pools"),
    _("Other studies"),
    _("Studies, none of them controlled"),
    _(" (%(words)s): %(source)s"),
    _("Registered, no result seen"),
    _("Published reviews"),
    _(": %(source)s"),
    _(": %(source)s Against placebo: %(words)s."),
    _("%(words)s %(measure)s %(n)s (%(n2)s to %(n3)s)"),
    _("%(cited)s %(measure)s %(n)s (%(n2)s to %(n3)s)"),
    _("%(words)s %(measure)s %(n)s"),
    _("%(cited)s %(measure)s %(n)s"),
    _("Unwanted events"),
    _(
        "%(words)s: of 100 people %(n)s on placebo, %(n2)s on naltrexone; between %(words2)s "
        "and %(words3)s."
    ),
    _("%(n)s fewer"),
    _("%(n)s more"),
    _("Pooled by reviews (%(source)s): %(words)s."),
    _("What public pages claim"),
    _("1 claim: %(words)s."),
    _("%(n)s claims: %(words)s."),
    _("%(n)s borne out"),
    _("%(n)s partly"),
    _("%(n)s not borne out"),
    _("%(n)s contradicted"),
    _("%(n)s could not be checked"),
    _("not borne out"),
    _("contradicted"),
    _("could not be checked"),
    _("“%(source)s”: %(words)s. %(words2)s"),
    _("Conditions with a study"),
    _("About this page"),
    _(
        "Data compiled on %(date)s; Apache License 2.0; the publications themselves belong to "
        "their owners. Cite as: %(source)s"
    ),
    _("%(words)s: low-dose naltrexone against comparator"),
    _("no difference"),
    _("study, with its 95 %% interval"),
    _("pooled, with its 95 %% interval"),
    _("Pooled"),
    _("random effects (REML), Hartung-Knapp"),
    _("random effects (REML), Hartung-Knapp, guarded"),
    _("random effects (REML), normal test"),
    _("one common effect, normal test"),
    _("%(n)s (%(n2)s to %(n3)s), %(n4)s %%"),
    _("%(study)s: %(n)s (%(n2)s to %(n3)s), %(n4)s %%"),
)
