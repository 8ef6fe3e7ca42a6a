"""The histories of opportunities in the store, on both databases."""

from datetime import date

from api.store import histories, opportunities, sales_tables
from api.store.database import Store
from engine.documents.opportunity import Opportunity
from engine.documents.party import Prospect
from tests.contract.store_documents import EUR, euros, made


def test_the_pipeline_of_a_past_day_can_be_shown(store: Store) -> None:
    chance = Opportunity(
        currency=EUR,
        id="O1",
        prospect=Prospect(name="Zicht", town="Gent"),
        what="a shop",
        stage="proposal",
        state="open",
        amount=euros("100.00"),
        expected_close=date(2027, 5, 1),
        owner="AM",
    )
    later = chance.model_copy(update={"stage": "negotiation", "amount": euros("90.00"), "expected_close": date(2027, 6, 1)})
    with store.writing() as connection:
        opportunities.append(connection, [chance], made(date(2027, 1, 10), "AM"))
        changed = opportunities.replace(connection, later, made(date(2027, 2, 10), "JV"))
        assert opportunities.replace(connection, later, made(date(2027, 2, 11), "JV")) == ()
    assert changed == ("stage", "amount", "expected_close")
    with store.reading() as connection:
        assert opportunities.find(connection) == {"O1": later}
        assert {one.id: one for one in opportunities.each_as_of(connection, date(2027, 2, 9))} == {"O1": chance}
        assert {one.id: one for one in opportunities.each_as_of(connection, date(2027, 2, 10))} == {"O1": later}
        assert {one.id: one for one in opportunities.each_as_of(connection, date(2027, 1, 9))} == {}
        history = histories.changes(connection, sales_tables.opportunity_changes, "O1")
        assert [row["field"] for row in history] == ["created", "amount", "expected_close", "stage"]
