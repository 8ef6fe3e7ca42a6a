"""The names that an item uses and the rulebook does not have any more."""

from engine.rulebook.missing_names import items_without_names, missing_of_item
from tests.unit.stages.small_rulebook import item, order, rulebook


def test_each_name_of_an_item_is_looked_up() -> None:
    gone = item("DESK", billing_process="old-process", billing_type="old-type", revenue_account="old-account", product="OLD")
    assert [(str(what), name) for what, name in missing_of_item(gone, rulebook())] == [
        ("product", "OLD"),
        ("billing process", "old-process"),
        ("billing type", "old-type"),
        ("account", "old-account"),
    ]
    assert missing_of_item(item("DESK"), rulebook()) == ()
    assert [name for _, name in missing_of_item(item("TILL", payment_plan="old-plan"), rulebook())] == ["old-plan"]


def test_items_that_share_a_plan_wait_together() -> None:
    items = (
        item("TILL", "A-1", payment_plan="thirds", revenue_account="old-account"),
        item("GUIDE", "A-2", payment_plan="thirds"),
        item("GUIDE", "A-3"),
    )
    assert {name: problem.message for name, problem in items_without_names(order(*items), rulebook()).items()} == {
        "A-1": "the account `old-account` is not in the rulebook any more",
        "A-2": "the account `old-account` is not in the rulebook any more",
    }
