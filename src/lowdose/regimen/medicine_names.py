"""The table of medicine names that matter before naltrexone: opioids first. Data only.

Generic opioids are the class members that the UK regulator lists (MHRA learning module on opioids,
cpd.mhra.gov.uk/opioids), those that the US naltrexone label names, and kratom and tianeptine,
which act at the same receptors. Brand names and the other groups are common knowledge, gathered
without a register (assumption). No list of this kind is complete.

Under each generic name stand other spellings, combinations and brands, separated by commas.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["NAMES", "MedicineKind"]


class MedicineKind(StrEnum):
    """Why a medicine matters."""

    SHORT_OPIOID = "opioid"
    LONG_OPIOID = "long-acting opioid"
    DEPOT_OPIOID = "opioid released over weeks or months"
    GUT_OPIOID = "opioid acting in the gut"
    BLOCKER = "opioid blocker"
    COUGH = "cough medicine related to opioids"
    SEDATING = "medicine that naltrexone makes more sedating"
    LIVER = "medicine that burdens the liver"
    IMMUNOSUPPRESSANT = "immunosuppressant"
    BIOLOGIC = "biologic"
    THYROID = "thyroid medicine"


_SHORT = {
    "codeine": "codein, kodein, codeina, co-codamol, co-codaprin, zapain, solpadol, kapake, tylex, "
    "codipar, codafen, nurofen plus, solpadeine, panadeine, tylenol 3, tylenol 4, "
    "robitussin ac, cheratussin ac, tuxarin, tuzistra, galcodine, talvosilen, gelonida, "
    "migraleve, syndol, ultramol, veganin, pinex forte, paralgin forte, paralgin major, "
    "codipront, co-efferalgan, codoliprane, klipal, tachidol, dolviran, citodon, treo comp, "
    "panocod, panacod, kodimagnyl, ascomp",
    "dihydrocodeine": "dihydrocodein, co-dydramol, dhc, remedeine, paramol, paracodin, trezix, "
    "panlor, synalgos",
    "hydrocodone": "hydrocodon, vicodin, norco, lortab, lorcet, xodol, verdrocet, vicoprofen, "
    "reprexain, hycodan, hycet, tussionex, tussicaps, tussigon, hydromet, dicodid, "
    "benzhydrocodone, apadaz",
    "oxycodone": "oxycodon, oxikodon, oxicodona, oxy, percocet, percodan, endocet, "
    "roxicodone, roxybond, oxaydo, nalocet, primlev, prolate, oxynorm, shortec, lynlor, oxyir, "
    "roxicet, tylox, endone",
    "morphine": "morphin, morfin, morfina, oramorph, sevredol, actiskenan, msir, roxanol, "
    "cyclimorph, papaveretum",
    "opium": "opium tincture, laudanum, paregoric, dropizol, lamaline, izalgi",
    "diamorphine": "diamorphin, heroin",
    "hydromorphone": "hydromorphon, dilaudid, palladone",
    "oxymorphone": "opana",
    "ketobemidone": "ketobemidon, ketogan, ketorax",
    "tramadol": "ultram, ultracet, zydol, tramacet, tramal, zaldiar, ixprim, contramal, topalgic, "
    "seglentis, qdolo, nobligan, adolonta, skudexa, enanplus, tradonal, tradolan, "
    "dolol, mandolgin",
    "tapentadol": "nucynta, palexia, yantil",
    "pethidine": "meperidine, petidin, demerol, dolantin, pamergan",
    "alfentanil": "rapifen",
    "oliceridine": "olinvyk",
    "sufentanil": "dsuvia, zalviso, dzuveo",
    "remifentanil": "ultiva",
    "pentazocine": "talwin, fortral",
    "butorphanol": "stadol",
    "nalbuphine": "nubain, nalpain",
    "meptazinol": "meptid",
    "dextropropoxyphene": "propoxyphene, darvon, darvocet, co-proxamol, distalgesic, di-gesic",
    "dipipanone": "diconal",
    "dextromoramide": "palfium",
    "piritramide": "piritramid, dipidolor",
    "tilidine": "tilidin, valoron",
    "pholcodine": "pholcodin, folkodin, galenphol",
    "ethylmorphine": "etylmorfin, cosylan, cocillana-etyfin",
    "kratom": "mitragynine, mitragyna, 7-hydroxymitragynine, 7-oh",
    "tianeptine": "coaxil, stablon",
    "diphenoxylate": "lomotil, co-phenotrope, diarsed, difenoxin, motofen",
}
_LONG = {
    "methadone": "metadon, metadona, methadose, dolophine, diskets, physeptone, levomethadone, "
    "levomethadon, polamidon, eptadone",
    "buprenorphine": "buprenorphin, buprenorfin, suboxone, subutex, zubsolv, bunavail, temgesic, "
    "butrans, butec, norspan, belbuca, espranor, transtec, hapoctasin, bupeaze, sevodyne, "
    "bunov, relevtec, carlosafine, panitaz, reletrans",
    # Fentanyl without a form may be a patch, so the longer interval holds for every form.
    "fentanyl": "fentanil, duragesic, durogesic, matrifen, mezolar, fencino, opiodur, fentalis, "
    "actiq, abstral, effentora, fentora, instanyl, pecfent, subsys, lazanda, breakyl, vellofent",
    "oxycodone, slow-release": "oxycontin, longtec, targin, targinact, targiniq, xtampza, "
    "reltebon, oxeltra, abtard",
    "morphine, slow-release": "ms contin, mst continus, mst, zomorph, mxl, morphgesic, kadian, "
    "avinza, arymo, embeda, skenan, kapanol, dolcontin, contalgin, moscontin, substitol",
    "hydrocodone, slow-release": "zohydro, hysingla",
    "hydromorphone, slow-release": "exalgo, jurnista, palladone sr, palladon retard",
    "tramadol, slow-release": "ultram er, conzip, ryzolt, zydol sr, zydol xl, tramulief, maxitram, "
    "marol, tradorec, tilodol, tiparol, nobligan retard",
    "dihydrocodeine, slow-release": "dhc continus",
    "tapentadol, slow-release": "nucynta er, palexia sr, palexia retard, palexia depot",
    "levorphanol": "levo-dromoran",
    "levomethadyl": "laam, orlaam",
}
_DEPOT = {
    "buprenorphine depot": "sublocade, brixadi, buvidal, probuphine, sixmo, "
    "buprenorphine injection, buprenorphine implant",
}
_GUT = {
    "loperamide": "loperamid, imodium, diamode, norimode",
    "eluxadoline": "viberzi, truberzi",
    "trimebutine": "debridat, modulon",
}
_BLOCKERS = {
    "naltrexone": "naltrexon, revia, vivitrol, contrave, mysimba, nalorex, adepend",
    "nalmefene": "selincro",
    "naloxone": "narcan, nyxoid, kloxxado, prenoxad",
    "methylnaltrexone": "relistor",
    "naloxegol": "moventig, movantik",
    "naldemedine": "symproic, rizmoic",
    "samidorphan": "lybalvi",
}
_COUGH = {
    "dextromethorphan": "dextrometorfan, robitussin dm, delsym, benylin dm, mucinex dm, nyquil, "
    "nuedexta, auvelity",
}
_SEDATING = {"thioridazine": "tioridazin, mellaril, melleril"}
_LIVER = {"disulfiram": "antabuse, antabus, esperal"}
_IMMUNOSUPPRESSANTS = {
    "azathioprine": "imuran, imurel",
    "methotrexate": "metotreksat",
    "mycophenolate": "cellcept, myfortic",
    "ciclosporin": "cyclosporine, cyclosporin, neoral, sandimmun",
    "tacrolimus": "prograf, advagraf, envarsus",
    "sirolimus": "rapamune",
    "everolimus": "certican",
    "leflunomide": "arava",
    "mercaptopurine": "purinethol",
    "cyclophosphamide": "endoxan",
    "prednisolone": "prednisone, methylprednisolone, dexamethasone",
    "tofacitinib": "xeljanz",
    "baricitinib": "olumiant",
    "upadacitinib": "rinvoq",
    "fingolimod": "gilenya",
    "teriflunomide": "aubagio",
    "cladribine": "mavenclad",
}
_BIOLOGICS = {
    "adalimumab": "humira",
    "infliximab": "remicade",
    "etanercept": "enbrel",
    "golimumab": "simponi",
    "certolizumab": "cimzia",
    "ustekinumab": "stelara",
    "vedolizumab": "entyvio",
    "risankizumab": "skyrizi",
    "secukinumab": "cosentyx",
    "rituximab": "mabthera, rituxan",
    "ocrelizumab": "ocrevus",
    "ofatumumab": "kesimpta",
    "natalizumab": "tysabri",
    "alemtuzumab": "lemtrada",
    "tocilizumab": "roactemra, actemra",
    "abatacept": "orencia",
    "belimumab": "benlysta",
    "dupilumab": "dupixent",
}
_THYROID = {
    "levothyroxine": "thyroxine, levotiroxina, synthroid, eltroxin, euthyrox, levaxin",
    "liothyronine": "liotironin, cytomel",
    "thyroid extract": "armour thyroid, desiccated thyroid",
    "carbimazole": "neo-mercazole",
    "thiamazole": "methimazole",
    "propylthiouracil": "ptu",
}

NAMES: dict[MedicineKind, dict[str, str]] = {
    MedicineKind.SHORT_OPIOID: _SHORT,
    MedicineKind.LONG_OPIOID: _LONG,
    MedicineKind.DEPOT_OPIOID: _DEPOT,
    MedicineKind.GUT_OPIOID: _GUT,
    MedicineKind.BLOCKER: _BLOCKERS,
    MedicineKind.COUGH: _COUGH,
    MedicineKind.SEDATING: _SEDATING,
    MedicineKind.LIVER: _LIVER,
    MedicineKind.IMMUNOSUPPRESSANT: _IMMUNOSUPPRESSANTS,
    MedicineKind.BIOLOGIC: _BIOLOGICS,
    MedicineKind.THYROID: _THYROID,
}
