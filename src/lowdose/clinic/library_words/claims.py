"""What the claims of public pages are worth: where they stand, the number behind each, and why."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

__all__ = ["PHRASES"]

PHRASES: tuple[str, ...] = (
    _("Compounding pharmacy article, May 2016"),
    _("Fibromyalgia site article, first published November 2009"),
    _("LDN information page (duplicated text)"),
    _("Trinova Health blog part 2"),
    _("Holistic physician blog"),
    _("1 trial (%(source)s)"),
    _("%(n)s trials (%(source)s)"),
    _("%(n)s (%(n2)s to %(n3)s) by Hartung-Knapp"),
    _("%(n)s (%(n2)s to %(n3)s) by the normal test"),
    _("certainty high"),
    _("certainty moderate"),
    _("certainty low"),
    _("certainty very low"),
    _("it supports the claim"),
    _("it contradicts the claim"),
    _("it cannot tell"),
    _("it tests nothing that is claimed"),
    _("no trial gives a number that may be pooled"),
    _("it cannot tell, though by the normal test alone it supports the claim"),
    _("it cannot tell, though by the normal test alone it contradicts the claim"),
    _("%(words)s [people; %(source)s]"),
    _("%(words)s [%(cited)s; %(source)s]"),
    _("%(words)s [%(cited)s; %(source)s, read second-hand]"),
    _("%(words)s [%(cited)s; %(source)s, from memory, unchecked]"),
    _("%(n)s of %(n2)s (%(n3)s %%)"),
    _("%(n)s %% from baseline"),
    _("%(n)s from baseline"),
    _("no size given"),
    _("mean %(n)s"),
    _("%(measure)s %(n)s (%(n2)s to %(n3)s)"),
    _("no number"),
    _(
        "The US label describes a pure opioid antagonist that blocks injected opioids and other"
        " opioids."
    ),
    _(
        "Both uses are licensed, but the alcohol indication is from 1994 (recalled), so it was "
        "not recent in 2016; opioid approval was 1984."
    ),
    _(
        "Clinical use since the mid-1980s is documented; use for prevention rests on hypothesis"
        " papers, not trials."
    ),
    _(
        "The cited source is a hypothesis paper without patients; the only randomised cancer "
        "trial found (glioma) tested symptoms and found none better; no human study shows "
        "prevention."
    ),
    _(
        "The 2005 paper is a one-author hypothesis by an Iowa faculty member, not a university "
        "report or a study; anecdote is not evidence of prevention, and no trial has measured "
        "relapse rate."
    ),
    _(
        "No controlled trial has measured progression; the six-month uncontrolled PPMS pilot "
        "could not; two placebo trials tested quality of life only; medication use in a "
        "national register did not fall."
    ),
    _(
        "The abstract says exactly this design, size and conclusion; it omits that there was no"
        " control group, five dropouts and two major adverse events."
    ),
    _(
        "Cell and animal work and one uncontrolled IBD cohort with laboratory work suggest "
        "barrier and wound effects; not established clinically."
    ),
    _(
        "The study reported response and remission but had no control; the later placebo trial "
        "showed more clinical and endoscopic response, while Cochrane found remission unproven "
        "and evidence insufficient."
    ),
    _(
        "A stated hypothesis of the cited authors; one n=8 study saw lower cytokines, an IBD "
        "cohort saw no serum cytokine change."
    ),
    _(
        "The figure is right (32.5%% from baseline against 2.3%% on placebo, p=0.003), but from"
        " ten women, single-blind, placebo always first; three later placebo-controlled trials "
        "(58, 99 and 98 people) found no pain benefit."
    ),
    _(
        "True for mechanical and heat thresholds in the ten-woman pilot; of two meta-analyses, "
        "that of 2024 found a somewhat higher pressure pain threshold and that of 2025 no sure "
        "change in mechanical threshold; the 99-woman trial reported no pressure threshold "
        "effect."
    ),
    _(
        "Accurate quotation of a ten-woman pilot; in larger trials about 70 to 85%% report some"
        " event, as many as on placebo, but a 2025 meta-analysis of chronic pain counted 1.4 "
        "times as many events on LDN, and vivid dreams are about twice as common."
    ),
    _(
        "That was the 2009 authors' cautious conclusion; it predates the negative trials of "
        "2024 and 2026."
    ),
    _(
        "Short blockade fits the half-life, and a dermatology review says 4 to 6 hours; direct "
        "human receptor-occupancy data at 4.5 mg were not found."
    ),
    _('"Powerful" actions in people are not shown; neuroprotection is from animals and cells.'),
    _("Off-label use since the mid-1980s is documented for HIV and MS; use is not efficacy."),
    _(
        "Human anticancer evidence is case reports and single-arm registrations; a randomised "
        "glioma trial of 110 found no symptom benefit; no survival trial."
    ),
    _(
        "Serious events not increased in placebo trials of oral naltrexone (RR 0.84, 0.66 to "
        "1.06, mostly higher doses) and no drug-related serious events in INNOVA; but opioid "
        "users can be put into withdrawal, and minor effects such as vivid dreams occur; in "
        "chronic pain 1.4 times as many events were counted as on placebo."
    ),
    _(
        "Not classed as one and no infection signal seen, but some studies report lower "
        "cytokines; no long-term controlled data."
    ),
    _(
        "His HIV trial ran in 1985 to 1986 and MS use was proposed in the mid-1980s, so mid "
        "rather than early 1980s."
    ),
    _(
        "3 mg at bedtime is what Bihari reports; the endorphin rise is his statement, without "
        "published data; side-effect claim from uncontrolled experience."
    ),
    _(
        "Bihari surveyed ten AIDS patients (under a third of normal); another source says there"
        " is no consensus; met-enkephalin is low in MS."
    ),
    _(
        "No figure for change on treatment was found, even in Bihari's own summary; that "
        'summary says untreated levels were under a third of normal, from which "tripled" may '
        "have been inferred."
    ),
    _(
        "Placebo-controlled trials found no difference in energy or fatigue items (Iran); UCSF "
        "gains were in mental health, pain effects and cognition; glioma and fibromyalgia "
        "trials found no fatigue effect."
    ),
    _("No controlled trial of progression; practice anecdote."),
    _("No published relapse data; relapses are rare over short periods in anyone."),
    _(
        "No study found reports a viral load fall from LDN; the Mali randomised trial in "
        "treated patients reports CD4 findings, and in untreated Malians no viral benefit is "
        "claimed in the abstract."
    ),
    _(
        "In the untreated Malian cohort CD4 fell by about 38 cells at six and 53 at nine "
        "months; Bihari himself claimed only no drop; a rise beyond antiretrovirals was seen at"
        " six months in one single-blind trial (p=0.041), not at nine (p=0.067)."
    ),
    _(
        "Bihari's unpublished 12-week trial reports 0 of 22 against 5 of 16 infections; never "
        "published in full; nothing found for malignancy."
    ),
    _("Unreferenced anecdote."),
    _("Patient-funded MS trials are documented (UCSF 2007); the conference count was not checked."),
    _(
        "The figure is reported (89%% response) but from 17 patients with no control; in the "
        "controlled trial placebo responded 40%% (or 38%% by intention to treat) and LDN 88%% "
        "(83%%)."
    ),
    _(
        "The paper reports 67%% reaching a remission score, not proven mucosal remission, and "
        "without control; in the controlled trial endoscopic remission was 33%% against 8%%, "
        "and Cochrane found clinical remission not different (RR 1.48, 0.42 to 5.24, recalled)."
    ),
    _(
        "MS (NCT00501696), Crohn's (NCT00663117, NCT00715117) and fibromyalgia (NCT00568555) "
        "trials are confirmed; a head and neck study tested opioid growth factor, not "
        "naltrexone; no LDN autism or pancreatic trial was found here."
    ),
    _(
        "It existed (NCT01174914, 171 enrolled) and reported in 2011: 55 untreated and 100 "
        "treated people; modest in size and not encouraging for untreated HIV."
    ),
    _("Fair as of 2009; later larger trials are negative in fibromyalgia and divided in MS."),
    _("Matches the label, which also lists alcohol dependence."),
    _(
        "Usual dose is 50 mg daily (50 to 100 mg per the Stanford review; supervised schedules "
        "give 100 to 150 mg on alternate days, recalled); 300 mg daily is the dose at which "
        "liver enzymes rose in 5 of 26 people and is not usual."
    ),
    _("4.5 mg is 9%% of 50 mg; the wording follows the Stanford review; 1.5 to 6 mg is 3 to 12%%."),
    _(
        "A review states this; a direct 50 mg contrast in fibromyalgia showed no change in "
        "pain; analgesia at low dose was not confirmed by the two largest trials."
    ),
    _("Reviews and trials agree that mechanism is unproven."),
    _(
        "Endorphin concentration rose in one uncontrolled PPMS pilot; met-enkephalin was higher"
        " in MS patients on LDN in a cross-sectional study; a mouse study titled accordingly "
        "reports benefits independent of beta-endorphin."
    ),
    _(
        "Trials did not show pain benefit in over 250 people with fibromyalgia or in arthritis;"
        " mental well-being scores were better in one MS trial and not in another."
    ),
    _(
        "Two small Stanford trials positive; three larger placebo-controlled trials (Bested "
        "2023, FINAL 2024, INNOVA 2026) negative; pooled results disagree by method."
    ),
    _(
        "One placebo trial of about 34 to 40 adults favoured LDN for response, not clearly for "
        "remission; the larger multicentre trial has no result found."
    ),
    _(
        "One crossover trial found modest mental quality of life gains with a quarter of data "
        "lost; another found none."
    ),
    _(
        "Only case reports (two patients) and a chart review; a first randomised trial is "
        "registered without result."
    ),
    _("Trials exist in fibromyalgia, arthritis, diabetic neuropathy and few others."),
    _("Consistent with how the trials define it."),
    _(
        "Two positive trials exist (n=10 and n=31) but newer larger trials are negative, so the"
        " statement is out of date."
    ),
    _(
        "Gradual titration was used in FINAL (4 weeks) and O'Kelly (1 then 2 mg); the Stanford "
        "trials and INNOVA gave 4.5 mg (or 3 to 4.5) without a described slow rise; ultra-low "
        "dose properly means microgram doses."
    ),
    _(
        "Plausible practice: trials start at 1 or 1.5 mg and end at 4.5 (or 6) mg, median daily"
        " use in Norway 3.7 mg; the 4 to 8 week schedule is not from a trial, and 0.5 mg starts"
        " come from practice."
    ),
    _(
        "A hypothesis from advocacy sources; other researchers propose the opposite direction "
        "(less glial and cytokine activity)."
    ),
    _("Accepted immunology (recalled); binding does not establish clinical effect."),
    _(
        "One uncontrolled pilot (PPMS) saw higher beta-endorphin and one cross-sectional study "
        "higher enkephalin; no controlled confirmation found."
    ),
    _(
        "The page cites only an advocacy website; no published volunteer study of LDN with "
        "repeated beta-endorphin was found in these searches."
    ),
    _("True of the two small trials; not confirmed by larger ones."),
    _(
        "Six of ten women in the 2009 pilot, so the figure is right but rests on n=10 (95%% "
        "interval about 26 to 88%%), single-blind, placebo first; in the placebo-controlled "
        "2013 trial 32%% against 11%% responded."
    ),
    _("Two of ten had vivid dreams and one nausea and insomnia, all brief; no serious events."),
    _(
        "28.8%% on LDN is right, but placebo gave 18.0%%, so the drug-specific gain was about "
        "11 points; the page leaves the placebo out."
    ),
    _(
        "Life satisfaction (p=0.045) and mood (p=0.039) were better; fatigue and sleep were "
        "not, which the page omits."
    ),
    _("Matches the abstract."),
    _("Stated as fact; larger trials found no benefit over placebo."),
    _(
        "Plausible and untested for most; mixed in Crohn's disease and MS; register data found "
        "no fall in thyroid hormone or MS drug use."
    ),
    _(
        "Many small or uncontrolled positive reports; placebo-controlled trials are few and the"
        " largest in fibromyalgia, arthritis, lichen planopilaris and glioma were negative."
    ),
    _("Synthesised in 1963 and approved by the FDA in 1984 for opioid addiction."),
    _(
        "Immune markers moved in small uncontrolled studies; controlled pain trials are mixed "
        "and mostly negative at larger size."
    ),
    _(
        "Trials use mainly 4.5 mg (range 2 to 6); the Stanford review gives 50 to 100 mg for "
        "addiction."
    ),
    _(
        "Use and reports exist (Norway: 15,297 users in two years); reports are not evidence of"
        " effect."
    ),
    _("Reasonable and widely stated; most trials were public, charity or patient funded."),
    _("The 2014 Clinical Rheumatology review matches."),
    _('"Definite" is wrong: Cochrane judged the evidence too little for firm conclusions.'),
    _("At the time two small pilots; larger trials since found no benefit."),
    _(
        "The UCSF crossover improved mental-health scores but not physical, with heavy data "
        "loss; a second trial found no difference."
    ),
    _("Two-patient report of 2013."),
    _("Personal experience with other treatments at the same time."),
    _("Compounded supply is usual; a VA grant abstract gives about 40 US dollars a month."),
    _(
        "Serious events are not increased; minor events are common (about 70%% in a year-long "
        "trial, equal to placebo; 61%% in a survey), a 2025 meta-analysis counted 1.4 times as "
        "many events as on placebo, and vivid dreams are commoner on drug."
    ),
)
