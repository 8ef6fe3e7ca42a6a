"""The spaces of French on a page: hard before its signs in texts, and what people type or quote is left as it is."""

import pytest

from api.pages.typography import typeset

HARD = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<p>Pourquoi ? Parce que : 6 %</p>", f"<p>Pourquoi{HARD}? Parce que{HARD}: 6{HARD}%</p>"),
        ("<p>le rôle « ventes » ; un autre</p>", f"<p>le rôle «{HARD}ventes{HARD}»{HARD}; un autre</p>"),
        ("<b>Total</b> : 5", f"<b>Total</b>{HARD}: 5"),
        ('<a aria-label="Langue&colon; fr">fr</a>&colon; x', f'<a aria-label="Langue{HARD}: fr">fr</a>{HARD}: x'),
        ("<textarea>define a : Number</textarea>", "<textarea>define a : Number</textarea>"),
        ('<input value="a : b"> <code>a : b</code>', '<input value="a : b"> <code>a : b</code>'),
        ("<script>a ? b : c;</script>", "<script>a ? b : c;</script>"),
        ("<p>12 :30 reste</p>", "<p>12 :30 reste</p>"),
    ],
    ids=["signs", "quotes", "after-a-tag", "label", "field", "value-and-code", "script", "no-sign-of-a-sentence"],
)
def test_a_french_page_breaks_no_line_before_a_sign(page: str, shown: str) -> None:
    assert typeset(page, "fr") == shown


def test_pages_of_other_languages_stay() -> None:
    assert typeset("<p>Why&colon; 6 % ?</p>", "nl") == "<p>Why: 6 % ?</p>"
