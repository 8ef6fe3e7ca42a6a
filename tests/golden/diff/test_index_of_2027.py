"""The index of price book 2027 from 1.029 to 1.031: what `centwright diff` writes of it for a terminal and for a merge request."""

from __future__ import annotations

from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from api.importing.import_folder import read_folder_of_files
from api.rulebook_folder import read_folder
from api.workbench.comparison_run import compare_golden, compare_texts
from api.workbench.rulebook_lookup import load_from_texts
from engine.comparing.comparison import Comparison
from engine.comparing.markdown import LARGEST, as_markdown
from engine.comparing.terminal_text import as_text
from engine.phrases import LANGUAGES, Language
from tests.golden.golden import Golden
from tests.golden.rulebooks import CHECKOUT

BOOK = "catalog/price-books/book-2027.yaml"


@pytest.fixture(scope="module")
def compared() -> Comparison:
    old = dict(read_folder(CHECKOUT))
    new = old | {BOOK: old[BOOK].replace("1.029", "1.031")}
    before, after = load_from_texts("main", old), load_from_texts("index-2027", new)
    return replace(compare_texts(before, after), invoices=compare_golden(before, after, read_folder_of_files(CHECKOUT / "demo")))


@pytest.mark.filterwarnings("ignore:\\s*Can not relate:UserWarning")  # a golden is named for its case, not for its test
def test_the_text(compared: Comparison, snapshot: SnapshotAssertion) -> None:
    assert as_text(compared) == snapshot(name="index-of-2027", extension_class=Golden)


@pytest.mark.filterwarnings("ignore:\\s*Can not relate:UserWarning")  # as above
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_comment(compared: Comparison, language: Language, snapshot: SnapshotAssertion) -> None:
    text = as_markdown(compared, language)
    assert text == snapshot(name=f"comment-{language}", extension_class=Golden)
    assert len(text) < LARGEST


def test_what_is_named(compared: Comparison) -> None:
    invoices = compared.invoices
    assert invoices is not None
    assert (len(invoices.changes), invoices.invoices_before) == (46, 49)
    assert (str(invoices.change.net), str(invoices.change.vat), str(invoices.year)) == ("74.61", "14.35", "713.90")
    largest = invoices.changes[0]
    assert (largest.customer, largest.order_type, str(largest.change.net)) == ("C045", "subscription", "27.87")
    assert {why.rule for why in largest.why} == {"catalog: price book book-2027"}
