"""Every kind of mistake that can be made in a rule, with what is said of it and how to mend it."""

from __future__ import annotations

from typing import Final

from engine.problems import Kind

# --- The vocabulary. ---

BAD_NAME: Final = Kind(
    "bad-name",
    "`{name}` cannot be the name of an attribute",
    "write `customer.NAME`, `product.NAME` or `line.NAME` in small letters, digits and hyphens",
)
NAME_TAKEN: Final = Kind("name-taken", "`{name}` is a name of the vocabulary already", "choose another name")
UNKNOWN_TYPE: Final = Kind("unknown-type", "`{word}` is not a type", "{remedy}")
ENUM_VALUE_BEGINS: Final = Kind(
    "bad-enum-value",
    "the value `{word}` begins with a word that has a meaning in rules",
    "choose a word that does not begin with not-, no-, any- or all-",
)

# --- The layout of a file. ---

UNKNOWN_BLOCK: Final = Kind("unknown-block", "no block begins with `{word}`", "{remedy}")
NOT_INDENTED: Final = Kind(
    "not-indented", "`{word}` stands at the first column, where blocks begin", "indent it by two spaces: it belongs to the `{block}` above"
)
MISPLACED_BLOCK: Final = Kind("misplaced-block", "a `{word}` block begins inside another block", "begin it at the first column of the line")
UNCLOSED_TEXT: Final = Kind("unclosed-text", "this text has no end", 'close it with `"` on the same line')
UNCLOSED_PARENTHESIS: Final = Kind("unclosed-parenthesis", "this parenthesis is never closed", "write the `)` that closes it, or remove it")
UNOPENED_PARENTHESIS: Final = Kind("unopened-parenthesis", "this parenthesis closes nothing", "remove it, or write the `(` before it")
TOO_DEEP: Final = Kind("too-deep", "more than {most} expressions stand in each other here", "give a part of it a name with `define`")
LINE_TOO_LONG: Final = Kind(
    "line-too-long", "this line has {length} characters (with those it is joined to); at most {most} are read", "give a part of it a name"
)
MODULE_TWICE: Final = Kind("module-twice", "this file says twice which module it is", "remove the second `module` line")
MODULE_NAME: Final = Kind("module-name", "the module `{name}` stands in {path}", "write `module {wanted}`, or move the file")
EMPTY_EXPRESSION: Final = Kind("empty-expression", "an expression is expected here", "write one, such as `line.net >= 100.00 EUR`")
ONE_LINE: Final = Kind("one-line", "this expression goes over several lines", "write it on one line")

# --- Words where none like them can stand. ---

NOT_EXPECTED: Final = Kind("not-expected", "`{word}` is not expected here", "write {expected}")
LINE_ENDS: Final = Kind("line-ends", "the line ends too early", "go on with {expected}")
UNKNOWN_CLAUSE: Final = Kind("unknown-clause", "`{word}` begins no line of this block", "{remedy}")
BAD_WORD: Final = Kind("bad-word", "`{word}` is not written as names are: small letters, digits and hyphens", "did you mean `{corrected}`?")
DATE_FORM: Final = Kind("date-form", "`{word}` is no date", "write year, month and day in full: `2027-01-31`")
NO_SUCH_DAY: Final = Kind("no-such-day", "there is no day {day}", "check the month and the day; they stand in the order 2027-01-31")
DECIMAL_COMMA: Final = Kind("decimal-comma", "`{word}` has a decimal comma", "write `{corrected}`")
TOO_PRECISE: Final = Kind("too-precise", "`{word}` has too many digits", "at most twelve before the point and six after it can be written")
MINUS_SPACES: Final = Kind("minus-spaces", "a minus without spaces belongs to a name", "write a space on both sides of `-`")
INNER_ROUNDING: Final = Kind(
    "inner-rounding",
    "`rounded to` counts for a whole expression, and this is a part of one",
    "write it at the very end, or put the part with its rounding between parentheses",
)
ROW_END: Final = Kind("row-end", "this row has no end", "end it with `|`")
SIGN: Final = Kind("unknown-sign", "`{sign}` has no meaning in rules", "{remedy}")

# --- Blocks. ---

CLAUSE_TWICE: Final = Kind("clause-twice", "`{clause}` stands twice in this block", "keep one of them")
MISSING_CLAUSE: Final = Kind("missing-clause", "the {block} `{name}` lacks a line `{clause} …`", "add it")
PRICE_OR_TIERS: Final = Kind(
    "price-or-tiers",
    "the price `{name}` needs one price or tiers, not both",
    "write `at 29.00 EUR per UNIT` or `volume tiers on line.quantity`",
)
COLUMN_COUNT: Final = Kind("column-count", "this row has {found} cells{side} where the table has {wanted}", "add or remove cells")
