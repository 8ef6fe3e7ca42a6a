"""What the program says of its own, the heads of tables and the words of states, is there in each language."""

from typing import get_args

import pytest

from api.output.sheets import Sheet, as_csv, as_text, as_tree, head
from engine.documents.opportunity import OpportunityState
from engine.documents.order import ItemState, OrderState
from engine.phrases import LANGUAGES, as_written, phrase, say

QUOTE_STATES = {"draft", "approval-needed", "approved", "sent", "accepted", "refused", "expired", "superseded"}
OTHERS = tuple(language for language in LANGUAGES if language != "en")


@pytest.mark.parametrize("language", OTHERS)
def test_every_state_has_its_word(language: str) -> None:
    states = {state for states in (OpportunityState, OrderState, ItemState) for state in get_args(states)} | QUOTE_STATES
    alike = {state for state in states if say(as_written(state), language) == state}
    assert alike <= {"open"}


def test_heads_and_sentences_are_translated_and_names_are_not() -> None:
    sheet = Sheet(
        name="held-back",
        columns=("item", "billing_date", "because"),
        rows=(("A-1", None, phrase("the item is not activated")), ("A-2", None, "as {written}")),
        notes=(phrase("sums are of open ones"),),
    )
    assert as_text(sheet, "fr").splitlines()[0].split("  ")[1].strip() == "date de facturation"
    assert as_text(sheet, "fr").splitlines()[2].endswith("le poste n'est pas activé")
    assert as_text(sheet, "fr").splitlines()[-1] == "les sommes sont celles des opportunités ouvertes"
    assert as_csv(sheet, "nl").splitlines() == ["item,billing_date,because", "A-1,,de post is niet geactiveerd", "A-2,,as {written}"]
    assert as_tree(sheet, "fr")["rows"] == [
        {"item": "A-1", "billing_date": None, "because": "le poste n'est pas activé"},
        {"item": "A-2", "billing_date": None, "because": "as {written}"},
    ]
    assert (head("billing_date", "en"), head("not_known", "fr")) == ("billing date", "not known")
    assert (head("discount", "fr"), head("net", "fr")) == ("remise", "net"), "a head has no article"
