"""Blocks that get lost during checking are noticed."""

from dataclasses import replace

from engine.documents.order import ORDER_TYPES
from engine.language.checking.checker import check_rules
from engine.language.checking.lost_blocks import lost
from engine.language.syntax.parser import parse_rules
from engine.language.types.vocabulary import Vocabulary
from engine.money import Currency
from engine.phrases import LANGUAGES

TEXT = """module rules.kept

table factor "Factor of a kind of customer"
  exactly one
  | customer.kind || factor |
  | business      || 0.9    |
  | private       || 1      |

define line.price-factor : Number = factor.factor
"""


def test_a_row_missing_after_checking_is_noticed() -> None:
    module, problems = parse_rules("rules/kept.rules", TEXT)
    vocabulary = Vocabulary.built_in(Currency.of("EUR"), {}, order_types=ORDER_TYPES, languages=LANGUAGES)
    checked, errors = check_rules([module], vocabulary)
    assert (problems, errors) == ((), ())
    assert lost([module], checked) == ()
    layer = checked.tables["factor"]
    shorter = replace(layer, versions=(replace(layer.versions[0], rows=layer.versions[0].rows[:1]),))
    missing = lost([module], replace(checked, tables={"factor": shorter}, answers={}))
    assert [span.line for span in missing] == [7, 9]
