"""Hostile YAML files: depth, width, aliases, tags, odd characters, huge numbers and days, in every kind of file."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Bomb(NamedTuple):
    """One hostile file: it replaces a file of the shop's rulebook, or is added to it."""

    name: str
    path: str
    make: Callable[[], str | bytes]


COMPANY, SEGMENTS, UNITS = "company.yaml", "catalog/segments.yaml", "catalog/units.yaml"
RATES, PLANS, WORDS = "vat/rates.yaml", "plans/plans.yaml", "rules/vocabulary.yaml"
LABEL = "{fr: a, nl: a, en: a}"


def _segments(*lines: str) -> str:
    return "kind: segments\nsegments:\n  shop: {fr: a, nl: a, en: a}\n  fleet: {fr: a, nl: a, en: a}\n" + "".join(
        f"{line}\n" for line in lines
    )


def _laughs() -> str:
    lines = ["kind: segments", 'a: &a ["lol", "lol"]']
    for before, letter in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{letter}: &{letter} [{', '.join([f'*{before}'] * 9)}]")
    return "\n".join(lines)


def _deep(levels: int) -> str:
    return "\n".join(f"{'  ' * level}a:" for level in range(levels)) + " b\n"


def _rates(start: str, rate: str = "21%") -> str:
    return f"kind: vat-rates\nrates:\n  NL:\n    standard:\n      - {{from: {start}, rate: {rate}}}\n"


def _many_rates() -> str:
    days = (f"{1900 + number // 336:04}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}" for number in range(20_000))
    return "kind: vat-rates\nrates:\n  NL:\n    standard:\n" + "".join(f"      - {{from: {day}, rate: 21%}}\n" for day in days)


def _plan(*shares: str) -> str:
    rows = "".join(f"      - {{share: {share}, event: order.signed}}\n" for share in shares)
    return f"kind: payment-plans\npayment-plans:\n  - id: halves\n    label: {LABEL}\n    instalments:\n{rows}"


def _attributes(count: int, kind: str = "Number") -> str:
    rows = "".join(f"  customer.a{number}: {{type: {kind}, label: {LABEL}}}\n" for number in range(count))
    return f"kind: vocabulary\nattributes:\n{rows}"


def _ring_of_products(count: int) -> str:
    rest = (
        f"name: {LABEL}, family: bikes, order-type: subscription, unit: bike, supply-kind: goods, vat-class: standard, "
        "account: care, billing-processes: [care-plan]"
    )
    rows = "".join(f"  - {{code: P{number}, {rest}, requires: [P{(number + 1) % count}]}}\n" for number in range(count))
    return f"kind: products\nproducts:\n{rows}"


def _index(months: int) -> str:
    series = ", ".join(f"{1600 + number // 12:04}-{number % 12 + 1:02}-01: 130.5" for number in range(months))
    head = f"kind: indices\nindices:\n  - id: wages\n    label: {LABEL}\n    indexed-part: 0.8\n    base: 2026-01-01\n"
    return f"{head}    series: {{{series}}}\n"


def _company(**fields: str) -> str:
    return "kind: company\n" + "".join(f"{key.replace('_', '-')}: {text}\n" for key, text in fields.items())


YAML_BOMBS = (
    Bomb("a-billion-laughs", SEGMENTS, _laughs),
    Bomb("an-alias-of-itself", SEGMENTS, lambda: "kind: segments\nsegments: &a {a: *a}\n"),
    Bomb("10000-aliases", SEGMENTS, lambda: "kind: segments\na: &a b\nsegments: [" + "*a, " * 10_000 + "]\n"),
    Bomb("an-alias-of-nothing", SEGMENTS, lambda: "kind: segments\nsegments: *nobody\n"),
    Bomb("10000-merge-keys", SEGMENTS, lambda: _segments(*(["  <<: {a: b}"] * 10_000))),
    Bomb("merge-keys-in-merge-keys", SEGMENTS, lambda: _segments("  x: " + "{<<: " * 45 + "{}" + "}" * 45)),
    Bomb("a-tag-that-runs", SEGMENTS, lambda: "kind: segments\nsegments: !!python/object/apply:os.system [echo hurt]\n"),
    Bomb("a-tag-of-900000-letters", SEGMENTS, lambda: f"kind: segments\nsegments: !{'a' * 900_000} b\n"),
    Bomb("10000-tags", SEGMENTS, lambda: _segments(*(f"  a{number}: !!int {number}" for number in range(10_000)))),
    Bomb("a-binary", SEGMENTS, lambda: "kind: segments\nsegments: !!binary R0lGODlhDAAMAIQAAP\n"),
    Bomb("10000-documents", SEGMENTS, lambda: "---\nkind: segments\n" * 10_000),
    Bomb("10000-document-ends", SEGMENTS, lambda: "kind: segments\n" + "...\n" * 10_000),
    Bomb("10000-directives", SEGMENTS, lambda: "%YAML 1.1\n" * 10_000 + "---\nkind: segments\n"),
    Bomb("300-lists-in-lists", SEGMENTS, lambda: "kind: segments\nsegments: " + "[" * 300 + "]" * 300 + "\n"),
    Bomb("100000-lists-left-open", SEGMENTS, lambda: "kind: segments\nsegments: " + "[" * 100_000),
    Bomb("100000-mappings-left-open", SEGMENTS, lambda: "kind: segments\nsegments: " + "{a: " * 100_000),
    Bomb("900000-closing-brackets", SEGMENTS, lambda: "kind: segments\nsegments: " + "]" * 900_000),
    Bomb("500-levels-of-keys", SEGMENTS, lambda: _deep(500)),
    Bomb("100000-dashes-on-a-line", SEGMENTS, lambda: "kind: segments\nsegments:\n  " + "- " * 100_000 + "a\n"),
    Bomb("100000-question-marks-on-a-line", SEGMENTS, lambda: "kind: segments\nsegments:\n  " + "? " * 100_000 + "a\n"),
    Bomb("300000-entries-in-a-list", SEGMENTS, lambda: "kind: segments\nsegments: [" + "a," * 300_000 + "]\n"),
    Bomb("90000-keys", SEGMENTS, lambda: "kind: segments\nsegments:\n" + "".join(f"  a{number}: b\n" for number in range(45_000))),
    Bomb("one-key-20000-times", SEGMENTS, lambda: _segments(*(["  shop: {fr: b, nl: b, en: b}"] * 5_000))),
    Bomb("top-key-50000-times", SEGMENTS, lambda: "kind: segments\n" * 50_000),
    Bomb("a-key-of-900000-letters", SEGMENTS, lambda: f"kind: segments\n{'a' * 900_000}: b\n"),
    Bomb("a-text-of-900000-letters", SEGMENTS, lambda: f"kind: segments\nsegments: {'a' * 900_000}\n"),
    Bomb("a-name-of-5000-letters", SEGMENTS, lambda: _segments(f"  {'a' * 5_000}: {LABEL}")),
    Bomb("a-label-of-500000-letters", SEGMENTS, lambda: _segments(f"  club: {{fr: a, nl: a, en: {'a' * 500_000}}}")),
    Bomb("900000-spaces", SEGMENTS, lambda: "kind: segments\nsegments:" + " " * 900_000 + "a\n"),
    Bomb("400000-empty-lines", SEGMENTS, lambda: "kind: segments\n" + "\n" * 400_000 + "segments: {}\n"),
    Bomb("100000-comments", SEGMENTS, lambda: "kind: segments\n" + "# remark\n" * 100_000),
    Bomb("5-million-characters", SEGMENTS, lambda: "# a\n" * 1_250_000),
    Bomb("tabs-everywhere", SEGMENTS, lambda: "kind:\tsegments\nsegments:\n\tshop:\t{fr:\ta}\n" + "\t\n" * 10_000),
    Bomb("20-lines-with-tabs-that-differ", SEGMENTS, lambda: "kind: segments\n" + "".join(f"\ta{number}: b\n" for number in range(5_000))),
    Bomb("a-quote-left-open-before-100000-lines", SEGMENTS, lambda: "kind: segments\na: 'b\n" + "c: d\n" * 100_000),
    Bomb("50000-quotes-left-open", SEGMENTS, lambda: "kind: segments\n" + 'a: "b\n' * 50_000),
    Bomb("50000-lines-that-are-none", SEGMENTS, lambda: "kind: segments\n" + "nothing of a key\n" * 50_000),
    Bomb("50000-colons-in-texts", SEGMENTS, lambda: "kind: segments\n" + "a: b: c\n" * 50_000),
    Bomb("backslashes-in-a-quoted-text", SEGMENTS, lambda: 'kind: segments\na: "' + "\\\\" * 200_000 + '"\n'),
    Bomb("escapes-of-hidden-characters", SEGMENTS, lambda: _segments('  club: {fr: "\\u202e", nl: "\\0", en: "\\uD800"}')),
    Bomb(
        "a-block-text-with-remarks",
        SEGMENTS,
        lambda: _segments("  club:", "    fr: |", "      a # b", "      # c", "    nl: >-  # d", "      e", "    en: a"),
    ),
    Bomb("a-block-text-indented-by-9", SEGMENTS, lambda: _segments("  club: {fr: a, nl: a, en: a}") + "  x: |9\n   a\n"),
    Bomb("10000-block-texts", SEGMENTS, lambda: _segments(*(f"  a{number}: |\n    b # c\n    d" for number in range(10_000)))),
    Bomb("a-block-text-without-lines", SEGMENTS, lambda: "kind: segments\nsegments: |\n"),
    Bomb("a-block-text-of-300000-lines", SEGMENTS, lambda: "kind: segments\nsegments: >\n" + "  a\n" * 200_000),
    Bomb("nul", SEGMENTS, lambda: _segments("  cl\0ub: {fr: a, nl: a, en: a}")),
    Bomb("500000-nuls", SEGMENTS, lambda: "\0" * 500_000),
    Bomb("every-control-character", SEGMENTS, lambda: _segments(f"  club: {''.join(map(chr, range(1, 32)))}")),
    Bomb("a-mark-in-the-middle", SEGMENTS, lambda: "kind: segments\n\ufeffsegments: {}\n"),
    Bomb("20-marks-at-the-beginning", SEGMENTS, lambda: "\ufeff" * 20 + _segments()),
    Bomb("a-lone-surrogate-in-bytes", SEGMENTS, lambda: b"kind: segments\nsegments: \xed\xa0\x80\n"),
    Bomb("an-overlong-slash", SEGMENTS, lambda: b"kind: segments\nsegments: \xc0\xaf\n"),
    Bomb("the-end-of-a-character-missing", SEGMENTS, lambda: b"kind: segments\nsegments: caf\xc3"),
    Bomb("a-gzip", SEGMENTS, lambda: b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + bytes(range(256)) * 20),
    Bomb("text-the-other-way-round", SEGMENTS, lambda: _segments("  club: {fr: a, nl: a, en: \u202egnp.exe\u202c}")),
    Bomb("bidirectional-isolates", SEGMENTS, lambda: _segments("  club: {fr: a, nl: a, en: \u2066a\u2069\u2067b}")),
    Bomb("a-cyrillic-letter-in-a-name", SEGMENTS, lambda: _segments("  sh\u043ep: {fr: a, nl: a, en: a}")),
    Bomb("a-greek-name", SEGMENTS, lambda: _segments("  \u03ba\u03bf\u03c1\u03b7: {fr: a, nl: a, en: a}")),
    Bomb("zero-width-joiners", SEGMENTS, lambda: _segments("  fl\u200deet: {fr: a, nl: a, en: a}", "  fl\u200ceet: {fr: a, nl: a, en: a}")),
    Bomb("full-width-letters", SEGMENTS, lambda: _segments("  \uff46\uff4c\uff45\uff45\uff54: {fr: a, nl: a, en: a}")),
    Bomb("10000-combining-accents", SEGMENTS, lambda: _segments(f"  club: {{fr: a, nl: a, en: e{chr(0x301) * 10_000}}}")),
    Bomb("100000-look-alikes", SEGMENTS, lambda: _segments(*(["  fl\u0435et: {fr: a, nl: a, en: a}"] * 10_000))),
    Bomb("emoji-as-names", SEGMENTS, lambda: _segments("  \U0001f6b2: {fr: a, nl: a, en: a}")),
    Bomb("language-tags", SEGMENTS, lambda: _segments("  club\U000e0041\U000e0042: {fr: a, nl: a, en: a}")),
    Bomb(
        "words-that-are-no-texts-elsewhere",
        SEGMENTS,
        lambda: _segments(*(f"  {word}: {{fr: a, nl: a, en: a}}" for word in ("NO", "yes", "null", "~", "1e3", "0x10", "1:30", "="))),
    ),
    Bomb("a-number-with-an-exponent", RATES, lambda: _rates("2012-10-01", "1e999999%")),
    Bomb("a-rate-of-10000-digits", RATES, lambda: _rates("2012-10-01", "9" * 10_000 + "%")),
    Bomb("a-rate-of-10000-decimals", RATES, lambda: _rates("2012-10-01", "0." + "3" * 10_000 + "%")),
    Bomb("not-a-number", RATES, lambda: _rates("2012-10-01", "NaN")),
    Bomb("an-endless-rate", RATES, lambda: _rates("2012-10-01", "-Infinity%")),
    Bomb("digits-of-another-script", RATES, lambda: _rates("2012-10-01", "\u0662\u0661%")),
    Bomb("a-rate-from-the-year-0", RATES, lambda: _rates("0000-01-01")),
    Bomb("a-rate-from-the-year-1", RATES, lambda: _rates("0001-01-01")),
    Bomb("a-rate-from-the-last-day", RATES, lambda: _rates("9999-12-31")),
    Bomb("a-rate-from-the-year-99999", RATES, lambda: _rates("99999-12-31")),
    Bomb("a-rate-from-a-month-13", RATES, lambda: _rates("2012-13-45")),
    Bomb("a-rate-from-a-time", RATES, lambda: _rates("2012-10-01T00:00:00Z")),
    Bomb("20000-rates", RATES, _many_rates),
    Bomb(
        "5000-countries",
        RATES,
        lambda: (
            "kind: vat-rates\nrates:\n"
            + "".join(f"  X{number}:\n    standard:\n      - {{from: 2000-01-01, rate: 1%}}\n" for number in range(5_000))
        ),
    ),
    Bomb("a-set-of-20000-countries", "vat/countries.yaml", lambda: "kind: countries\nsets:\n  EU: [" + "NL, " * 20_000 + "BE]\n"),
    Bomb(
        "5000-sets-of-countries",
        "vat/countries.yaml",
        lambda: "kind: countries\nsets:\n" + "".join(f"  S{number}: [NL]\n" for number in range(5_000)),
    ),
    Bomb("5000-instalments", PLANS, lambda: _plan(*(["0.01%"] * 5_000))),
    Bomb("a-share-of-10000-digits", PLANS, lambda: _plan("1" * 10_000 + "%", "rest")),
    Bomb("shares-of-a-millionth", PLANS, lambda: _plan("0.000001%", "99.999999%")),
    Bomb("20000-attributes", WORDS, lambda: _attributes(15_000)),
    Bomb("2000-attributes-of-2000-values", WORDS, lambda: _attributes(200, f'"Enum[{", ".join(f"v{number}" for number in range(300))}]"')),
    Bomb("a-type-of-types", WORDS, lambda: _attributes(1, "Range of " * 5_000 + "Date")),
    Bomb("a-type-left-open", WORDS, lambda: _attributes(1, '"Enum[a, "')),
    Bomb("20000-roles", WORDS, lambda: "kind: vocabulary\nroles:\n" + "".join(f"  r{number}: {LABEL}\n" for number in range(12_000))),
    Bomb(
        "10000-units",
        UNITS,
        lambda: "kind: units\nunits:\n" + "".join(f"  u{number}: {{code: H87, one: {LABEL}, many: {LABEL}}}\n" for number in range(5_000)),
    ),
    Bomb("a-unit-named-as-a-word-of-rules", UNITS, lambda: f"kind: units\nunits:\n  and: {{code: H87, one: {LABEL}, many: {LABEL}}}\n"),
    Bomb(
        "a-condition-of-900000-letters",
        "catalog/products.yaml",
        lambda: f"kind: products\nproducts:\n  - code: CARE\n    available-when: {'a and ' * 100_000}a\n",
    ),
    Bomb(
        "10000-products-without-anything",
        "catalog/products.yaml",
        lambda: "kind: products\nproducts:\n" + "".join(f"  - code: P{number}\n" for number in range(10_000)),
    ),
    Bomb("products-that-require-in-a-ring", "catalog/more.yaml", lambda: _ring_of_products(1_000)),
    Bomb("company-with-nothing", COMPANY, lambda: _company()),
    Bomb(
        "company-with-days-at-the-ends",
        COMPANY,
        lambda: _company(cut_over="0001-01-01", rules_answer_from="0001-01-01", rules_answer_until="9999-12-31"),
    ),
    Bomb(
        "company-with-a-huge-number-format",
        COMPANY,
        lambda: _company(numbering='{invoice: "{year}-{number:999999999}", credit-note: "{number!r:>{year}}"}'),
    ),
    Bomb(
        "company-with-a-format-that-looks-inside", COMPANY, lambda: _company(numbering='{invoice: "{number.__class__.__mro__}-{year[0]}"}')
    ),
    Bomb(
        "company-with-an-account-of-100000-digits",
        COMPANY,
        lambda: _company(seller=f"{{iban: NL{'9' * 100_000}, vat-number: BE{'9' * 100_000}, email: {'a@' * 50_000}}}"),
    ),
    Bomb("company-in-a-zone-outside", COMPANY, lambda: _company(time_zone="../../../etc/passwd")),
    Bomb("company-whose-currency-is-a-list", COMPANY, lambda: _company(currency="[EUR, [EUR]]")),
    Bomb("an-index-of-5000-months", "plans/indices.yaml", lambda: _index(5_000)),
    Bomb(
        "an-interval-of-10000-digits",
        "plans/types.yaml",
        lambda: f"kind: billing-types\nbilling-types:\n  - {{id: monthly, label: {LABEL}, every: {'9' * 10_000}, unit: year}}\n",
    ),
    Bomb(
        "intervals-of-many-years",
        "plans/types.yaml",
        lambda: f"kind: billing-types\nbilling-types:\n  - {{id: monthly, label: {LABEL}, every: 999999, unit: year}}\n",
    ),
    Bomb(
        "words-of-documents-without-end",
        "templates/words.yaml",
        lambda: "kind: words\nwords:\n" + "".join(f"  w{number}: {LABEL}\n" for number in range(10_000)),
    ),
)
