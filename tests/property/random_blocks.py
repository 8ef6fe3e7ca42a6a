"""Random blocks of the rule language, as text: tables, decisions, definitions, prices, discounts, stacking, bundles and the rest."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from tests.property.random_rules import Phrases
from tests.property.random_vocabulary import COUNTRIES, DAYS_KNOWN, ENUMS, NAMES, PRODUCTS, TYPES
from tests.property.rare_constructs import GALLERY, TABLES

ANSWER_KINDS = ("money", "number", "percent", "seats", "date", "days", "period", "bool", "text", "price", "amount")
GALLERY_SHARE = 46
"""How many definitions of the gallery each rulebook has."""
SAMPLE = "sample"
MODES = ("half up", "half even", "up", "down")
CHARGES = ("per month", "per quarter", "per half-year", "per year", "per 4 weeks", "per week", "per day", "once")
COLUMN_KINDS = ("money", "number", "percent", "seats", "pieces", "date", "days", "period", "price")


class Scribe:
    """Writes one random rulebook."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.phrases = Phrases(self.chance)
        self.number = 0
        self.discounts: list[str] = []
        self.seed = seed
        self.charges = 0

    def write(self) -> str:
        """The text of the rulebook."""
        blocks = [self._define() for _ in range(2)]
        makers = [self._define, self._table, self._decision, self._ladder_table, self._discount, self._lookup_table]
        blocks += [self.chance.choice(makers)() for _ in range(7)]
        blocks += [self._discount(), *self._prices(), self._stacking(), self._bundle(), self._discount_table(), self._target()]
        blocks += ["grouping invoices by customer, order.type, month of billing-date\n", "increment joining\n  placement append\n"]
        blocks.append('fact "Abroad there is no gold": if customer.country is CH then customer.segment is not gold\n')
        blocks.append("answers from 2026-01-01 until 2028-12-31\n")
        blocks.append("define first-half : Range of Date = 2027-01-01 .. 2027-06-30\n")
        return "module rules.random\n\n" + "\n".join(blocks) + TABLES + "\n" + "\n".join(self._gallery())

    def _gallery(self) -> Iterator[str]:
        """Some of the definitions of the gallery, in turn over the rulebooks."""
        for at in range(GALLERY_SHARE):
            number = (self.seed * GALLERY_SHARE + at) % len(GALLERY)
            kind, text = GALLERY[number]
            filled = text.format_map(_Filled(self.phrases))
            yield f"define {SAMPLE}-{number} : {TYPES[kind]} = {filled}\n"

    # --- Definitions and decisions. ---

    def _define(self) -> str:
        kind, name = self.chance.choice(ANSWER_KINDS), self._name("calc")
        if self.chance.random() < 0.25:
            return self._versions(name, kind)
        text = f"define {name} : {TYPES[kind]} = {self._phrase(kind)}\n{self._because()}"
        if self.chance.random() < 0.2:
            text += f"  when {self.phrases.condition(1)}\n"
        self._answers(name, kind)
        return text

    def _versions(self, name: str, kind: str) -> str:
        """A name with two versions one after the other; before the first there is none."""
        first, until = self._dates()
        by = self.chance.choice(NAMES["date"])
        after = until + timedelta(days=1)
        text = f"define {name} : {TYPES[kind]} = {self._phrase(kind)} from {first} until {until}\n  dated by {by}\n\n"
        text += f"define {name} : {TYPES[kind]} = {self._phrase(kind)} from {after}\n  dated by {by}\n"
        self._answers(name, kind)
        return text

    def _decision(self) -> str:
        policy = self.chance.choice(("exactly one", "exactly one", "first match", "same result", "highest of nobody < seller < director"))
        name = self._name("choice")
        words = ("nobody", "seller", "director")
        lines = [f"decision {name}", f"  {policy}"]
        if self.chance.random() < 0.4 or policy.startswith("highest"):
            lines.append(f"  otherwise {self.chance.choice(words)}")
        else:
            lines.append("  dated by price.date")
        is_dated = lines[-1].startswith("  dated")
        count = self.chance.randint(2, 4)
        for at in range(count):
            days = f" {self._validity()}" if is_dated and self.chance.random() < 0.4 else ""
            because = ' because "so it was agreed"' if self.chance.random() < 0.3 else ""
            lines.append(f"  rule r{at} when {self.phrases.condition(1)} then {self.chance.choice(words)}{days}{because}")
        self._answers(name, "role")
        return "\n".join(lines) + "\n"

    def _target(self) -> str:
        return (
            "decision quote.approver\n  highest of nobody < seller < director\n  otherwise nobody\n"
            "  rule some when quote.discount > 5% then seller\n  rule much when quote.discount >= 33.3333% then director\n"
        )

    # --- Tables. ---

    def _table(self) -> str:
        policy = self.chance.choice(("exactly one", "", "first match", "first match", "same result"))
        kind, name = self.chance.choice(ANSWER_KINDS), self._name("table")
        fixed = self.chance.random() < 0.4
        lines = self._table_lines(name, policy, kind, fixed, "factor", self._columns())
        self._answers(f"{name}.factor", kind)
        return "\n".join(lines) + "\n"

    def _lookup_table(self) -> str:
        """A table for lookups."""
        kind, name = self.chance.choice(("money", "number", "percent", "price")), self._name("list")
        columns = ["customer.country", self.chance.choice(("line.seats", "line.weight", "customer.turnover"))]
        of = {"line.seats": "seats", "line.weight": "number", "customer.turnover": "money"}[columns[1]]
        lines = [f"table {name}", *self._date_lines(0.5), "  first match"]
        is_dated = "dated by" in "".join(lines)
        valid = " | valid" if is_dated else ""
        lines.append(f"  | {columns[0]} | {columns[1]}{valid} || rate |")
        for _ in range(self.chance.randint(2, 4)):
            days = f" | {self.chance.choice(('-', self._validity()))}" if is_dated else ""
            lines.append(f"  | {self._words_cell(COUNTRIES)} | {self._number_cell(of, False)}{days} || {self.phrases.literal(kind)} |")
        if self.chance.random() < 0.8:
            lines.append(f"  | - | -{' | -' if is_dated else ''} || {self.phrases.literal(kind)} |")
        country = self.chance.choice(("customer.country", "supply.ship-to"))
        self.phrases.lookups.setdefault(kind, []).append(lambda depth: f"{name}({country}, {self.phrases.of(of, depth)})")
        return "\n".join(lines) + "\n"

    def _ladder_table(self) -> str:
        name = self._name("ladder")
        lines = [f"table {name}", "  highest of bronze < silver < platinum"]
        columns = self._columns()
        lines.append(f"  | {' | '.join(columns)} || rank |")
        for word in self.chance.sample(("bronze", "silver", "platinum", "silver"), 4):
            lines.append(f"  | {' | '.join(self._cell(column) for column in columns)} || {word} |")
        self._answers(f"{name}.rank", "rank")
        return "\n".join(lines) + "\n"

    def _table_lines(self, name: str, policy: str, kind: str, fixed: bool, result: str, columns: list[str]) -> list[str]:
        lines = [f"table {name}", *self._date_lines(0.3)]
        is_dated = len(lines) > 1
        lines += [f"  {policy}"] if policy else []
        valid, because = (" | valid" if is_dated else ""), self.chance.random() < 0.3
        lines.append(f"  | {' | '.join(columns)}{valid} || {result}{' | because' if because else ''} |")
        same = self.phrases.literal(kind)
        for row in range(self.chance.randint(2, 5)):
            cells = " | ".join(self._cell(column) for column in columns)
            days = f" | {self.chance.choice(('-', self._validity()))}" if is_dated else ""
            if row == 0 or fixed:
                value = self.phrases.literal(kind) if kind not in ("amount", "pieces") else self.phrases.leaf(kind)
            else:
                value = same if policy == "same result" and self.chance.random() < 0.6 else self._phrase(kind)
            lines.append(f"  | {cells}{days} || {value}{' | ' + chr(34) + 'art. 1' + chr(34) if because else ''} |")
        if policy == "first match" and self.chance.random() < 0.7:
            last = " | ".join("-" for _ in columns) + (" | -" if is_dated else "")
            lines.append(f"  | {last} || {self._phrase(kind)}{' | ' + chr(34) + 'else' + chr(34) if because else ''} |")
        return lines

    def _columns(self) -> list[str]:
        names = list(ENUMS)[:3] + [NAMES[kind][0] for kind in COLUMN_KINDS] + ["customer.vip", "order.purchase-order"]
        names += [name for kind in ("number", "money", "seats") for name in self.phrases.results.get(kind, [])[:1]]
        return self.chance.sample(names, self.chance.randint(1, 2))

    def _cell(self, column: str) -> str:
        if self.chance.random() < 0.3:
            return "-"
        if column in ENUMS:
            return self._words_cell(ENUMS[column])
        if column == "customer.vip":
            return self.chance.choice(("yes", "no", "not yes"))
        if column == "order.purchase-order":
            return self.chance.choice(('"PO-1"', 'not "PO-1"', '"PO-1", "none"'))
        kind = next(kind for known in (NAMES, self.phrases.results) for kind, names in known.items() if column in names)
        return self._number_cell(kind, self.chance.random() < 0.15)

    def _words_cell(self, words: tuple[str, ...]) -> str:
        one, other = self.chance.sample(words, 2)
        choices = [one, f"{one}, {other}", f"not {one}", f"not {one}, {other}", "-"]
        if words is COUNTRIES:
            choices += ["EU", "EU except BE", "not BENELUX"]
        return self.chance.choice(choices)

    def _number_cell(self, kind: str, mentions: bool) -> str:
        if mentions and kind in ("money", "number", "seats"):
            return self.chance.choice((f"> {self.phrases.leaf(kind)}", f"<= {self.phrases.of(kind, 1)}"))
        if kind == "pieces":
            low, high = sorted(self.chance.sample((1, 2, 5, 10, 50), 2))
            return self.chance.choice((f"{low} .. {high}", f">= {high}", f"< {low}", f"{low}, > {high}", f"not {low} .. {high}"))
        low, high = self.phrases.literal(kind), self.phrases.literal(kind)
        return self.chance.choice((f"{low} .. {high}", f">= {high}", f"< {low}", f"{low}, > {high}", f"not {low} .. {high}", low))

    # --- Prices, discounts, bundles. ---

    def _prices(self) -> Iterator[str]:
        for product in PRODUCTS[:2]:
            first, until = self._dates()
            head = f"price {product.lower()}-{{}}\n  for product {product}\n  {{}}\n"
            yield head.format("early", f"from {first} until {until}") + self._price_body()
            yield head.format("late", f"from {until + timedelta(days=1)}") + self._price_body()

    def _price_body(self) -> str:
        self.charges += 1
        charge = "charge " + CHARGES[(4 * self.seed + self.charges) % len(CHARGES)]
        when = f"  when {self.phrases.condition(1)}\n" if self.chance.random() < 0.4 else ""
        if self.chance.random() < 0.4:
            return f"{when}  {charge}\n  at {self._phrase('price', 1)}\n"
        mode, flat = self.chance.choice(("volume", "graduated")), self.chance.random() < 0.5
        rows = [f"    | up to | price per seat{' | flat' if flat else ''} |"]
        for limit in (*sorted(self.chance.sample((5, 10, 20, 50), self.chance.randint(1, 3))), "beyond"):
            shown = f"{limit} seats" if isinstance(limit, int) else limit
            rows.append(f"    | {shown} | {self._phrase('price', 1)}{' | ' + self.phrases.literal('money') if flat else ''} |")
        return f"{when}  {charge}\n  {mode} tiers on line.seats\n" + "\n".join(rows) + "\n"

    def _discount(self) -> str:
        name = self._name("offer")
        lines = [f'discount {name} "Offer"']
        if self.chance.random() < 0.4:
            lines += [f"  {self._validity()}", "  dated by price.date"]
        if self.chance.random() < 0.8:
            lines.append(f"  when {self.phrases.condition(1)}")
        give = self._phrase(self.chance.choice(("percent", "money")), 1)
        lines += [f"  give {give} off line.list", "  group promotion"]
        if self.chance.random() < 0.4:
            lines.append(f"  priority {self.chance.randint(1, 9)}")
        if self.chance.random() < 0.4:
            lines.append(f"  at most {self._phrase('money', 1)}")
        if self.discounts and self.chance.random() < 0.5:
            lines.append(f"  overrides {self.chance.choice(self.discounts)}")
        self.discounts.append(name)
        return "\n".join(lines) + "\n"

    def _discount_table(self) -> str:
        columns = self._columns()
        lines = [f"table {self._name('offers')}", "  all matches", f"  | {' | '.join(columns)} || discount | group |"]
        for _ in range(2):
            cells = " | ".join(self._cell(column) for column in columns)
            lines.append(f"  | {cells} || {self.phrases.literal('percent')} | promotion |")
        return "\n".join(lines) + "\n"

    def _stacking(self) -> str:
        mode = self.chance.choice(("best for the customer", "added together", "highest priority"))
        apply = self.chance.choice(("one after the other", "on the list price"))
        most = self.chance.choice((f"{self.phrases.leaf('percent')} of line.list", self._phrase("money", 1)))
        cap = f"  total at most {most}\n" if self.chance.random() < 0.7 else ""
        days = f"  {self._validity()}\n" if self.chance.random() < 0.4 else ""
        return f"stacking all-discounts\n{days}  group promotion {mode}\n  groups apply {apply}\n{cap}"

    def _bundle(self) -> str:
        allocate = self.chance.choice(("in proportion to list price", "to the first part"))
        touched = f"  touched by {self.chance.choice(('segment', 'index', 'segment, index'))}\n" if self.chance.random() < 0.5 else ""
        days = f"  {self._validity()}\n" if self.chance.random() < 0.5 else ""
        when = f"  when {self.phrases.condition(1)}\n" if self.chance.random() < 0.3 else ""
        price = self._phrase("money", 1)
        head = f"bundle set\n  for product P-SET\n{days}{when}  contains 1 P-ONE, 2 P-TWO\n  sells at {price}\n"
        return f"{head}  allocate {allocate}\n{touched}"

    # --- Pieces. ---

    def _phrase(self, kind: str, depth: int = 3) -> str:
        return self.phrases.of(kind, self.chance.randint(1, depth))

    def _answers(self, name: str, kind: str) -> None:
        self.phrases.results.setdefault(kind, []).append(name)

    def _name(self, stem: str) -> str:
        self.number += 1
        return f"{stem}-{self.number}"

    def _because(self) -> str:
        return '  because "so it is"\n' if self.chance.random() < 0.3 else ""

    def _date_lines(self, share: float) -> list[str]:
        return [f"  dated by {self.chance.choice(NAMES['date'])}"] if self.chance.random() < share else []

    def _dates(self) -> tuple[date, date]:
        first, until = sorted(self.chance.sample(DAYS_KNOWN, 2))
        return first, until

    def _validity(self) -> str:
        first, until = self._dates()
        return self.chance.choice((f"from {first} until {until}", f"from {first}", f"until {until}"))


class _Filled(dict[str, str]):
    """Fills in the pieces of a definition of the gallery."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self._phrases = phrases

    def __missing__(self, kind: str) -> str:
        match kind:
            case "condition":
                return self._phrases.condition(1)
            case "percentage":
                return "0.333333"
            case "mode":
                return self._phrases.chance.choice(MODES)
            case "coin":
                return self._phrases.chance.choice(("cent", "euro"))
            case _:
                return self._phrases.leaf(kind)
