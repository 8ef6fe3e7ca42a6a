"""The place of a problem of a command: no JSON pointer, but words."""

import io

import pytest

from api.cli import main
from api.cli.invocation import pointer_in_words


@pytest.mark.parametrize(
    ("pointer", "words"),
    [
        ("/lines/0/billing_type", "line 1, billing type"),
        ("/customer", "customer"),
        ("/instalments/11/share", "instalment 12, share"),
        ("/changes/0/a~1b", "change 1, a/b"),
        ("", ""),
        ("Prices!D2", "Prices!D2"),
        ("/3", "3"),
    ],
)
def test_a_pointer_is_read_as_words(pointer: str, words: str) -> None:
    assert pointer_in_words(pointer) == words


def test_a_code_that_its_place_names_is_not_repeated(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    given = b'{"customer": {}, "product": "SUB-CORE", "quantity": "x", "on": "2027-01-01"}'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
    assert main.run(("evaluate", "price", "--language", "en")) == 1
    assert capsys.readouterr().err.startswith("quantity: not a decimal number:")
