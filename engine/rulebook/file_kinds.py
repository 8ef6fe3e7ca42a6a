"""The kinds of YAML files of a rulebook: the folder of each, its model, and the names that it declares for other files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from engine.phrases import phrase
from engine.rulebook.accounting_tools import AccountingTools
from engine.rulebook.catalog import Families, Family, PriceBook, Product, Products, Segments, UnitEntry, Units
from engine.rulebook.company import Company
from engine.rulebook.payment_terms import ClosedDays, PaymentTerms, PaymentTermsFile
from engine.rulebook.plans import (
    BillingProcess,
    BillingProcesses,
    BillingType,
    BillingTypes,
    Indexation,
    Indices,
    PaymentPlan,
    PaymentPlans,
)  # fmt: skip
from engine.rulebook.reminders import ReminderRules
from engine.rulebook.rules_folder import AttributeEntry, Stage, Stages, VocabularyFile
from engine.rulebook.scenarios import ExplainedMutants, Scenarios
from engine.rulebook.vat import Accounts, CountrySets, MentionEntry, Mentions, Rates, Territories, VatSettings
from engine.rulebook.vat_codes import VatCode, VatCodes
from engine.rulebook.yaml_model import Label, Written


@dataclass(frozen=True, slots=True)
class NameGiver:
    """A declaration of names in a file: their kind, its key, and the field of a list's entries (None: the keys, or the texts of a list)."""

    kind: str
    key: str | None
    by: str | None = None
    model: type[Written] | None = None


RETIRED_KEY: Final = "retired"
"""The key below which a file has entries that running orders still use, with their last meaning, and nothing new is sold with."""


def retired_names(kind: str) -> str:
    """The kind of the names of retired entries: they are among the names of their own kind too."""
    return f"{RETIRED_KEY}-{kind}"


def _with_retired(named: NameGiver) -> tuple[NameGiver, ...]:
    return named, replace(named, key=RETIRED_KEY), NameGiver(retired_names(named.kind), RETIRED_KEY, named.by)


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file. Without `names` there is one such file; the others may be split into any number of files."""

    name: str
    folder: str
    path: str
    """Its usual path, as messages call it; without a folder the file may be anywhere."""
    model: type[Written]
    what: str
    names: tuple[NameGiver, ...] | None = None
    is_required: bool = True


_ALL: Final = (
    FileKind("company", "", "company.yaml", Company, phrase("the seller, numbering, cut-over")),
    FileKind("products", "catalog", "catalog/products.yaml", Products, phrase("what is sold"),
             _with_retired(NameGiver("products", "products", "code", Product))),
    FileKind("families", "catalog", "catalog/families.yaml", Families, phrase("families of products"),
             (NameGiver("families", "families", model=Family),)),
    FileKind("segments", "catalog", "catalog/segments.yaml", Segments, phrase("segments of customers"),
             (NameGiver("segments", "segments", model=Label),)),
    FileKind("units", "catalog", "catalog/units.yaml", Units, phrase("units of products"), (NameGiver("units", "units", model=UnitEntry),)),
    FileKind("price-book", "catalog", "catalog/price-book.yaml", PriceBook, phrase("prices"),
             (NameGiver("price-books", None, "id", PriceBook),)),
    FileKind("billing-types", "plans", "plans/billing-types.yaml", BillingTypes, phrase("how often items are billed"),
             _with_retired(NameGiver("billing-types", "billing-types", "id", BillingType))),
    FileKind("billing-processes", "plans", "plans/billing-processes.yaml", BillingProcesses, phrase("how items are billed"),
             _with_retired(NameGiver("billing-processes", "billing-processes", "id", BillingProcess))),
    FileKind("payment-plans", "plans", "plans/payment-plans.yaml", PaymentPlans, phrase("the parts into which investments are invoiced"),
             (*_with_retired(NameGiver("payment-plans", "payment-plans", "id", PaymentPlan)), NameGiver("events", "events")),
             is_required=False),
    FileKind("payment-terms", "plans", "plans/payment-terms.yaml", PaymentTermsFile, phrase("when invoices must be paid"),
             _with_retired(NameGiver("payment-terms", "payment-terms", "id", PaymentTerms))),
    FileKind("closed-days", "plans", "plans/closed-days.yaml", ClosedDays, phrase("days on which nobody is expected to pay"),
             None, is_required=False),
    FileKind("reminders", "plans", "plans/reminders.yaml", ReminderRules, phrase("when customers are reminded, and what that costs them"),
             None, is_required=False),
    FileKind("indices", "plans", "plans/indices.yaml", Indices, phrase("index series"),
             (NameGiver("indices", "indices", "id", Indexation),), is_required=False),
    FileKind("vat-rates", "vat", "vat/rates.yaml", Rates, phrase("VAT rates by country and class"), None),
    FileKind("countries", "vat", "vat/countries.yaml", CountrySets, phrase("sets of countries"), None),
    FileKind("vat-territories", "vat", "vat/territories.yaml", Territories, phrase("territories whose VAT is not that of their country"),
             None, is_required=False),
    FileKind("mentions", "vat", "vat/mentions.yaml", Mentions, phrase("legal mentions"),
             (NameGiver("mentions", "mentions", model=MentionEntry),)),
    FileKind("vat", "vat", "vat/settings.yaml", VatSettings, phrase("settings of VAT"), None),
    FileKind("accounts", "vat", "vat/accounts.yaml", Accounts, phrase("accounts of the ledger"), None),
    FileKind("vat-codes", "vat", "vat/codes.yaml", VatCodes, phrase("VAT codes and the boxes of the VAT return"),
             (NameGiver("vat-codes", "codes", model=VatCode),), is_required=False),
    FileKind("accounting-tools", "vat", "vat/accounting-tools.yaml", AccountingTools,
             phrase("what accounting tools call our accounts and VAT"), None, is_required=False),
    FileKind("vocabulary", "rules", "rules/vocabulary.yaml", VocabularyFile, phrase("words of your own for rules"),
             (NameGiver("attributes", "attributes", model=AttributeEntry), NameGiver("roles", "roles", model=Label)), is_required=False),
    FileKind("stages", "rules", "rules/stages.yaml", Stages, phrase("stages of opportunities"),
             (NameGiver("stages", "stages", "id", Stage), NameGiver("reasons", "reasons", model=Label))),
    FileKind("tests", "", "rules/pricing.test.yaml", Scenarios, phrase("scenarios that prove rules"), (), is_required=False),
    FileKind("mutants", "", "rules/mutants.yaml", ExplainedMutants, phrase("changes that no scenario can notice, explained"), (),
             is_required=False),
)  # fmt: skip

CAN_RETIRE: Final = ("products", "billing-types", "billing-processes", "payment-plans", "payment-terms")
"""The kinds whose entries may be retired."""
KINDS: Final = {kind.name: kind for kind in _ALL}
PROVING: Final = frozenset({"tests", "mutants"})
"""The kinds that only test a rulebook."""
