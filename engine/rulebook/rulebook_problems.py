"""Every kind of problem across files, with its message and remedy."""

from __future__ import annotations

from typing import Final

from engine.problems import Kind

# --- files
MISSING_FILE: Final = Kind(
    "missing-file", "no file of the kind `{kind}` ({what})", "write `{path}` with `kind: {kind}`; any file of the folder may hold it"
)
WRONG_FOLDER: Final = Kind("wrong-folder", "a file of the kind `{kind}` does not belong in {folder}", "move it to {right}")
SECOND_FILE: Final = Kind("second-file", "there is a second file of the kind `{kind}`, beside {first}", "keep one of the two")
TWICE: Final = Kind("written-twice", "`{name}` is written twice, first in {first}", "keep one of the two, or give this one another name")

# --- names
UNKNOWN_NAME: Final = Kind("unknown-name", "there is no {sort} `{name}`", "{remedy}")
UNKNOWN_COUNTRY: Final = Kind("unknown-country", "`{name}` is no country of ISO 3166", "{remedy}")

# --- catalog
NO_PRICE: Final = Kind(
    "no-price", "{product} has no price{whom}", "add it to a price book of catalog/, or write a `price` or `bundle` block for it in rules/"
)
PRICE_GAP: Final = Kind(
    "price-gap",
    "{product} has no price{whom} before {day}",
    "add a price in force on {start}, or give the product `from: {day}` if it is sold from then on",
)
SAME_DATE: Final = Kind(
    "books-of-one-date",
    "this price book and `{other}` ({first}) both begin on {day}, for the same customers, and both list {product}",
    "give one of them another date or other segments, or put them together",
)
ONE_DAY_LATE: Final = Kind(
    "one-day-late",
    "this price book begins on {day}: on {first} `{product}` still has the price of `{other}`",
    "write `from: {first}`, or leave it so where {day} is meant",
    "advice",
)
BASED_ON_CYCLE: Final = Kind("based-on-cycle", "price books that are based on one another: {chain}", "let one of them list its own prices")
BASED_ON_LATER: Final = Kind("based-on-later", "`{book}` begins on {day}, after this book", "base a book on an earlier one")
REQUIRES_CYCLE: Final = Kind(
    "requires-cycle", "products that require one another: {chain}", "remove one of them, or sell them together as a `bundle`"
)
REQUIRED_AND_EXCLUDED: Final = Kind("required-and-excluded", "{product} both requires and excludes `{other}`", "keep one of the two")
BACKWARDS: Final = Kind(
    "days-backwards", "`until` ({until}) lies before `from` ({start})", "correct one of the two; both days are included"
)
NO_PLAN: Final = Kind(
    "no-payment-plan",
    "{product} is an investment and no payment plan applies to it",
    "write `payment-plans: […]` here, `payment-plan: …` in its billing process, or a rule for `item.payment-plan`",
)
UNUSED_PLANS: Final = Kind(
    "unused-payment-plans",
    "{product} makes {type} orders, which have no payment plan",
    "delete the `payment-plans`: they have no effect here",
    "advice",
)
NO_CSV: Final = Kind("no-file", "there is no file `{name}` beside this one", "{remedy}")
CSV_TWICE: Final = Kind("csv-twice", "`{name}` has a price already, on line {line}", "keep one of the two rows")
NOT_A_PRICE: Final = Kind(
    "not-a-price", "`{word}` is not a price: {what}", "write digits with a decimal point and nothing else, such as `91.58`"
)
NEGATIVE_PRICE: Final = Kind(
    "negative-price", "the price of `{name}` is less than 0", "write a price of 0 or more; what is given off is a discount"
)
FACTOR_ZERO: Final = Kind(
    "factor-not-positive", "a factor of {factor} would make everything free or negative", "write a number above 0, such as `1.02`"
)
TOO_LARGE_A_FACTOR: Final = 10
"""A factor from here on is probably a typing mistake: a percentage without its sign, or a lost decimal point."""
FACTOR_LARGE: Final = Kind(
    "factor-too-large",
    "a factor of {factor} would make everything {factor} times as dear",
    "write the factor itself: `0.98` for two percent less, `1.02` for two percent more",
)

# --- plans
HOW_OFTEN: Final = Kind("how-often", "`{name}` says {what}", "write `every` and `unit` (`every: 3`, `unit: month`), or `once: yes` alone")
NOT_ITS_BILLING_TYPE: Final = Kind(
    "not-its-billing-type", "`{name}` is not among the billing types that this process allows", "add it to `billing-types`"
)
CALENDAR: Final = Kind(
    "calendar-cannot",
    "`{name}` does not fit into the calendar: {what}",
    "choose another `align-to` for this process, or another billing type",
)
TERM: Final = Kind("renewal-term", "a renewal that is automatic needs `term-months`", "write `term-months: 12`, or `mode: ends`")
INDEXED: Final = Kind("indexed", "{what}", "write `follows: indexed` together with `indexation: NAME`")
EVENT_DAY: Final = Kind("event-day", "{what}", "{remedy}")
TWICE_SUPPLIED: Final = Kind(
    "twice-supplied", "`{plan}` has more than one instalment with `supplied`", "keep the one with which delivery or completion comes"
)
LONG_TERMS: Final = Kind(
    "long-payment-terms",
    "{days} days are more than the {most} that may be agreed between businesses",
    "write {most} days or less ({law}); a longer term does not bind the customer",
    "advice",
)
INDEXED_PART: Final = Kind(
    "indexed-part",
    "{percent} of the price is indexed; the law allows at most {most}",
    "write `indexed-part: {part}` or less ({law})",
)
INDEX_START: Final = Kind("index-base", "the series has no entry for its base, {day}", "add a line `{day}: …` to the series")

# --- vat
RATE_ORDER: Final = Kind(
    "rate-order", "this rate begins on {day}, not after the one above it ({before})", "put the entries in the order of their days"
)
RATE_TWICE: Final = Kind("rate-twice", "two rates of {country} {vat_class} begin on {day}", "keep one of the two")
RATE_SIZE: Final = Kind("rate-size", "a rate of {rate}% cannot be", "write a rate between 0% and 100%")
NO_RATE: Final = Kind(
    "no-rate",
    "no {vat_class} rate of {country}, the seller's country, {when}",
    "add `{vat_class}:` with an entry in force on {day} to vat/rates.yaml",
)
VAT_CODE: Final = Kind("bad-vat-code", "`{key}` is no category and rate", "write a category and a rate, such as `S 21` or `AE 0`")

# --- company
UNKNOWN_CURRENCY: Final = Kind("unknown-currency", "`{word}` is not a currency of ISO 4217", "{remedy}")
BAD_VAT_NUMBER: Final = Kind(
    "bad-vat-number", "`{word}` is not a valid VAT number of {country}: {what}", "copy it again from an official document"
)
BAD_ENTERPRISE: Final = Kind(
    "bad-enterprise-number",
    "`{word}` is not a valid enterprise number: {what}",
    "{remedy}",
)
BAD_IBAN: Final = Kind("bad-iban", "`{word}` is not a valid IBAN: its check digits do not fit", "copy it again from the bank")
BAD_ADDRESS: Final = Kind("bad-e-mail", "`{word}` is no e-mail address", "write one address, such as `billing@example.com`")
BAD_ZONE: Final = Kind("bad-time-zone", "`{word}` is no time zone", "write a continent and a city, such as `Europe/Brussels`")
FORMAT: Final = Kind("bad-number-format", "`{word}`: {what}", "{remedy}")
SAME_NUMBERS: Final = Kind(
    "same-numbers",
    "`{word}` can print `{example}`, which {other} can print too",
    "begin one of them with a letter of its own, such as `C{{year}}-{{number:05}}`",
)
HORIZON: Final = Kind("horizon", "{what}", "{remedy}")

# --- opportunities
PROBABILITY: Final = Kind("probability", "{probability}% cannot be a probability", "write a percentage from 0% to 100%")

# --- rules
RATE_GAP: Final = Kind(
    "rate-gap",
    "no VAT rate is on file for {question}{more}: such a line is held back",
    "add the rates of `{row}` to vat/rates.yaml, so that it can be invoiced",
    severity="advice",
)
NO_RULE_FOR: Final = Kind(
    "no-rule-for", "no rule answers `{target}`, which {why}", "write a table, a decision or a definition for it in {folder}/"
)
