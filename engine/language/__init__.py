"""The rule compiler: parses and checks the texts of rules, proves them, compiles them, and explains their answers.

This is the face of the package. Nothing outside it imports its modules.
"""

from __future__ import annotations

from engine.language.checking.file_rows import FileRow
from engine.language.compilation import CheckedRules, Sale, Wanted, check
from engine.language.editing.cursor import quotes_before
from engine.language.editing.rule_names import RuleName, rule_names
from engine.language.editing.suggestions import Suggestion, Suggestions, suggest_in_condition, suggest_in_rules, words_of_type
from engine.language.editing.token_places import token_places
from engine.language.ir.answers import Answer, BundleAnswer, Facts, Offer, PriceAnswer, Rules, Stacking, TierRow
from engine.language.lazy_tools import format_text, read_condition
from engine.language.proving.cases import Cases, Proofs
from engine.language.syntax.highlighting import Highlighting, highlighting
from engine.language.tracing.recorded_rules import Question, RecordedRules
from engine.language.types.fact_scopes import FACT_SCOPES, FactScope
from engine.language.types.known_names import KnownName, known_names
from engine.language.types.value_types import Plain
from engine.language.types.vocabulary import Vocabulary

__all__ = [
    "FACT_SCOPES",
    "Answer",
    "BundleAnswer",
    "Cases",
    "CheckedRules",
    "FactScope",
    "Facts",
    "FileRow",
    "Highlighting",
    "KnownName",
    "Offer",
    "Plain",
    "PriceAnswer",
    "Proofs",
    "Question",
    "RecordedRules",
    "RuleName",
    "Rules",
    "Sale",
    "Stacking",
    "Suggestion",
    "Suggestions",
    "TierRow",
    "Vocabulary",
    "Wanted",
    "check",
    "format_text",
    "highlighting",
    "known_names",
    "quotes_before",
    "read_condition",
    "rule_names",
    "suggest_in_condition",
    "suggest_in_rules",
    "token_places",
    "words_of_type",
]
