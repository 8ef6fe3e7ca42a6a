"""Remedies on pages name buttons, where those of the command line name commands."""

from __future__ import annotations

from api.pages.frame.labels import action_label
from api.pages.frame.remedies import VERBS, help_on_page
from api.refusals import unknown
from engine.problems import Kind


def test_a_command_is_named_as_its_button() -> None:
    priced = Kind("x", "{number}", "make a new version with `centwright quote version {number} --on DAY`, which prices it anew")
    problem = priced.at(None, number="Q1")
    assert help_on_page(problem, "en") == "make a new version with `New version`, which prices it anew"
    looked = Kind("x", "held", "look at them with `centwright run preview`").at(None)
    assert help_on_page(looked, "en") == "look at them with `Preview the run`"


def test_a_command_without_a_button_stays() -> None:
    assert help_on_page(Kind("x", "none", "see `centwright doctor`").at(None), "en") == "see `centwright doctor`"


def test_each_verb_has_a_button_in_each_language() -> None:
    for verb in VERBS.values():
        assert action_label(verb, "en") != verb
        assert action_label(verb, "fr") != verb


def test_an_unknown_name_is_sought_by_a_part_of_it() -> None:
    (problem,) = unknown("customer", "zz").problems
    assert "part of the name" in help_on_page(problem, "en")
    assert "centwright" not in help_on_page(problem, "nl")
