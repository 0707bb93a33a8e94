"""What the patient's page on paper says, and the reminders beside it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

__all__ = ["PHRASES"]

PHRASES: tuple[str, ...] = (
    _("Never together with opioid medicines."),
    _(
        "These are strong painkillers such as codeine, tramadol, morphine or oxycodone, "
        "methadone and buprenorphine, and some cough and diarrhoea medicines. They will not "
        "work properly; and if your body is used to them, a dose of this can make you very ill "
        "within minutes. Tell every doctor, dentist and pharmacist that you take it."
    ),
    _("Missed a dose? Leave it out and go on the next day. Never take two to make up for it."),
    _("Shake the bottle well before each dose and keep it %(words)s."),
    _("You need an opioid medicine, or have taken one."),
    _("An operation or a dental procedure is planned: this must be stopped some days before."),
    _("Your skin or eyes turn yellow, your urine is dark, or your upper belly hurts badly."),
    _("You are or may be pregnant."),
    _("Side effects bother you: ask whether to go back one step."),
    _(
        "Emergency number: sudden shaking, sweating, cramps and vomiting soon after a dose, "
        "swelling of the face, or trouble breathing."
    ),
    _("Two minutes each evening:"),
    _(
        "write down your main symptom from 0 (none) to 10 (worst), what you took, and anything "
        "unusual. Begin some days before the first dose. Your diary, not the average patient, "
        "will show whether this helps you."
    ),
    _(
        "In some periods the capsules hold the medicine, in others they do not. Neither you "
        "nor those who see you know which is when."
    ),
    _("Write down what you notice, good or bad, also when you think you know what you are taking."),
    _(
        "Ask now how your treatment can be found out in an emergency, and keep that number "
        "here: ________________"
    ),
    _("Your study medicine"),
    _("Your low-dose naltrexone"),
    _("PLAN FOR THE PATIENT"),
    _("Made with lowdose for you and those who treat you. Ask them before changing it."),
    _("What to take"),
    _("Is there an allergy to the study medicine, to related medicines, or to an ingredient?"),
    _("Before the first dose, go through these with your prescriber:"),
    _("your study capsules, as the label says"),
    _("Take each day"),
    _("When"),
    _("Tick each day"),
    _("tick in your diary"),
    _("What to expect"),
    _("When to call"),
    _(
        "In three larger trials in fibromyalgia it was on average no better than placebo "
        "against pain; two small early trials had found a benefit. For other illnesses trials "
        "are small and disagree, or there are none. It may still help you, and your diary can "
        "tell."
    ),
    _("Vivid dreams are about 2.4 times as common as on placebo (95 %% interval 1.8 to 3.3)."),
    _(
        "Dizziness is about twice as common (1.1 to 3.7); headache perhaps 1.7 times, which is "
        "not certain (0.8 to 3.4)."
    ),
    _(
        "Side effects come with placebo too: over a year 69 %% noticed some on naltrexone and "
        "72 %% on placebo. No serious one was put down to the treatment."
    ),
    _(
        "If your sleep suffers, ask about taking it in the morning; which time is better has "
        "not been tested. If side effects trouble you, going back a step is usual."
    ),
    _(
        "Take no opioid medicines, and carry a note that you take naltrexone: painkillers "
        "given in an emergency may not work as usual. Before an operation it must be stopped "
        "some days ahead."
    ),
    _(
        "Judge it by the diary after some weeks at the final dose: feeling better in the first "
        "two weeks happens on placebo as well."
    ),
    _("The highest dose of this plan is above the 6 mg that the largest low-dose trial used."),
    _("Doses as small as these have not been tested on their own in a trial that we know of."),
    _("Morning capsule"),
    _("Midday capsule"),
    _("Evening capsule"),
    _("Study medicine"),
    _("Take your study medicine as its label says. Never together with opioid medicines."),
)
