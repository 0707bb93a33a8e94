"""What fixed answers and kinds of medicines lead to: level, reason, source, what to do. Data only.

Where the evidence is thin the default is the careful one: pregnancy, breast-feeding, cirrhosis,
transplants and children are refused unless a specialist in that condition agrees. Opioids, acute
hepatitis, liver failure and allergy are refused whoever agrees, as the label does.
Ids such as SA10 refer to the table of facts in the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass

from lowdose.regimen.answers import Allergy, Immune, Kidney, Liver, Pregnancy, YesNo
from lowdose.regimen.medicine_names import MedicineKind
from lowdose.regimen.safety import Level

__all__ = [
    "CHILD",
    "CONTRAINDICATED",
    "INTERACTION",
    "MEDICINE_RULES",
    "RULES",
    "UNREMARKABLE",
    "Rule",
]

CONTRAINDICATED = "US naltrexone 50 mg tablet label, contraindications (SA11)"
INTERACTION = "US naltrexone label and drug reference, interactions (SA15)"

_TRIALS = "excluded from trials of low doses: NCT05430152, NCT04270877, NCT04739995 (SA24)"
_NOT_STUDIED = "no study of this together with low-dose naltrexone was found"
_LIVER_VALUES = "Check liver values before the start and after some weeks (assumption)."
_TELL = "Whoever prescribes the other medicine should know; change nothing there."


@dataclass(frozen=True)
class Rule:
    """What an answer leads to; with `specialist`, a refusal that a specialist may lift."""

    level: Level
    reason: str
    source: str
    action: str = ""
    specialist: bool = False


UNREMARKABLE = Rule(Level.PROCEED, "Nothing here against starting.", CONTRAINDICATED)

CHILD = Rule(
    Level.DO_NOT_START,
    "Doses here are for adults; in children only small studies of few illnesses exist.",
    "label: under 18 years not recommended (renalandurologynews.com/drug/naltrexone)",
    specialist=True,
)

_PREGNANT = Rule(
    Level.DO_NOT_START,
    "Human data in pregnancy are few and from higher doses; in animals opioid receptors of the "
    "young brain changed.",
    f"US category C, Australia B3 (SA14); {_TRIALS}",
    specialist=True,
)
_IMMUNOSUPPRESSANT = Rule(
    Level.CAUTION,
    "How low-dose naltrexone and an immunosuppressant act together has not been studied.",
    f"{_NOT_STUDIED} (assumption)",
    _TELL,
)
_BIOLOGIC = Rule(
    Level.CAUTION,
    "How low-dose naltrexone and a biologic act together has not been studied.",
    f"{_NOT_STUDIED} (assumption)",
    _TELL,
)
_THYROID = Rule(
    Level.CAUTION,
    "Lay sources advise watching the thyroid dose; among 898 people starting low-dose naltrexone "
    "the use of thyroid hormones did not change.",
    "lay caution (PR12, low evidence); Raknes 2020, doi:10.1186/s12902-020-00630-4",
    "Check thyroid values as usual and once more after some weeks; change no dose beforehand.",
)
_KIDNEY = Rule(
    Level.CAUTION,
    "Naltrexone was not studied in moderate or severe kidney disease.",
    "label warning of severe renal dysfunction (renalandurologynews.com/drug/naltrexone); "
    "psychopharmacopeia.com, naltrexone",
    "Start at the lowest dose, climb slowly, tell the kidney specialist (assumption).",
)
_LIVER_ACUTE = Rule(
    Level.DO_NOT_START,
    "Naltrexone must not be given in acute hepatitis or liver failure.",
    CONTRAINDICATED,
    "Ask again once the liver has recovered.",
)

# Answers that are not here are unremarkable.
RULES: dict[str, dict[object, Rule]] = {
    "liver": {
        Liver.ACUTE_HEPATITIS: _LIVER_ACUTE,
        Liver.FAILURE: _LIVER_ACUTE,
        Liver.CIRRHOSIS: Rule(
            Level.DO_NOT_START,
            "Cirrhosis raises naltrexone in the blood five- to tenfold.",
            "Swiss label of naltrexone 50 mg, reg. 56109 (PK27)",
            specialist=True,
        ),
        Liver.MILD: Rule(
            Level.CAUTION,
            "Naltrexone can injure the liver at high doses; for low doses no liver data exist.",
            "US naltrexone 50 mg tablet label, hepatotoxicity (SA12)",
            _LIVER_VALUES,
        ),
    },
    "kidney": {Kidney.MODERATE: _KIDNEY, Kidney.SEVERE: _KIDNEY},
    "pregnant": {Pregnancy.YES: _PREGNANT, Pregnancy.PLANNED: _PREGNANT},
    "breast_feeding": {
        YesNo.YES: Rule(
            Level.DO_NOT_START,
            "What a breast-fed child receives from low doses has not been measured.",
            _TRIALS,
            specialist=True,
        ),
    },
    "immune": {
        Immune.IMMUNOSUPPRESSANT: _IMMUNOSUPPRESSANT,
        Immune.BIOLOGIC: _BIOLOGIC,
        Immune.TRANSPLANT: Rule(
            Level.DO_NOT_START,
            "Naltrexone may act on the immune system, in which direction is not known; after a "
            "transplant rejection would be grave, and nobody has studied it.",
            f"lay caution (PR12, low evidence); {_NOT_STUDIED}",
            specialist=True,
        ),
    },
    "thyroid": {YesNo.YES: _THYROID},
    "allergy": {
        Allergy.RELATED: Rule(
            Level.CAUTION,
            "Whether an allergy to naloxone or to opioids of the morphine family carries over to "
            "naltrexone is not known.",
            CONTRAINDICATED,
            "Take the first dose with someone at hand who can call for help (assumption).",
        ),
        Allergy.NALTREXONE: Rule(
            Level.DO_NOT_START,
            "Naltrexone must not be given to people allergic to it.",
            CONTRAINDICATED,
        ),
        Allergy.INGREDIENT: Rule(
            Level.DO_NOT_START,
            "A preparation must not hold an ingredient that the person is allergic to.",
            CONTRAINDICATED,
            "Let the pharmacy make it without; the answer is then 'none'.",
        ),
    },
}

MEDICINE_RULES: dict[MedicineKind, Rule] = {
    MedicineKind.GUT_OPIOID: Rule(
        Level.CAUTION,
        "It acts on opioid receptors of the gut, and naltrexone takes its effect away.",
        INTERACTION,
        "Use another remedy, and leave this one off from the day before the start (assumption).",
    ),
    MedicineKind.BLOCKER: Rule(
        Level.DO_NOT_START,
        "It blocks opioid receptors itself; a low dose of naltrexone beside it has no purpose.",
        "dose ranges of naltrexone (PR07); for the other blockers: assumption",
        "Ask whoever prescribes it.",
    ),
    MedicineKind.COUGH: Rule(
        Level.CAUTION,
        "It is related to opioids but hardly acts at their receptors; no study together with "
        "low-dose naltrexone was found. Cough medicines may also hold a true opioid.",
        f"{INTERACTION}, on opioid cough medicines; for this one: assumption",
        "Read its ingredients: no codeine, dihydrocodeine, hydrocodone or pholcodine.",
    ),
    MedicineKind.SEDATING: Rule(
        Level.CAUTION,
        "Together with naltrexone it can make very drowsy.",
        INTERACTION,
        "Ask whoever prescribes it.",
    ),
    MedicineKind.LIVER: Rule(Level.CAUTION, "Both can harm the liver.", INTERACTION, _LIVER_VALUES),
    MedicineKind.IMMUNOSUPPRESSANT: _IMMUNOSUPPRESSANT,
    MedicineKind.BIOLOGIC: _BIOLOGIC,
    MedicineKind.THYROID: _THYROID,
}
