"""The open documents of all customers, indexed for the matching of payments."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from engine.documents.payment_match import Allocation, OpenDocument, Payer
from engine.money import Money

SHORTEST_NUMBER: Final = 5
"""Numbers of fewer letters and digits are not searched for in free texts: they would fit by chance."""
_TOKENS: Final = re.compile("[A-Z0-9]+")
_LEGAL_FORMS: Final = frozenset(
    "BV BVBA NV SA SRL SPRL VZW ASBL CV CVBA SC SCRL COMMV SCS GMBH AG SAS SARL LTD THE DE HET LA LE LES".split()
)


@dataclass(slots=True)
class OpenItems:
    """Documents by reference, number, customer and amount. It is the working state of one matching: rests fall as payments are matched."""

    documents: dict[str, OpenDocument] = field(default_factory=dict)
    by_reference: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_tokens: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By the letters and digits of the number."""
    most_tokens: int = 1
    """Of how many tokens a number consists at most."""
    by_customer: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_iban: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The customers that pay from an account."""
    by_amount: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    """Documents by the rest that they had at first; it may have fallen since."""
    names: dict[str, frozenset[str]] = field(default_factory=dict)
    """The words of the name of each customer, without legal forms."""

    @classmethod
    def of(cls, documents: Iterable[OpenDocument], payers: Iterable[Payer]) -> OpenItems:
        """The index of some documents and customers; within each entry the oldest due date comes first."""
        items = cls()
        for document in sorted(documents, key=lambda each: (each.due_on, each.number)):
            items._add(document)
        for payer in payers:
            items.names[payer.customer] = name_words(payer.name)
            for iban in payer.ibans:
                items.by_iban[iban].append(payer.customer)
        return items

    def _add(self, document: OpenDocument) -> None:
        number = document.number
        self.documents[number] = document
        for reference in document.references:
            self.by_reference[reference].append(number)
        tokens = _TOKENS.findall(number.upper())
        if sum(map(len, tokens)) >= SHORTEST_NUMBER:
            self.by_tokens["".join(tokens)].append(number)
            self.most_tokens = max(self.most_tokens, len(tokens))
        self.by_customer[document.customer].append(number)
        self.by_amount[document.currency.code, document.rest.minor].append(number)

    def numbers_in(self, text: str) -> tuple[str, ...]:
        """The numbers of documents that stand in a free text as whole tokens, however they are parted; each once, in their order."""
        tokens, at, numbers = _TOKENS.findall(text.upper()), 0, list[str]()
        while at < len(tokens):
            for length in range(self.most_tokens, 0, -1):
                named = self.by_tokens.get("".join(tokens[at : at + length])) if at + length <= len(tokens) else None
                if named:
                    numbers += named
                    at += length - 1
                    break
            at += 1
        return tuple(dict.fromkeys(numbers))

    def open_of(self, customer: str, currency: str) -> list[OpenDocument]:
        """The documents of a customer of which something is open, oldest first."""
        return [each for each in self._of(customer) if each.rest.minor > 0 and not each.is_cancelled and each.currency.code == currency]

    def with_amount(self, amount: Money) -> Iterator[OpenDocument]:
        """The open documents whose rest is exactly an amount."""
        for number in self.by_amount.get((amount.currency.code, amount.minor), ()):
            document = self.documents[number]
            if document.rest == amount and not document.is_cancelled:
                yield document

    def settle(self, allocations: Iterable[Allocation]) -> None:
        """Lowers the rests of documents by what was allocated to them."""
        for part in allocations:
            document = self.documents[part.document]
            changed = replace(document, rest=document.rest - part.amount)
            self.documents[part.document] = changed
            if changed.rest.minor > 0:
                self.by_amount[changed.currency.code, changed.rest.minor].append(changed.number)

    def _of(self, customer: str) -> Iterator[OpenDocument]:
        return (self.documents[number] for number in self.by_customer.get(customer, ()))


def name_words(name: str) -> frozenset[str]:
    """The words of a name as payments are compared with it: without points, legal forms and articles."""
    return frozenset(_TOKENS.findall(name.upper().replace(".", ""))) - _LEGAL_FORMS
