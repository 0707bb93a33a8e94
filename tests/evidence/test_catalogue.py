"""What one asks the evidence, and what it says of itself."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from importlib.resources import files

import pytest

from lowdose.errors import InputError
from lowdose.evidence import catalogue
from lowdose.evidence.conditions import condition_names, find_condition
from lowdose.evidence.load import evidence, read_evidence
from lowdose.evidence.records import Publication
from lowdose.evidence.standing import poolable, study_standing
from lowdose.evidence.words import Verified


def test_the_files_are_found_as_a_wheel_offers_them() -> None:
    found = read_evidence(files("lowdose.evidence"))

    assert len(found.studies) == len(catalogue.studies()) >= 94
    assert len(found.claims) >= 79


def test_the_whole_is_read_in_a_blink() -> None:
    """About 0.13 s on an ordinary machine; the bound only notices when it grows out of hand."""
    begin = time.process_time()

    read_evidence(files("lowdose.evidence"))

    assert time.process_time() - begin < 1.0


def test_listing_studies_and_claims_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from lowdose.evidence import catalogue as c\n"
        "c.studies('fibromyalgia'), c.claims(), c.conditions(), c.reviews()\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert set(done.stdout.split()).isdisjoint({"numpy", "scipy", "jax"})


def test_ids_are_told_apart_over_all_files() -> None:
    rows = [
        row.id for study in catalogue.studies() for row in (*study.outcomes, *study.adverse_events)
    ]

    assert [name for name, times in Counter(rows).items() if times > 1] == []


def test_a_row_inherits_how_it_was_seen_and_its_source() -> None:
    smith = catalogue.find_study("smith2011")
    seen = {outcome.id: (outcome.verified, outcome.source) for outcome in smith.outcomes}

    assert seen["smith2011-o01"] == (Verified.ABSTRACT, smith.source)
    assert seen["smith2011-o07"] == (
        Verified.RECALLED,
        "https://doi.org/10.1002/14651858.CD010410.pub3",
    )


def test_a_publication_is_named_by_the_best_there_is() -> None:
    names = {"registrations": ("NCT00568555",), "pmcid": "PMC1", "pmid": "2", "doi": "10.1234/x"}
    sources = []
    given: dict[str, object] = {"address": "https://publisher.example/1"}
    for key, value in [("", ""), *names.items()]:
        given |= {key: value} if key else {}
        sources.append(Publication("T", "A", 2020, **given).source)  # type: ignore[arg-type]

    assert sources == [
        "https://publisher.example/1",
        "https://clinicaltrials.gov/study/NCT00568555",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC1/",
        "https://pubmed.ncbi.nlm.nih.gov/2/",
        "https://doi.org/10.1234/x",
    ]


def test_only_named_read_published_low_dose_own_people_enter_a_pool() -> None:
    out = {
        "duebruun2025_cpm": "its people are those of duebruun2024, and count once",
        "simonsen2017": "it was published as a conference abstract only",
        "khong2017_thyroid": "its people are those of raknes2020_thyroid, and count once",
        "mannelli2009": "the dose was very low, below 0.5 mg",
        "webster2006": "the dose was ultra-low, in micrograms",
        "younger2009_50mg": "the dose was not low: above 10 mg, or by weight",
        "meridor2022_naloxone": "the drug was not naltrexone",
        "innova_protocol2022": "it is a plan without results",
        "ciwun2024_review": "it is a review, not a study",
        "brown2009": "it is a hypothesis without patients",
        "bihari1988": "it was never published in full",
    }

    for study, reason in out.items():
        assert reason in study_standing(catalogue.find_study(study)), study
    assert study_standing(catalogue.find_study("innova2026")) == ()


def test_a_row_stays_out_for_what_is_unsure_of_it_alone() -> None:
    srinivasan = catalogue.find_study("srinivasan2021")
    smith = catalogue.find_study("smith2011")

    assert poolable(srinivasan.outcomes[1], srinivasan) == (
        "the paper does not say which way round its difference is",
    )
    assert poolable(smith.outcomes[0], smith) == ()
    assert poolable(smith.outcomes[6], smith) == (
        "its numbers are from memory and were not checked",
    )


def test_nothing_without_a_source_is_poolable() -> None:
    unnamed = [study for study in catalogue.studies() if not study.source]

    assert unnamed
    for study in unnamed:
        for row in (*study.outcomes, *study.adverse_events):
            assert "its publication cannot be named" in poolable(row, study)


def test_people_find_a_condition_by_what_they_call_it() -> None:
    called = {
        "Crohn’s disease": "crohns_disease",
        "CROHNS DISEASE": "crohns_disease",
        "ulcerative colitis": "ulcerative_colitis",
        "MS": "ms_any",
        "CRPS": "crps",
        "AIDS": "hiv",
        "cancers": "cancer_mixed",
        "long covid": "long_covid",
        "chronic fatigue syndrome": "mecfs",
        "Sjogrens syndrome": "sjogren",
        "pain_chronic_mixed": "pain_chronic_mixed",
    }

    assert {name: find_condition(name).id for name in called} == called


def test_no_name_means_two_conditions() -> None:
    names = Counter(
        name
        for each in condition_names().values()
        for name in {name.casefold() for name in (each.id, each.name, *each.synonyms)}
    )

    assert [name for name, times in names.items() if times > 1] == []


def test_a_condition_knows_whether_a_controlled_trial_exists() -> None:
    controlled = {each.id: each.controlled for each in catalogue.conditions()}

    assert controlled["fibromyalgia"] == (
        "bested2023",
        "depaula2023",
        "duebruun2024",
        "innova2026",
        "younger2013",
    )
    assert controlled["ms_any"] == ("cree2010", "sharafaddinzadeh2010")
    assert controlled["crps"] == controlled["long_covid"] == controlled["autism"] == ()


def test_a_wide_condition_holds_the_narrow_ones() -> None:
    wide = {study.id for study in catalogue.studies("inflammatory bowel disease")}

    assert {study.id for study in catalogue.studies("Crohn's disease")} < wide


def test_claims_are_found_by_page() -> None:
    assert len(catalogue.claims()) == len(evidence().claims)
    assert {claim.page for claim in catalogue.claims("Holistic physician blog")} == {
        "physician-blog"
    }
    with pytest.raises(InputError, match="one of compounding-pharmacy"):
        catalogue.claims("nowhere")


def test_reviews_are_found_by_condition() -> None:
    assert [review.id for review in catalogue.reviews("Crohn's disease")] == ["parker2018"]
