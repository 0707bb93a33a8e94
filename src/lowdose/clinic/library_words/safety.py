"""What the library says of safety questions, opioids and other medicines."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

__all__ = ["PHRASES"]

PHRASES: tuple[str, ...] = (
    _("No plan was made: low-dose naltrexone must not be started now."),
    _("Nothing here against starting."),
    _("Doses here are for adults; in children only small studies of few illnesses exist."),
    _(
        "Human data in pregnancy are few and from higher doses; in animals opioid receptors of "
        "the young brain changed."
    ),
    _("How low-dose naltrexone and an immunosuppressant act together has not been studied."),
    _("How low-dose naltrexone and a biologic act together has not been studied."),
    _("Whoever prescribes the other medicine should know; change nothing there."),
    _(
        "Lay sources advise watching the thyroid dose; among 898 people starting low-dose "
        "naltrexone the use of thyroid hormones did not change."
    ),
    _("Check thyroid values as usual and once more after some weeks; change no dose beforehand."),
    _("Naltrexone was not studied in moderate or severe kidney disease."),
    _("Start at the lowest dose, climb slowly, tell the kidney specialist (assumption)."),
    _("Naltrexone must not be given in acute hepatitis or liver failure."),
    _("Ask again once the liver has recovered."),
    _("Cirrhosis raises naltrexone in the blood five- to tenfold."),
    _("Naltrexone can injure the liver at high doses; for low doses no liver data exist."),
    _("Check liver values before the start and after some weeks (assumption)."),
    _("What a breast-fed child receives from low doses has not been measured."),
    _(
        "Naltrexone may act on the immune system, in which direction is not known; after a "
        "transplant rejection would be grave, and nobody has studied it."
    ),
    _(
        "Whether an allergy to naloxone or to opioids of the morphine family carries over to "
        "naltrexone is not known."
    ),
    _("Take the first dose with someone at hand who can call for help (assumption)."),
    _("Naltrexone must not be given to people allergic to it."),
    _("A preparation must not hold an ingredient that the person is allergic to."),
    _("Let the pharmacy make it without; the answer is then 'none'."),
    _("It acts on opioid receptors of the gut, and naltrexone takes its effect away."),
    _("Use another remedy, and leave this one off from the day before the start (assumption)."),
    _("It blocks opioid receptors itself; a low dose of naltrexone beside it has no purpose."),
    _("Ask whoever prescribes it."),
    _(
        "It is related to opioids but hardly acts at their receptors; no study together with "
        "low-dose naltrexone was found. Cough medicines may also hold a true opioid."
    ),
    _("Read its ingredients: no codeine, dihydrocodeine, hydrocodone or pholcodine."),
    _("Together with naltrexone it can make very drowsy."),
    _("Both can harm the liver."),
    _("No opioids, so there is nothing for naltrexone to block."),
    _(
        "Opioids are being taken. Naltrexone would block them, and can bring on severe "
        "withdrawal within minutes."
    ),
    _("Do not stop them suddenly on your own; talk to whoever prescribes them."),
    _("The last opioid was on %(day)s, %(words)s; %(n)s days are needed%(words2)s."),
    _("Earliest start: %(day)s, if nothing is taken until then."),
    _("Opioids were taken until %(day)s, %(words)s (%(n)s are needed%(words2)s)."),
    _(
        "If there is any doubt, test first (urine screen for opioids, naloxone challenge). "
        "Tolerance is lost by now: a former opioid dose can kill."
    ),
    _("the day of the start"),
    _("1 day before the start"),
    _("%(n)s days before the start"),
    _("1 day after the start"),
    _("%(n)s days after the start"),
    _(" where the opioid is not named or not known here"),
    _(" after a short-acting opioid (%(name)s, 14 if it was a slow-release form)"),
    _(" after a short-acting opioid (%(name)s)"),
    _(" after a long-acting opioid (%(name)s, 14 if it was a slow-release form)"),
    _(" after a long-acting opioid (%(name)s)"),
    _("A %(name)s goes on releasing the opioid for months; no safe interval can be computed."),
    _("Ask the clinic that gave it; tests must show that nothing is left."),
    _("Not recognised as an opioid-containing medicine; this list is not complete."),
    _("Check its list of ingredients."),
    _(
        "%(name)s is or contains an opioid (%(name2)s). Naltrexone would block it, and can "
        "bring on severe withdrawal within minutes."
    ),
    _(
        "Do not stop it suddenly on your own; talk to whoever prescribes it. If it has been "
        "stopped already, give the day of the last dose instead."
    ),
    _("%(name)s: %(words)s"),
    _("A specialist agrees; this is noted, and the reason stands."),
    _("Only if a specialist in this condition agrees."),
    _("Opioids given in and after surgery do not work as they should while naltrexone acts."),
    _("Fix the date first; stop %(n)s days before it."),
    _(
        "The operation on %(day)s is only %(n)s days before the start, and opioids are usual "
        "around operations."
    ),
    _("Ask which opioids were given, when last, and answer the question on opioids with that."),
    _(
        "The operation on %(day)s is within %(n)s days of the start: better begin after it, "
        "once opioids have been left off long enough. Tell surgeon and anaesthetist."
    ),
    _(
        "The operation on %(day)s falls into this plan. Last dose no later than %(day2)s, "
        "%(n)s days before, the longest of what is advised. Tell surgeon and anaesthetist. "
        "Afterwards start again only opioid-free; after a gap of more than two weeks climb "
        "again from the first dose."
    ),
    _(
        "The operation on %(day)s comes after this plan. Last dose no later than %(day2)s, "
        "%(n)s days before, the longest of what is advised. Tell surgeon and anaesthetist. "
        "Afterwards start again only opioid-free; after a gap of more than two weeks climb "
        "again from the first dose."
    ),
    _("Which other medicines are taken, by name?"),
    _("Are opioids taken: strong painkillers, methadone or buprenorphine, heroin, kratom?"),
    _("Is there liver disease?"),
    _("Is there kidney disease?"),
    _("Is there a pregnancy, or one planned?"),
    _("Is a child breast-fed?"),
    _("Is an operation or a procedure under anaesthesia planned?"),
    _("Is the immune system treated, or has an organ been transplanted?"),
    _("Is thyroid medicine taken?"),
    _("How old is the person, in years?"),
    _("Is there an allergy to naltrexone, to related medicines, or to an ingredient?"),
)
