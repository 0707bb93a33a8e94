"""What the pharmacy's worksheet and labels say."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

__all__ = ["PHRASES"]

PHRASES: tuple[str, ...] = (
    _("WORKSHEET FOR THE PHARMACY"),
    _("WORKSHEET FOR THE PHARMACY · NOT FOR THE PATIENT OR ANYONE ELSE WHO IS BLINDED"),
    _("Low-dose naltrexone capsules"),
    _("Low-dose naltrexone liquid"),
    _("steps written out"),
    _("one period"),
    _("%(words)s · %(words2)s · %(n)s days"),
    _("%(words)s · %(n)s days"),
    _("usual practice: 1.5 mg, 3 mg, 4.5 mg, two weeks each"),
    _("slow: 0.5 mg, then 0.5 mg more each week up to 4.5 mg"),
    _("%(n)s mg a day throughout"),
    _("%(n)s mg, then %(n2)s mg more every %(n3)s days up to %(n4)s mg"),
    _("Patient"),
    _("Name"),
    _("Prescriber"),
    _("Telephone"),
    _("Prescription no."),
    _("Caution: %(words)s [%(source)s]"),
    _("Not answered yet; to be gone through before dispensing: %(words)s"),
    _("Made with lowdose. Supports, and does not replace, the pharmacist's judgement."),
    _("On every label: %(words)s"),
    _("Prepared by"),
    _("Checked by"),
    _("Lot and expiry"),
    _("Date"),
    _(
        "All amounts are naltrexone hydrochloride without water. Powder that is the dihydrate "
        "weighs 1.095 times as much (413.89 / 377.86 g/mol); correct for the assay on its "
        "certificate too."
    ),
    _(
        "Amber plastic bottle. Shake well before each dose: crushed tablets settle. The liquid "
        "tastes bitter and gritty (PR03)."
    ),
    _(
        "Formula per 100 mL at 1 mg/mL: two 50 mg tablets, ascorbic acid 500 mg, preservative "
        "0.1 %%, glycerol 20 mL, water to 100 mL (New Zealand medicines information 2023, "
        "PR03). Which preservative is the pharmacist's choice."
    ),
    _(
        "Tablets in purified water, nothing else: no study of this was found (assumption: the "
        "tablets disperse evenly after shaking)."
    ),
    _(
        "Placebo: the same capsule (shell, size, colour) filled with filler only, the same "
        "count per bottle, made on the same day and labelled alike. Trials did the same "
        "(NCT05430152, PR13)."
    ),
    _(
        "Label with code and bottle number only; which code is active stands on the sealed "
        "list alone."
    ),
    _("1 capsule"),
    _("%(n)s capsules"),
    _("1 capsule of %(n)s mg"),
    _("%(n)s capsules of %(n2)s mg"),
    _("%(words)s and %(words2)s"),
    _("%(words)s, %(words2)s"),
    _("%(words)s; %(words2)s"),
    _("%(n)s mL"),
    _("%(n)s mg/mL"),
    _("%(n)s mL oral syringe"),
    _("%(words)s in a %(words2)s, %(words3)s"),
    _("%(words)s in a %(words2)s"),
    _("morning"),
    _("midday"),
    _("evening"),
    _("bedtime"),
    _("in the morning"),
    _("at midday"),
    _("in the evening"),
    _("at bedtime"),
    _("%(n)s mg capsules"),
    _("%(n)s mg/mL oral liquid"),
    _("%(words)s; from tablets: %(n)s of %(n2)s mg"),
    _("%(n)s tablets of %(n2)s mg; %(words)s"),
    _("1 tablet of %(n2)s mg; %(words)s"),
    _("glycerol %(n)s mL"),
    _("ascorbic acid %(n)s mg"),
    _("preservative (0.1 %%) %(n)s mg"),
    _("purified water, to make up to %(n)s mL"),
    _("%(date)s"),
    _("%(date)s to %(date2)s"),
    _("bottle %(n)s"),
    _("Beyond-use date"),
    _("%(n)s days, %(words)s. %(words2)s"),
    _("Source: %(source)s."),
    _("in the refrigerator, about 4 °C, away from light"),
    _("at room temperature, not above 25 °C, away from light"),
    _("at room temperature, dry and dark"),
    _(
        "Capsules filled with microcrystalline cellulose held 90 to 110 %% of their content "
        "for 360 days at room temperature in the dark; the general limit of 180 days rules."
    ),
    _("No stability study of naltrexone with this filler was found: the general limit."),
    _("The study recommends 60 days at 4 °C and 30 days at 25 °C, in the dark."),
    _(
        "%(n)s days is longer than the general limit of 35 days for a preserved watery "
        "preparation: it rests on the study, which the pharmacist must judge sufficient."
    ),
    _("The general limit for a preserved watery preparation, 35 days, rules."),
    _(
        "No stability study of this liquid was found. 14 days in the refrigerator is the "
        "general limit for a watery preparation without preservative; chosen as the careful "
        "reading."
    ),
    _("Measuring"),
    _("Hand out: %(words)s."),
    _("Making the liquid"),
    _("Naltrexone"),
    _("Filler: %(words)s"),
    _("No slow release"),
    _("From tablets"),
    _("%(words)s Support: %(words2)s. Source: %(source)s."),
    _("measured"),
    _("in use, not measured"),
    _("claim without measurement"),
    _("microcrystalline cellulose"),
    _("lactose"),
    _("sucrose"),
    _("calcium carbonate"),
    _("slow-release capsule"),
    _(
        "Naltrexone content stayed within 90 to 110 %% for 360 days at room temperature in the "
        "dark. Cellulose was also the filler of capsules in a trial with placebo (PR13)."
    ),
    _("Used by compounding pharmacies; no stability or absorption study was found."),
    _(
        "Patient pages advise against it, saying that it slows absorption. No measurement of "
        "this was found, for or against; avoiding it costs nothing."
    ),
    _(
        "Patient pages advise against slow-release capsules. No measurement of low-dose "
        "naltrexone in a slow-release capsule was found, for or against. Use ordinary "
        "capsules: that is what the trials gave and what the plan assumes."
    ),
    _(
        "A preparation from tablets also holds what the tablets hold besides naltrexone; one "
        "US label lists lactose, microcrystalline cellulose, crospovidone, magnesium stearate "
        "and colouring. Check the label of the tablets in hand for what this patient must "
        "avoid (US drug label of naltrexone hydrochloride 50 mg tablets, openFDA)."
    ),
    _("At most %(n)s capsules at one time (assumption)."),
    _(
        "Marks of oral syringes: every 0.01 mL at 1 mL, 0.1 at 3, 0.2 at 5, 0.5 at 10 mL; "
        "makers differ, so check the syringe handed out (assumption)."
    ),
    _("A syringe is used for no less than a tenth of what it holds (assumption)."),
    _("%(n)s %% more is made than the doses use (assumption)."),
    _(
        "Do not take with opioid medicines (strong painkillers such as codeine, tramadol or "
        "morphine; some cough and diarrhoea medicines; methadone, buprenorphine). Ask first."
    ),
    _("Keep out of the reach of children."),
    _("Study capsules, period %(n)s, code %(name)s, bottle %(n2)s"),
    _("Study capsules, period ____, code ____, bottle %(n)s"),
    _("Day 1 is the first day of this period."),
    _("Shake well before each dose."),
    _("Naltrexone hydrochloride %(n)s mg capsules"),
    _("Naltrexone hydrochloride %(n)s mg/mL oral liquid"),
    _("Day %(n)s: %(words)s."),
    _("Days %(n)s to %(n2)s: %(words)s."),
    _("%(date)s: %(words)s."),
    _("%(date)s to %(date2)s: %(words)s."),
    _("%(date)s."),
    _("%(date)s to %(date2)s."),
    _("take 1 capsule %(words)s"),
    _("take %(n)s capsules %(words)s"),
    _("take %(words)s, together with %(words2)s, %(words3)s"),
    _("take %(n)s mL (%(words)s) %(words2)s"),
    _("%(words)s from the %(n)s mg bottle"),
    _("%(words)s from bottle %(n)s"),
    _("Keep %(words)s."),
    _("Blinded kits, course %(name)s"),
    _("%(n)s periods of %(n2)s days · %(words)s"),
    _(
        "Labels are a paper of their own. Those of the kits carry code, period and bottle "
        "only; keep this worksheet away from them once the kits are filled."
    ),
    _("naltrexone %(n)s mg"),
    _("Labels, course %(name)s"),
    _("Labels, course %(name)s. Made with lowdose."),
    _("Doses"),
    _("Quantities"),
    _("Batches"),
    _("Blinded kits"),
    _("Safety questions"),
    _("Label text"),
    _("Step"),
    _("Dates"),
    _("Days"),
    _("Dose"),
    _("Dispensed as"),
    _("What"),
    _("Doses use"),
    _("Spare"),
    _("Make"),
    _("Days' supply"),
    _("No."),
    _("For days"),
    _("Make on"),
    _("Use by"),
    _("Contents"),
    _("Naltrexone HCl"),
    _("Bottle"),
    _("Active twin holds"),
    _("Capsules per period, active and placebo alike"),
    _("Kits: fill with"),
    _("Kit"),
    _("Period"),
    _("Fill with"),
    _("Capsules"),
    _("Batch"),
    _("Kits: batches"),
    _("Strength"),
    _("Naltrexone capsules"),
    _("Placebo capsules"),
    _("Before the periods: open bottles"),
    _("Page"),
    _("of"),
    _("continued"),
)
