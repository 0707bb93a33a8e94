"""lowdose: from a plan and a diary of low-dose naltrexone to an honest answer.

The flow, as code:

    plan   = ld.plan(titration, answers, start=day)       # what to take, how the pharmacy makes it
    course = ld.simulate([1.5] * 14 + [3.0] * 70)         # what a hypothesis says it would do
    diary  = ld.read_diary("diary.csv")                   # what the person wrote down
    answer = ld.infer(diary, prior="fibromyalgia")        # does it work, at which dose, what next
    pooled = ld.pool(diaries)                             # how well on average, how people differ
    found  = ld.power(ld.find_design("crossover"))        # what a trial could settle
    chart  = ld.course_chart(answer)                      # the picture; notebooks show it as it is
    known  = ld.evidence.summary("fibromyalgia")          # what others found

Folders are stages, in the order in which they may import each other, left to right only:

  errors | runtime | regimen | mechanism | population | evidence | diary | inference | trial
         | report | clinic | cli

Public names load when first used, so that `import lowdose` and `lowdose --help` stay quick and
load no JAX.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lowdose import evidence as evidence
    from lowdose.diary.entries import Diary as Diary
    from lowdose.diary.entries import Symptom as Symptom
    from lowdose.diary.options import ReadOptions as ReadOptions
    from lowdose.diary.read import read_diaries as read_diaries
    from lowdose.diary.read import read_diary as read_diary
    from lowdose.diary.virtual import DayNoise as DayNoise
    from lowdose.diary.virtual import virtual_diaries as virtual_diaries
    from lowdose.diary.write import write_diary as write_diary
    from lowdose.errors import InputError as InputError
    from lowdose.errors import LowdoseError as LowdoseError
    from lowdose.errors import Refusal as Refusal
    from lowdose.inference.answer import infer as infer
    from lowdose.inference.answer import infer_many as infer_many
    from lowdose.inference.options import Options as Options
    from lowdose.inference.pool.pool import pool as pool
    from lowdose.inference.pool.share import parse_share as parse_share
    from lowdose.inference.pool.share import share_json as share_json
    from lowdose.inference.posterior import posterior as posterior
    from lowdose.inference.priors import Prior as Prior
    from lowdose.inference.result import Answer as Answer
    from lowdose.mechanism.compare import after_stopping as after_stopping
    from lowdose.mechanism.compare import dose_response as dose_response
    from lowdose.mechanism.events import EventTable as EventTable
    from lowdose.mechanism.events_read import parse_events as parse_events
    from lowdose.mechanism.events_read import read_events as read_events
    from lowdose.mechanism.events_regimen import regimen_events as regimen_events
    from lowdose.mechanism.events_write import events_csv as events_csv
    from lowdose.population.people import draw as draw
    from lowdose.population.predict_events import Predicted as Predicted
    from lowdose.population.predict_events import predict_events as predict_events
    from lowdose.population.predict_trial import TrialPrediction as TrialPrediction
    from lowdose.population.predict_trial import predict_trial as predict_trial
    from lowdose.population.sensitivity import sensitivity as sensitivity
    from lowdose.population.side_effects import expected_side_effects as expected_side_effects
    from lowdose.population.simulate import Simulated as Simulated
    from lowdose.population.simulate import simulate as simulate
    from lowdose.regimen.answers import parse_answers as parse_answers
    from lowdose.regimen.climb import regimen_of as regimen_of
    from lowdose.regimen.climb import schedule as schedule
    from lowdose.regimen.doses import Regimen as Regimen
    from lowdose.regimen.hours import schedule_by_hour as schedule_by_hour
    from lowdose.regimen.plan import Plan as Plan
    from lowdose.regimen.plan import plan as plan
    from lowdose.regimen.templates import find_template as find_template
    from lowdose.regimen.titration import Titration as Titration
    from lowdose.report.answer_json import answer_json as answer_json
    from lowdose.report.answer_page import answer_page as answer_page
    from lowdose.report.answer_sheet import answer_sheet as answer_sheet
    from lowdose.report.answer_text import answer_text as answer_text
    from lowdose.report.charts.answer_charts import course_chart as course_chart
    from lowdose.report.charts.answer_charts import levels_chart as levels_chart
    from lowdose.report.charts.assumptions_chart import sensitivity_chart as sensitivity_chart
    from lowdose.report.charts.forest_chart import forest_chart as forest_chart
    from lowdose.report.charts.funnel_chart import funnel_chart as funnel_chart
    from lowdose.report.charts.mechanism_charts import dose_response_chart as dose_response_chart
    from lowdose.report.charts.mechanism_charts import people_chart as people_chart
    from lowdose.report.charts.mechanism_charts import stop_chart as stop_chart
    from lowdose.report.charts.mechanism_charts import titration_chart as titration_chart
    from lowdose.report.charts.multiverse_chart import multiverse_chart as multiverse_chart
    from lowdose.report.charts.picture import save_chart as save_chart
    from lowdose.report.charts.pool_chart import pool_chart as pool_chart
    from lowdose.report.charts.power_chart import power_chart as power_chart
    from lowdose.report.evidence_summary_json import summary_json as summary_json
    from lowdose.report.evidence_summary_pages import summary_page as summary_page
    from lowdose.report.evidence_summary_pages import summary_sheet as summary_sheet
    from lowdose.report.evidence_summary_pages import summary_text as summary_text
    from lowdose.report.evidence_text import pool_of_comparison as pool_of_comparison
    from lowdose.report.pool_text import pool_text as pool_text
    from lowdose.report.simulation_dataset import simulation_dataset as simulation_dataset
    from lowdose.trial.analyse.analyse import analyse as analyse
    from lowdose.trial.design.named import find_design as find_design
    from lowdose.trial.design.read import parse_design as parse_design
    from lowdose.trial.design.values import Design as Design
    from lowdose.trial.operate.power import power as power

__version__ = "0.1.0"

# Name: the module it lives in. The list above says the same to type checkers; a test compares them.
_PUBLIC = {
    "plan": "lowdose.regimen.plan",
    "Plan": "lowdose.regimen.plan",
    "Titration": "lowdose.regimen.titration",
    "Regimen": "lowdose.regimen.doses",
    "regimen_of": "lowdose.regimen.climb",
    "schedule": "lowdose.regimen.climb",
    "schedule_by_hour": "lowdose.regimen.hours",
    "find_template": "lowdose.regimen.templates",
    "parse_answers": "lowdose.regimen.answers",
    "draw": "lowdose.population.people",
    "simulate": "lowdose.population.simulate",
    "Simulated": "lowdose.population.simulate",
    "EventTable": "lowdose.mechanism.events",
    "read_events": "lowdose.mechanism.events_read",
    "parse_events": "lowdose.mechanism.events_read",
    "regimen_events": "lowdose.mechanism.events_regimen",
    "events_csv": "lowdose.mechanism.events_write",
    "predict_events": "lowdose.population.predict_events",
    "Predicted": "lowdose.population.predict_events",
    "predict_trial": "lowdose.population.predict_trial",
    "TrialPrediction": "lowdose.population.predict_trial",
    "sensitivity": "lowdose.population.sensitivity",
    "expected_side_effects": "lowdose.population.side_effects",
    "dose_response": "lowdose.mechanism.compare",
    "after_stopping": "lowdose.mechanism.compare",
    "Diary": "lowdose.diary.entries",
    "Symptom": "lowdose.diary.entries",
    "ReadOptions": "lowdose.diary.options",
    "read_diary": "lowdose.diary.read",
    "read_diaries": "lowdose.diary.read",
    "write_diary": "lowdose.diary.write",
    "virtual_diaries": "lowdose.diary.virtual",
    "DayNoise": "lowdose.diary.virtual",
    "evidence": "lowdose.evidence",
    "Answer": "lowdose.inference.result",
    "Options": "lowdose.inference.options",
    "Prior": "lowdose.inference.priors",
    "infer": "lowdose.inference.answer",
    "infer_many": "lowdose.inference.answer",
    "posterior": "lowdose.inference.posterior",
    "pool": "lowdose.inference.pool.pool",
    "parse_share": "lowdose.inference.pool.share",
    "share_json": "lowdose.inference.pool.share",
    "Design": "lowdose.trial.design.values",
    "find_design": "lowdose.trial.design.named",
    "parse_design": "lowdose.trial.design.read",
    "power": "lowdose.trial.operate.power",
    "analyse": "lowdose.trial.analyse.analyse",
    "answer_page": "lowdose.report.answer_page",
    "answer_sheet": "lowdose.report.answer_sheet",
    "answer_text": "lowdose.report.answer_text",
    "answer_json": "lowdose.report.answer_json",
    "summary_page": "lowdose.report.evidence_summary_pages",
    "summary_sheet": "lowdose.report.evidence_summary_pages",
    "summary_text": "lowdose.report.evidence_summary_pages",
    "summary_json": "lowdose.report.evidence_summary_json",
    "pool_of_comparison": "lowdose.report.evidence_text",
    "pool_text": "lowdose.report.pool_text",
    "course_chart": "lowdose.report.charts.answer_charts",
    "levels_chart": "lowdose.report.charts.answer_charts",
    "dose_response_chart": "lowdose.report.charts.mechanism_charts",
    "titration_chart": "lowdose.report.charts.mechanism_charts",
    "people_chart": "lowdose.report.charts.mechanism_charts",
    "stop_chart": "lowdose.report.charts.mechanism_charts",
    "forest_chart": "lowdose.report.charts.forest_chart",
    "funnel_chart": "lowdose.report.charts.funnel_chart",
    "sensitivity_chart": "lowdose.report.charts.assumptions_chart",
    "multiverse_chart": "lowdose.report.charts.multiverse_chart",
    "pool_chart": "lowdose.report.charts.pool_chart",
    "power_chart": "lowdose.report.charts.power_chart",
    "simulation_dataset": "lowdose.report.simulation_dataset",
    "save_chart": "lowdose.report.charts.picture",
    "LowdoseError": "lowdose.errors",
    "InputError": "lowdose.errors",
    "Refusal": "lowdose.errors",
}

__all__ = ["__version__", *_PUBLIC]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'lowdose' has no name {name!r}; it has {', '.join(__all__)}")
    module = import_module(_PUBLIC[name])
    return module if _PUBLIC[name] == f"lowdose.{name}" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)
