"""The shipped scenarios pass, cover what they should, and notice changes; a failing one shows how its result was calculated."""

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import main
from api.rulebook_folder import read_folder
from engine.rulebook.reader import read_all, rulebook_of
from engine.testing import scenario_coverage
from engine.testing.coverage_trace import touched_by
from engine.testing.explained_mutants import explanation_for, explanations_of
from engine.testing.mutant_verdicts import judge_of, mutants_of
from engine.testing.scenario_coverage import coverage_of
from engine.testing.scenario_reader import scenarios_of
from engine.testing.scenario_runner import try_scenario

FAILING = """\
kind: tests
of: rules.pricing
scenarios:
  - name: A chain pays ninety percent
    given: {customer.segment: chain, product.order-type: subscription}
    expect: {line.price-factor: 0.9}
    because: Somebody said so
  - name: A price that nobody wrote
    price: {product: SUB-CORE, quantity: 1, on: 2023-12-31}
    expect: {net: 89.00}
"""
REPORT = """\
rules/trial.test.yaml:4: failed: A chain pays ninety percent
  because: Somebody said so
  line.price-factor: expected 0.9, found 0.85
    rules/trial.test.yaml:6:33
      6 |     expect: {line.price-factor: 0.9}
        |                                 ^^^
    how it came about:
      rules/pricing.rules:8  rules/pricing: segment-factor row 1: segment-factor.factor: customer.segment = chain, product.order-type = subscription: 0.85
          because: Framework agreement with chains
          8 | | chain | subscription || 0.85 | "Framework agreement with chains" |
      rules/pricing.rules:13  rules/pricing: line.price-factor: line.price-factor: segment-factor(customer.segment (chain), product.order-type (subscription)) (0.85) = 0.85, as customer.segment is known
          13 | define line.price-factor : Number = if customer.segment is known then segment-factor(customer.segment, product.order-type) else 1
rules/trial.test.yaml:8: failed: A price that nobody wrote
  price: expected an answer, found refused (no-price): `SUB-CORE` has no price on 2023-12-31
    rules/trial.test.yaml:10:13
      10 |     expect: {net: 89.00}
         |             ^^^^^^^^^^^^
"""  # noqa: E501 - lines as the program writes them


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    """A copy of the shipped rulebook with two scenarios that fail, and no others."""
    for name in ("catalog", "rules", "plans", "vat", "templates"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("*.test.yaml"))
    shutil.copy(root / "company.yaml", tmp_path)
    (tmp_path / "rules" / "trial.test.yaml").write_text(FAILING, "utf-8")
    return tmp_path


def test_the_shipped_scenarios_pass_and_touch_everything_that_can_be_reached(root: Path) -> None:
    reading = read_all(read_folder(root))
    scenarios, problems = scenarios_of(reading)
    rulebook = rulebook_of(reading)
    assert problems == ()
    assert len(scenarios) > 380
    assert [one.name for one in scenarios if not try_scenario(one, rulebook).passed] == []
    missing = coverage_of(reading, rulebook, touched_by(scenarios, rulebook)).missing
    # A business outside the Union is never unverified for a service: that word of the row is there for whoever reads it.
    assert [str(piece.what) for piece in missing] == ["`unverified` in row 8 of treatment"]


@pytest.mark.proof
def test_changes_to_the_shipped_rulebook_are_noticed_or_explained(root: Path, proof_size: Callable[[int], int]) -> None:
    judge = judge_of(read_folder(root))
    every = mutants_of(judge.reading)
    number = max(30, proof_size(len(every)) if proof_size(10) == 10 else 0)  # in full every change, else a sample of them
    explanations = explanations_of(judge.reading)
    chosen = [every[at * len(every) // number] for at in range(number)]
    unnoticed = [one for one in chosen if judge.judge(one).noticed_by is None]
    assert [f"{one.where}: {one.before} -> {one.after}" for one in unnoticed if explanation_for(one, explanations) is None] == []


def test_a_failing_scenario_shows_how_its_answer_came_about(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["test", str(folder), "--language", "en"]) == 1
    response = capsys.readouterr()
    assert response.out == REPORT
    assert response.err == "2 scenarios, 2 failed\n"


def test_outcomes_as_json_and_junit(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["test", str(folder / "rules"), "--only", "chain", "--json", "--quiet"]) == 1
    reported = json.loads(capsys.readouterr().out)
    assert (reported["scenarios"], reported["failed"]) == (1, 1)
    assert reported["outcomes"][0]["differences"][0]["found"] == "0.85"
    assert main.run(["test", str(folder), "--format", "junit"]) == 1
    assert 'tests="2" failures="2"' in capsys.readouterr().out


def test_a_rulebook_without_scenarios_proves_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rules" / "trial.test.yaml").unlink()
    assert main.run(["test", str(folder), "--language", "en"]) == 1
    assert "nothing was run" in capsys.readouterr().err
    assert main.run(["test", str(folder), "--allow-none"]) == 0


def test_coverage_says_why_not(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["coverage", "--rulebook", str(folder), "--language", "en", "--fail-under", "90"]) == 1
    reported = capsys.readouterr().out
    assert (
        "row 2 of segment-factor: no scenario has customer.segment = chain together with product.order-type = investment; "
        "the nearest, “A chain pays ninety percent”, has product.order-type = subscription"
    ) in reported


def test_coverage_of_more_pieces_and_questions_than_are_compared_is_refused_by_name(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = scenario_coverage.COVERAGE_QUESTIONS
    assert bound.most == 20_000_000
    monkeypatch.setattr(scenario_coverage, "COVERAGE_QUESTIONS", dataclasses.replace(bound, most=5))
    assert main.run(["coverage", "--rulebook", str(folder), "--language", "en"]) == 1
    assert "pieces of rules × questions of scenarios: at most 5 are computed at once" in capsys.readouterr().err


def test_a_change_that_nobody_notices_is_listed_by_row(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "rules" / "trial.test.yaml"
    path.write_text(FAILING.split("  - name: A price")[0].replace("0.9}", "0.85}"), "utf-8")
    assert main.run(["mutate", "--rulebook", str(folder), "--only", "rules/approval", "--sample", "3", "--language", "en"]) == 1
    response = capsys.readouterr()
    assert "goes unnoticed" in response.out
    assert "rules/approval.rules:" in response.out
    assert "3 changes" in response.err
    assert main.run(["mutate", "--rulebook", str(folder), "--only", "rules/pricing", "--sample", "3"]) in (0, 1)
