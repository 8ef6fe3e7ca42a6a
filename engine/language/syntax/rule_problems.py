"""Every kind of problem in a rule, with its message and remedy."""

from __future__ import annotations

from typing import Final

from engine.problems import Kind

# --- The vocabulary. ---

BAD_NAME: Final = Kind(
    "bad-name",
    "`{name}` cannot be the name of an attribute",
    "write `customer.NAME`, `product.NAME` or `line.NAME` in small letters, digits and hyphens",
)
NAME_IN_USE: Final = Kind("name-taken", "`{name}` is a name of the vocabulary already", "choose another name")
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
BLOCK_INDENTED: Final = Kind(
    "block-indented", "`{word}` is indented, and no block stands above it", "begin every block at the first column of its line"
)
MISPLACED_BLOCK: Final = Kind("misplaced-block", "a `{word}` block begins inside another block", "begin it at the first column of the line")
UNCLOSED_TEXT: Final = Kind("unclosed-text", "this text has no end", 'close it with `"` on the same line')
UNCLOSED_PARENTHESIS: Final = Kind("unclosed-parenthesis", "this parenthesis is never closed", "write the `)` that closes it, or remove it")
UNOPENED_PARENTHESIS: Final = Kind("unopened-parenthesis", "this parenthesis closes nothing", "remove it, or write the `(` before it")
TOO_DEEP: Final = Kind(
    "nested-too-deep",
    "too many expressions stand in each other, or in a row, here: at most {most} may",
    "give a part of it a name with `define`",
)
LINE_TOO_LONG: Final = Kind(
    "line-too-long", "this line has {length} characters (with those it is joined to); at most {most} are read", "give a part of it a name"
)
MODULE_TWICE: Final = Kind("module-twice", "this file says twice which module it is", "remove the second `module` line")
MODULE_NAME: Final = Kind("module-name", "the module `{name}` stands in {path}", "{remedy}")
EMPTY_EXPRESSION: Final = Kind("empty-expression", "an expression is expected here", "write one, such as `line.net >= 100.00 EUR`")
ONE_LINE: Final = Kind("one-line", "this expression goes over several lines", "write it on one line")

# --- Unexpected tokens. ---

NOT_EXPECTED: Final = Kind("not-expected", "`{word}` is not expected here", "write {expected}")
LINE_ENDS: Final = Kind("line-ends", "the line ends too early", "go on with {expected}")
NO_CURRENCY: Final = Kind("no-currency", "`{word}` is an amount without its currency", "write its code behind it, such as `{example}`")
GIVE_NUMBER: Final = Kind(
    "give-number",
    "`{word}` says neither of what nor whether it is a percentage",
    "write `{corrected}` for {number} percent{or_less}, or an amount with its currency",
)
UNKNOWN_CLAUSE: Final = Kind("unknown-clause", "`{word}` begins no line of this block", "{remedy}")
BAD_CODE: Final = Kind("bad-word", "`{word}` is not written as codes are: capitals, digits and hyphens", "did you mean `{corrected}`?")
BAD_WORD: Final = Kind("bad-word", "`{word}` is not written as names are: small letters, digits and hyphens", "did you mean `{corrected}`?")
DATE_FORM: Final = Kind("date-form", "`{word}` is no date", "{remedy}")
NO_SUCH_DAY: Final = Kind("no-such-day", "there is no day {day}", "{remedy}")
TOO_PRECISE: Final = Kind("too-precise", "`{word}` has too many digits", "at most twelve before the point and six after it can be written")
MINUS_SPACES: Final = Kind("minus-spaces", "a minus without spaces belongs to a name", "write a space on both sides of `-`")
INNER_ROUNDING: Final = Kind(
    "inner-rounding",
    "`rounded to` counts for a whole expression, and this is a part of one",
    "write it at the very end, or put the part with its rounding between parentheses",
)
ROW_PARTS: Final = Kind("row-sides", "this row has no `||`", "write `||` between its conditions and its results")
ROW_END: Final = Kind("row-end", "this row has no end", "end it with `|`")
COMMENT_SIGN: Final = Kind("comment-sign", "`{sign}` begins no comment in rules", "write `{corrected}`")
SIGN: Final = Kind("unknown-sign", "`{sign}` has no meaning in rules", "{remedy}")

# --- Blocks. ---

CLAUSE_TWICE: Final = Kind("clause-twice", "`{clause}` stands twice in this block", "keep one of them")
MISSING_CLAUSE: Final = Kind("missing-clause", "the {block} `{name}` lacks a line `{clause} …`", "add a line such as `{form}`")
CLAUSE_FORMS: Final = {
    "for product": "for product CODE",
    "give": "give 10% off line.list",
    "group": "group NAME best for the customer",
    "groups apply": "groups apply one after the other",
    "contains": "contains 1 CODE, 1 CODE",
    "sells at": "sells at 90.00 EUR",
    "allocate": "allocate in proportion to list price",
    "rule": "rule NAME when CONDITION then RESULT",
    "| condition || result |": "| CONDITION || RESULT |",
}
"""How each clause is written without which a block has no effect."""
PRICE_OR_TIERS: Final = Kind(
    "price-or-tiers",
    "the price `{name}` has both one price and tiers",
    "remove one of the two",
)
NEITHER_PRICE: Final = Kind(
    "price-or-tiers",
    "the price `{name}` has neither one price nor tiers",
    "add a line `at …`, such as `at 29.00 EUR`, or tiers below `volume tiers on line.quantity`",
)
COLUMN_COUNT: Final = Kind("column-count", "number of cells of this row{side}: {found}, of the table: {wanted}", "add or remove cells")

# --- Names and words. ---

UNKNOWN_NAME: Final = Kind("unknown-name", "there is no {sort} `{name}`", "{remedy}")
RESERVED_WORD: Final = Kind(
    "reserved-word",
    "`{name}` has a meaning in rules and stands where a name or value belongs",
    "write what is missing here, or choose another name",
)
NOT_A_VALUE: Final = Kind(
    "not-a-value", "`{name}` is the name of a {kind}, not of something with a value", "name a column of a table or a `define`"
)
NO_RULE: Final = Kind("no-rule", "no rule answers `{name}`", "write a table, decision or definition for it, or remove this")
UNKNOWN_VALUE: Final = Kind("unknown-value", "`{word}` is not a value of `{key}`", "{remedy}")
SET_ALONE: Final = Kind("set-alone", "`{name}` is a set of several values", "write what is one of them: `… is one of {name}`")
UNKNOWN_SET: Final = Kind("unknown-set", "`{name}` is not a set of values", "{remedy}")
UNKNOWN_UNIT: Final = Kind("unknown-unit", "`{unit}` is not a unit", "{remedy}")
OTHER_CURRENCY: Final = Kind(
    "foreign-currency", "{currency} stands in a rulebook of {ours}", "write the amount in {ours}; one rulebook has one currency"
)
UNKNOWN_FUNCTION: Final = Kind("unknown-function", "`{name}` is neither a function nor a table", "{remedy}")
ARGUMENT_COUNT: Final = Kind("argument-count", "`{name}` takes {wanted}, and {found} stand here", "write {example}")
UNKNOWN_COLUMN: Final = Kind("no-such-column", "the table `{table}` has no result column `{column}`", "{remedy}")
NEEDS_COLUMN: Final = Kind("needs-column", "the table `{table}` has several result columns", "say which: {remedy}")
UNKNOWN_LIST: Final = Kind("unknown-list", "`{name}` is not a list", "{remedy}")
UNKNOWN_MODULE: Final = Kind("unknown-module", "there is no module `{name}`", "{remedy}")
NOT_USED: Final = Kind(
    "not-used", "`{name}` stands in the module `{module}`, which this file does not use", "add `use {module}` at the top"
)
NOT_AN_INPUT: Final = Kind(
    "not-an-input", "`is known` asks whether an input is given; `{name}` is none", "name an input, such as {example}"
)

# --- Types and units. ---

WRONG_TYPE: Final = Kind("not-fitting", "`{text}` is {found}, and {wanted} is needed", "{remedy}")
PERCENT_EXPECTED: Final = Kind("percent-expected", "`{text}` is a number where a percentage is needed", "{remedy}")
UNIT_EXPECTED: Final = Kind("unit-expected", "`{text}` has no unit", "write `{corrected}`")
OTHER_UNIT: Final = Kind("other-unit", "{left} and {right} are not the same unit", "write both in the same unit")
PRODUCT_UNIT: Final = Kind(
    "product-unit", "the unit of `{text}` depends on the product", "leave the unit out, or write the rule in a `price` of one product"
)
DAYS_AND_MONTHS: Final = Kind(
    "days-and-months", "days and months are not comparable: months differ in length", "write both in days, or both in months"
)
DATE_AND_NUMBER: Final = Kind(
    "date-and-number", "a date and the number `{text}` do not add up", "say which: `{text} days` or `{text} months`"
)
PERCENT_AND_AMOUNT: Final = Kind(
    "percent-and-amount",
    "a percentage and an amount do not add up",
    "write `{corrected}`; what is to be paid is `rounded to cent half up`",
)
TIMES_PERCENT: Final = Kind("times-percent", "nothing is multiplied or divided by a percentage", "write `{corrected}`")
MONEY_TIMES_MONEY: Final = Kind(
    "money-times-money", "an amount times an amount means nothing", "multiply by a number, or write a percentage `of` it"
)
NOT_ADDED: Final = Kind("not-added", "{left} and {right} do not add up", "{remedy}")
NOT_MULTIPLIED: Final = Kind(
    "not-multiplied", "the units of `{text}` do not work out: {units}", "multiply amounts by numbers, prices by quantities"
)
NOT_COMPARED: Final = Kind("not-compared", "{left} is not comparable with {right}", "{remedy}")
NOT_ORDERED: Final = Kind("not-ordered", "{left} has no order: nothing is more or less", "compare it with `is` or `is one of`")
NOT_A_CONDITION: Final = Kind("not-a-condition", "`{text}` is {found}, not a condition", "compare it with something: `{text} {comparison}`")
NOT_ROUNDED: Final = Kind("not-rounded", "`{text}` is not rounded", "write `rounded to cent half up` behind it")
ROUNDS_OTHERWISE: Final = Kind("rounds-otherwise", "{found} is not rounded to a {to}", "{remedy}")
DIVISION: Final = Kind("division", "a division needs a rounding", "write `rounded to cent half up` behind the whole expression")
DIVISION_BY_ZERO: Final = Kind("divided-by-zero", "nothing can be divided by 0", "divide by another number")
TOO_MANY_DECIMALS: Final = Kind(
    "too-many-decimals",
    "`{text}` has more decimals than can be paid: {currency} has {most}",
    "for the price of a unit write `{text} per UNIT`",
)
RANGE_REVERSED: Final = Kind("range-reversed", "this range ends before it begins: nothing lies in it", "write the smaller end first")
RANGE_ALONE: Final = Kind("range-alone", "a range stands where one value is needed", "write `is between … and …`, or `is one of` before it")

# --- Names of blocks, versions, order. ---

NAME_TWICE: Final = Kind("name-twice", "`{name}` is declared twice, here and at {other}", "{remedy}")
DATES_REVERSED: Final = Kind("dates-reversed", "this ends ({until}) before it begins ({start})", "exchange the dates, or correct one")
VERSION_GAP: Final = Kind(
    "version-gap", "between {until} and {start} no version of `{name}` holds", "let this one begin on {wanted}, or the other end later"
)
VERSION_OVERLAP: Final = Kind(
    "version-overlap",
    "on {day} two versions of `{name}` hold, this one and that at {other}",
    "give one of the two another name; or write `until {wanted}` in the earlier one, if this one takes its place",
)
DATED_DIFFERENTLY: Final = Kind(
    "dated-differently", "the versions of `{name}` look at different dates: {one} and {two}", "choose one of them for all versions"
)
UNDATED: Final = Kind(
    "undated", "`{name}` has days but does not say by which date", "add a line `dated by …`, such as `dated by {example}`"
)
UNDATED_DISCOUNT: Final = Kind(
    "undated",
    "the discount `{name}` has days but does not say by which date",
    "add `dated by order.signed-on` (what is signed on these days keeps it), or `dated by price.date` (every period that begins on these "
    "days, of running items too)",
)
NOT_A_DATE: Final = Kind("not-a-date", "`{name}` is not a date that is given", "{remedy}")
CIRCLE: Final = Kind("circle", "`{name}` depends on itself: {path}", "break the circle: one of them must do without the other")
UNKNOWN_OVERRIDE: Final = Kind("unknown-override", "there is no {kind} `{name}` to override", "{remedy}")
OVERRIDES_NOTHING: Final = Kind(
    "overrides-nothing", "`{name}` and `{other}` answer no name in common", "name a rule on the same target, or remove this"
)
TWO_RULES: Final = Kind(
    "two-blocks",
    "`{name}` and `{other}` both give {target}",
    "say which goes first: add `overrides {other}` to `{name}`, or the other way round",
)
INPUT_AS_RESULT: Final = Kind("input-answered", "`{name}` is an input: it is given, not decided by rules", "choose another name")
OTHER_TYPE: Final = Kind(
    "other-type",
    "`{name}` is {wanted} in the vocabulary, not {found}",
    "write `{written}`, and give it a value of that type",
)
LONG_CHAIN: Final = Kind(
    "long-chain", "`{name}` needs more than {most} other answers one after the other", "use fewer names on the way to it"
)
TOO_COSTLY: Final = Kind(
    "too-costly", "answering `{name}` may take {steps} steps; at most {most} are allowed", "use fewer names that use each other twice"
)

# --- Tables and tiers. ---

MISSING_RESULT: Final = Kind("missing-result", "this row has no result in the column `{column}`", "write one")
NO_ROWS: Final = Kind("no-rows", "the table `{name}` has no rows", 'add a row, or name a file: `from file "…"`')
ROWS_AND_FILE: Final = Kind("rows-and-file", "the rows of `{name}` stand here and in a file", "remove the rows, or the line `from file`")
COLUMN_TWICE: Final = Kind("same-column-twice", "the column `{column}` stands twice", "remove one of them")
COLUMN_PLACE: Final = Kind("column-side", "the column `{column}` stands on the wrong side of `||`", "put it {side} the `||`")
NO_RESULT_COLUMN: Final = Kind("no-result-column", "the table `{name}` has no result column", "add one behind the `||`")
VALIDITY_CELL: Final = Kind(
    "validity-cell", "days stand only in the column `valid`", "write `from D`, `until D` or `-` in that column, and values in this one"
)
BECAUSE_CELL: Final = Kind("because-cell", "a reason is a text", 'write it between quotes: `"…"`')
LADDER_WORD: Final = Kind("ladder-word", "`{word}` is not on the ladder {ladder}", "{remedy}")
LADDER_TWICE: Final = Kind("ladder-twice", "`{word}` stands twice on the ladder", "keep one of them")
LADDER_COLUMNS: Final = Kind("ladder-columns", "a table with `highest of` has one result column", "split the table")
NO_OTHERWISE: Final = Kind("no-otherwise", "the decision `{name}` lacks a line `otherwise …`", "say what holds where no rule does")
ALL_MATCHES: Final = Kind(
    "all-matches",
    "`all matches` is for tables of discounts: {what}",
    "write the result columns `discount`, `group` and, where needed, `priority`, `at-most`",
)
TIERS_ORDER: Final = Kind(
    "tiers-order", "this tier ends at {this}, the one before at {before}", "write tiers from the smallest limit to the largest"
)
NO_BEYOND: Final = Kind("no-beyond", "the tiers do not say what holds beyond {limit}", "let the last row begin with `beyond`")
BEYOND_EARLY: Final = Kind("beyond-early", "rows stand below `beyond`", "move `beyond` to the last row")
TIER_COLUMNS: Final = Kind(
    "tier-columns", "tiers have one column `price per UNIT` and at most one `flat`", "write `| up to | price per UNIT | flat |`"
)
TIER_LIMIT: Final = Kind("tier-limit", "a tier ends at a written number of units", "write it out, such as `10 seats`")

# --- Products, discounts, groups. ---

OTHER_UNITS: Final = Kind("other-units", "the products of this price are counted in {units}", "write a price for each unit")
NO_SUCH_PART: Final = Kind("part-count", "a bundle contains at least one of each part", "write a whole number of 1 or more")
GROUP_TWICE: Final = Kind("group-twice", "the group `{name}` stands twice", "keep one of the lines")
UNKNOWN_GROUP: Final = Kind("unknown-group", "no stacking block has a group `{name}`", "{remedy}")
NO_GROUP: Final = Kind("no-group", "the discount `{name}` says no group", "add a line `group …`: {groups}")
NO_STACKING: Final = Kind(
    "uncombined-discounts", "several discounts stand here and nothing says how they combine", "write a `stacking` block with their groups"
)
NOT_OFF: Final = Kind("not-off", "a discount is taken off `line.list`, not off `{name}`", "write `{corrected}`")
UNKNOWN_FACTOR: Final = Kind("unknown-factor", "`{name}` is not a factor that may touch a bundle", "write `segment`, `index` or both")
UNKNOWN_KEY: Final = Kind("unknown-grouping-key", "transactions are not grouped by `{name}`", "{remedy}")
ONLY_ONE: Final = Kind("only-one", "there is another `{kind}` at {other}", "keep one of them")
NOT_A_TARGET: Final = Kind("not-a-target", "`{name}` is not decided by an increment block", "{remedy}")
DISCOUNT_RANGE: Final = Kind("discount-range", "a discount of {text} is not between 0% and 100%", "write a percentage between 0% and 100%")
CLAUSE_HERE: Final = Kind("clause-here", "`{clause}` has no meaning in a {kind}", "remove it; {instead}")
NOT_ASKABLE: Final = Kind(
    "not-askable", "the table `{name}` cannot be asked with arguments: its cell at {cell} mentions other names", "name its column instead"
)
PRIORITY_WHOLE: Final = Kind("priority-whole", "a priority is a whole number", "write `priority 20`; the highest goes first")
HORIZON_OPEN: Final = Kind("horizon-open", "the days for which the rules answer have no end", "write `answers from D until D`")
