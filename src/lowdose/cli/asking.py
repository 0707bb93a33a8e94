"""Ask the open safety questions on the screen, one after another, until each can be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from lowdose.errors import InputError
from lowdose.regimen.answers import QUESTIONS, Question, read_answer

__all__ = ["ask_open", "prompt"]

_MEDICINES = "Which other medicines are taken, by name, with commas (or none)?"


def ask_open(safety: Mapping[str, Any], ask: Callable[[str], str]) -> dict[str, Any]:
    """The answers given so far, with those to the questions that were open.

    `ask` shows a question and returns what was typed. An empty answer leaves a question open,
    but for the one on opioids, which comes back until it is answered.
    """
    answered = dict(safety)
    for question in QUESTIONS:
        if question.key not in answered and (said := _answer(question, ask)):
            answered[question.key] = said
        if question.key == "opioids" and "medicines" not in answered and (names := ask(_MEDICINES)):
            answered["medicines"] = [name.strip() for name in names.split(",")]
    return answered


def prompt(text: str) -> str:
    """Ask on the screen; what is shown goes to standard error."""
    said = click.prompt(text, default="", show_default=False, prompt_suffix="\n> ", err=True)
    return str(said).strip()


def _answer(question: Question, ask: Callable[[str], str]) -> str:
    """What was typed once it can be read; empty where the question stays open."""
    text = f"{question.text} ({question.choices})"
    while True:
        said = ask(text)
        if not said and question.key != "opioids":
            return ""
        try:
            read_answer(question, said)
        except InputError as error:
            click.echo(str(error), err=True)
        else:
            return said
