"""What a simulation says, in sentences and on its pictures."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

__all__ = ["PHRASES"]

PHRASES: tuple[str, ...] = (
    _(
        "This is a simulation, not a forecast: it shows what would follow if the hypothesis "
        "“%(words)s” were true. It prescribes nothing."
    ),
    _("rebound"),
    _("glia"),
    _("growth_factor"),
    _("The hypothesis: %(words)s"),
    _("What the record says of it: %(words)s"),
    _("No drug effect: expectation, natural course and regression to the mean only."),
    _("What the larger blinded trials found (SY08, SY34)."),
    _("The body answers blockade with more opioid signalling than before."),
    _("The source pages' account; human data are thin and mixed (EO01, EO24, EO25)."),
    _("The drug calms glia at TLR4."),
    _("Needs 105 uM (AF23), some 40,000 times what plasma reaches (AF26)."),
    _("As rebound, at the opioid growth factor receptor."),
    _("No binding constant is published; anything from pM to uM is allowed."),
    _(
        "Under this hypothesis the typical person's rating goes to %(n)s of 10, %(words)s: a "
        "placebo would lead to %(n2)s. Nine people of ten end between %(n3)s and %(n4)s, with "
        "%(n5)s to %(n6)s %% of the relief that is possible for them."
    ),
    _("%(n)s points of it by the drug"),
    _("none of it by the drug"),
    _(
        "Side effects are not simulated. Of 100 people, %(words)s noted some on %(n)s mg "
        "within a year, and %(words2)s on a placebo, going by one trial of %(n2)s (SA20)."
    ),
    _("%(n)s (%(n2)s to %(n3)s)"),
    _(
        "At %(n)s to %(n2)s mg in fibromyalgia, times as often as on a placebo: %(words)s "
        "(SA17 to SA19)."
    ),
    _("vivid dreams %(words)s"),
    _("headache %(words)s"),
    _("dizziness %(words)s"),
    _("nausea %(words)s"),
    _("diarrhoea %(words)s"),
    _("vivid dreams"),
    _("headache"),
    _("dizziness"),
    _("nausea"),
    _("diarrhoea"),
    _(
        "Of 100 people that would be %(words)s; but these placebo shares are remembered from "
        "one small trial and were not checked."
    ),
    _("%(words)s with %(words2)s against %(words3)s on a placebo"),
    _("No trial compared doses."),
    _(
        "If the excess shrinks with the dose, hardly or fast (assumption), %(words)s come "
        "%(words2)s times as often at %(n)s mg."
    ),
    _("About doses above %(n)s mg nothing can be said."),
    _("biophase"),
    _("plasma"),
    _("slow dissociation"),
    _("slow_dissociation"),
    _("biophase (fits the PET scans)"),
    _("plasma (does not fit them)"),
    _("slow dissociation (fits less well)"),
    _("mean tone of the day, enlarged"),
    _("untreated"),
    _("Tone by nightly dose: three accounts of blockade"),
    _("Opioid signalling of the typical person, mean of the day, after twelve weeks. %(words)s."),
    _("%(words)s: highest, %(n)s, at %(n2)s mg"),
    _("nightly dose (mg)"),
    _("the whole of it"),
    _("naltrexone in plasma (ng/mL)"),
    _("6beta-naltrexol in plasma (ng/mL)"),
    _("Levels and blockade over the regimen"),
    _("central receptors blocked (%(words)s)"),
    _("central receptors blocked"),
    _("typical person on a placebo"),
    _("symptom in %(words)s (0 to 10, lower is better)"),
    _("fibromyalgia"),
    _("chronic pain"),
    _("1 person under the hypothesis “%(words)s”"),
    _("%(n)s people under the hypothesis “%(words)s”"),
    _("share of the possible relief"),
    _(
        "Central blockade of the typical person falls below 25 %%: %(words)s. People differ, "
        "and which account holds is not settled."
    ),
    _("%(words)s: %(words2)s"),
    _("%(words)s: below 25 %% %(words2)s"),
    _("not within the time shown"),
    _("after %(n)s hours"),
    _("after %(n)s days"),
    _("hours after the last dose"),
    _("After the last of %(n)s nightly doses of %(n2)s mg"),
    _("naltrexone taken (mg a day)"),
    _("naltrexone taken (mg a day, beyond low dose)"),
    _("nine people of ten, lowest to highest"),
    _("typical person"),
    _("typical person, highest of the day"),
    _("the same before the next dose"),
    _("nine people of ten, within them half of all"),
    _("the person in the middle"),
    _(
        "%(words)s from %(n)s to %(n2)s mg. Typical person, last day: naltrexone up to %(n3)s "
        "ng/mL, central blockade %(n4)s%% at most and %(n5)s%% before the next dose, by the "
        "account %(words2)s."
    ),
    _(
        "A simulation under an unproven hypothesis. At the end the middle person has %(n)s%% "
        "of the possible relief (nine of ten: %(n2)s%% to %(n3)s%%) and a rating of %(n4)s "
        "(%(n5)s to %(n6)s)."
    ),
)
