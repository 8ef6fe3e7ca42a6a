"""The examples of docs/explanation/periods-and-proration.md, run: each JSON gives the text below it."""

import json
import re
from pathlib import Path

import pytest

from engine.evaluations.payment_plan import PaymentPlanRequest, evaluate_payment_plan
from engine.evaluations.schedule import ScheduleRequest, evaluate_schedule
from tests.scheduled import FewPlans

PAGE = Path(__file__).parent.parent.parent / "docs/explanation/periods-and-proration.md"
EXAMPLES = re.findall(r"```json\n(.*?)```\n\n```text\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.S)


def answered(body: str) -> str:
    asked = json.loads(body)
    if "plan" in asked:
        plan = evaluate_payment_plan(PaymentPlanRequest.model_validate(asked), FewPlans())
        return "\n".join(f"{each.net:>8}  {each.event:<18}  {each.billing_date}" for each in plan.instalments)
    answer = evaluate_schedule(ScheduleRequest.model_validate(asked), FewPlans())
    rows = [
        f"{each.kind:<9}  {each.service_period}  due {each.billing_date}  {each.days:>3} of {each.period_days:>3} days  {each.net:>8}"
        for each in answer.transactions
    ]
    return "\n".join([*rows, f"next {answer.next_billing_date}"])


@pytest.mark.parametrize(("body", "wanted"), EXAMPLES)
def test_an_example_gives_what_the_page_says(body: str, wanted: str) -> None:
    assert answered(body) == wanted


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) == 10
