"""What editors colour in rule files comes from their grammar."""

import re

from engine.language import highlighting


def test_words_and_literals_are_those_of_the_grammar() -> None:
    given = highlighting()
    assert {"price", "because", "at", "most", "first", "match", "half-year", "volume", "rounded", "customer"} <= set(given.words)
    assert set(given.blocks) <= {*given.words, "module"}
    assert not {word for word in given.words if re.search(r"[^a-z-]", word)}
    patterns = dict(given.literals)
    written = {
        "DATE": "2027-01-01",
        "MONEY": "1_000.50 EUR",
        "PERCENT": "12.5 %",
        "DURATION": "3 months",
        "CODE": "SUB-CORE",
        "NUMBER": "1.031",
    }
    for name, text in written.items():
        first = next(each for each, pattern in given.literals if re.match(pattern, text))
        assert (first, re.fullmatch(patterns[name], text) is not None) == (name, True)
