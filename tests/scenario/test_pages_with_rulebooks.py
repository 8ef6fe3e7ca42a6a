"""How-to pages whose pieces make a rulebook: it has no problem, and the scenarios on the page pass."""

from pathlib import Path

import pytest

from engine.rulebook.reader import check_up, rulebook_of
from engine.testing.scenario_reader import scenarios_of
from engine.testing.scenario_runner import try_scenario
from tests.golden.problems.pages import FENCE, SHOP, laid_over


@pytest.mark.parametrize(("page", "count"), [("index-prices-with-tiers", 3), ("let-items-join", 4)])
def test_the_rulebook_of_a_page_is_right_and_its_scenarios_pass(root: Path, page: str, count: int) -> None:
    pieces = dict(FENCE.findall((root / f"docs/how-to/{page}.md").read_text(encoding="utf-8")))
    checked = check_up(laid_over(SHOP, pieces))
    assert [f"{problem}: {problem.help}" for problem in checked.problems if problem.stops] == []
    scenarios, problems = scenarios_of(checked.reading)
    assert (len(scenarios), problems) == (count, ())
    rulebook = rulebook_of(checked.reading)
    assert [(scenario.name, try_scenario(scenario, rulebook).differences) for scenario in scenarios] == [
        (scenario.name, ()) for scenario in scenarios
    ]
