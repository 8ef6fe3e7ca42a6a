"""The import of a folder of CSV files: all of it in one transaction or, with any problem, nothing; a second import changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from api.desk.customer_changes import with_evidence
from api.desk.delivery_addresses import delivered_order
from api.desk.desk import Desk, Progress, plan_in_batches, with_invoiced
from api.desk.erased import erased_rows, named_by
from api.desk.import_problems import ENTERED_MEANWHILE, MERGED_ROW, NOT_INDEXED, ORDER_DIFFERS, PROSPECT_ROW
from api.desk.import_result import ImportCounts, ImportResult, TriedImport
from api.desk.prospects import become_customer
from api.desk.quoting import make_quote
from api.desk.sales import with_retention
from api.desk.signed_prices import store_signed
from api.garbage import rare_collections
from api.importing.import_folder import Folder, read_files, read_folder_of_files
from api.importing.mandate_columns import MANDATE_TWICE, SIGNED_LATER
from api.importing.parsed_files import ParsedFiles, ParsedIncrement, ParsedOrder, placed
from api.refusals import Positioned
from api.store import contacts, customers, erasures, former_invoices, mandates, opportunities, orders, records, sales_records
from api.store.erasures import Whose
from api.store.sql import Writing, chunks
from api.store.transaction_plans import refresh_statistics
from engine import billing
from engine.documents.opportunity import Opportunity
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.order_types.registry import WITH_SLOTS
from engine.problems import Problem, Refusal, Span
from engine.rulebook.company import stored_until

_ORDERS_AT_ONCE: Final = 200
"""How many orders are started, stored and planned together, so that memory does not grow with the plans."""


@dataclass(slots=True)
class _Import:
    """The state of a running import: the parsed files, the customers, what was stored before, the orders to be planned, and the records."""

    desk: Desk
    connection: Writing
    parsed: ParsedFiles
    imported: Mapping[tuple[str, str], str]
    buyers: dict[str, Customer]
    stored: frozenset[str]
    """The ids of the orders in the store."""
    erased: frozenset[Whose]
    merged: Mapping[str, str]
    """The customers that were merged, and into whom."""
    prospects: set[str]
    """Those that have bought nothing yet."""
    progress: Progress
    changed_customers: set[str] = field(default_factory=set)
    planned: int = 0
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unplannable: list[Problem] = field(default_factory=list)
    """Why orders cannot be planned, told where nothing else is wrong."""
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def change_of(self, kind: str, key: str, digest: str, where: Span, *named: Whose) -> str:
        """Whether a record is `fresh`, `changed` or `unchanged` since it was last imported; records and counts it.

        One that is not unchanged and names somebody whose data were erased is a problem.
        """
        before = self.imported.get((kind, key))
        change = "fresh" if before is None else "unchanged" if before == digest else "changed"
        if change != "unchanged":
            self.notes.append((kind, key, digest))
            if not self.erased.isdisjoint(named):
                self.problems += erased_rows(self.erased, named, where)
            merged = {name: self.merged[name] for whose, name in named if whose == "customer" and name in self.merged}
            self.problems += (MERGED_ROW.at(where, name=name, into=into) for name, into in merged.items())
        counted = self.counts.setdefault(kind, {"fresh": 0, "changed": 0, "unchanged": 0})
        counted[change] += 1
        return change


def import_files(desk: Desk, folder: Path, progress: Progress = lambda _done, _of: None) -> ImportResult:
    """Imports a folder; refuses all of it, with every problem of all its files, where there is one. Progress counts orders."""
    return import_contents(desk, read_folder_of_files(folder), progress)


def try_contents(desk: Desk, files: Folder, progress: Progress = lambda _done, _of: None) -> ImportResult:
    """What an import of files would do: it is done whole, and taken back. Refuses what that refuses."""
    try:
        import_contents(desk, files, progress, is_trial=True)
    except TriedImport as trial:
        return trial.result
    raise AssertionError("a trial is taken back")


@rare_collections()
def import_contents(desk: Desk, files: Folder, progress: Progress = lambda _done, _of: None, *, is_trial: bool = False) -> ImportResult:
    """Imports files, as those of a folder; a trial is taken back by an exception that holds its result."""
    with desk.writing() as connection:
        records.lock_importing(connection)
        buyers = customers.find(connection)
        parsed, texts = read_files(files, desk.rulebook, buyers, opportunities.find(connection) if "contacts.csv" in files.files else ())
        if parsed.stops:
            raise Positioned(tuple(parsed.problems), texts)
        stored, erased = frozenset(orders.ids(connection)), erasures.among(connection)
        merged, prospects = customers.of_state(connection, "merged"), {*customers.of_state(connection, "prospect")}
        work = _Import(desk, connection, parsed, records.imported(connection), buyers, stored, erased, merged, prospects, progress)
        _import_customers(work)
        if parsed.mandates:
            _import_mandates(work)
        _import_orders(work)
        if work.problems or work.unplannable:
            raise Positioned(tuple(work.problems or work.unplannable), texts)
        if parsed.opportunities:
            _import_opportunities(work)
        if parsed.contacts:
            _import_contacts(work)
        _import_quotes(work, texts)
        if parsed.former_invoices:
            _import_former_invoices(work)
        if work.problems:
            raise Positioned(tuple(work.problems), texts)
        records.record_imported(connection, work.notes, at=desk.now())
        refresh_statistics(connection, 0 if is_trial else work.planned)
        kinds = tuple(ImportCounts(kind=kind, **counted) for kind, counted in work.counts.items())
        result = ImportResult(kinds=kinds, transactions=work.planned, advice=tuple(parsed.problems))
        if is_trial:
            raise TriedImport(result)
    return result


def _import_customers(work: _Import) -> None:
    """Stores new and changed customers; newer evidence of a VAT number than the row's decides what is known of it."""
    fresh, made = [], work.desk.signed()
    known = work.parsed.customers.keys() & work.buyers.keys()
    evidence = sales_records.newest_checks(work.connection, known) if known else {}
    for name, (customer, digest) in work.parsed.customers.items():
        change = work.change_of("customer", name, digest, work.parsed.places["customer", name], ("customer", name))
        if change == "unchanged":
            continue
        work.changed_customers.add(name)
        if name in work.buyers:
            customer = with_evidence(customer, evidence)
            if customers.change(work.connection, work.buyers[name], customer, made):
                store_signed(work.desk, work.connection, work.buyers[name], customer)
            if name in work.prospects:
                become_customer(work.desk, work.connection, name)
                work.prospects.remove(name)
        else:
            fresh.append(customer)
        work.buyers[name] = customer
    _refuse_duplicates(work, "customer", customers.create(work.connection, fresh, made))


def _import_mandates(work: _Import) -> None:
    """Stores the mandates of new and changed customers; refuses a reference that another customer has."""
    of_rows = {name: mandate for name, mandate in work.parsed.mandates.items() if name in work.changed_customers}
    stored = mandates.find(work.connection, references=[mandate.reference for mandate in of_rows.values() if mandate])
    for name, mandate in of_rows.items():
        before = stored.get(mandate.reference) if mandate else None
        if mandate is not None and mandate.signed_on > work.desk.today:
            where = work.parsed.places["customer", name]
            work.problems.append(SIGNED_LATER.at(where, reference=mandate.reference, signed=mandate.signed_on, today=work.desk.today))
            continue
        if mandate is not None and before is not None and before.customer != name:
            where = work.parsed.places["customer", name]
            work.problems.append(MANDATE_TWICE.at(where, customer=before.customer, reference=mandate.reference))
        else:
            mandates.store(work.connection, name, mandate)


def _import_orders(work: _Import) -> None:
    """Starts and stores new orders, some at a time, then joins increments to running ones, and plans what changed.

    Orders that were imported before with other content are problems. Where something is wrong, what is written is rolled back.
    """
    touched = set(orders.ids(work.connection, customers=work.changed_customers))
    joining = [one.increment for one in work.parsed.increments if _is_joining(work, one)]
    awaited = {increment.order.customer for increment in joining}
    fresh = [name for name, parsed in work.parsed.orders.items() if _is_fresh(work, name, parsed)]
    with_slots = {order.id: order for type_ in WITH_SLOTS for order in orders.of_type(work.connection, type_)}
    waiting: dict[str, Order] = {}
    for at in range(0, len(fresh), _ORDERS_AT_ONCE):
        names = fresh[at : at + _ORDERS_AT_ONCE]
        work.progress(at, len(fresh))
        pending = [_made(work, work.parsed.orders[name]) for name in names]
        started = billing.start(pending, (), work.buyers, with_slots, work.desk.rulebook, today=work.desk.today)
        work.problems += work.parsed.refused(started.refused) + list(_without_index(work, names, started.orders))
        with_slots |= {name: order for name, order in started.orders.items() if order.type in WITH_SLOTS}
        waiting |= {name: order for name, order in started.orders.items() if order.customer in awaited}
        _append(work, [order for name, order in started.orders.items() if name not in waiting])
        work.parsed.orders |= {name: work.parsed.orders[name].without_rows() for name in names}
    running = orders.find(work.connection, orders.ids(work.connection, customers=awaited)) if awaited else {}
    joined = billing.start((), joining, work.buyers, running | waiting, work.desk.rulebook, today=work.desk.today)
    work.problems += work.parsed.refused(joined.refused)
    grown = [with_invoiced(work.desk, work.connection, running[name], order) for name, order in joined.orders.items() if name in running]
    _append(work, [order for name, order in (waiting | dict(joined.orders)).items() if name not in running])
    for order in grown:
        orders.replace(work.connection, order)
    _plan(work, grown)
    for some in chunks(touched - {order.id for order in grown}):
        _plan(work, [*orders.find(work.connection, some).values()])


def _made(work: _Import, parsed: ParsedOrder) -> Order:
    return parsed.make() if parsed.deliver_to is None else delivered_order(work.connection, parsed, *parsed.deliver_to, work.problems)


def _is_joining(work: _Import, one: ParsedIncrement) -> bool:
    customer = one.increment.order.customer
    return work.change_of("increment", one.key, one.content_hash, one.where, ("customer", customer)) != "unchanged"


def _is_fresh(work: _Import, name: str, parsed: ParsedOrder) -> bool:
    """Whether an order is new; one that was imported before with other content is a problem."""
    change = work.change_of("order", name, parsed.content_hash, parsed.where, ("customer", parsed.customer))
    if parsed.customer in work.prospects:
        work.problems.append(PROSPECT_ROW.at(parsed.where, name=parsed.customer))
        return False
    if change == "changed" or (change == "fresh" and name in work.stored):
        work.problems.append(ORDER_DIFFERS.at(parsed.where, order=name))
        return False
    return change == "fresh"


def _append(work: _Import, fresh: Sequence[Order]) -> None:
    if not work.problems:
        orders.append(work.connection, fresh)
        _plan(work, fresh)


def _plan(work: _Import, changed: Sequence[Order]) -> None:
    if work.problems:
        return
    try:
        work.planned += plan_in_batches(work.desk, work.connection, changed)
    except Refusal as refusal:
        work.unplannable += work.parsed.at_orders(refusal)


def _without_index(work: _Import, names: Iterable[str], started: Mapping[str, Order]) -> Iterator[Problem]:
    """The new items whose agreed price cannot follow an index."""
    processes = work.desk.rulebook.billing_processes
    for name in names:
        for item, where in zip(started[name].items, work.parsed.orders[name].items_at, strict=False) if name in started else ():
            process = processes.get(item.billing_process or "")
            if item.price_follows == "indexed" and process is not None and process.indexation is None:
                yield NOT_INDEXED.at(where, item=item.id, process=process.id)


def _import_opportunities(work: _Import) -> None:
    desk = work.desk
    stored = opportunities.find(work.connection, work.parsed.opportunities)
    fresh = []
    for name, (opportunity, digest) in work.parsed.opportunities.items():
        change = work.change_of("opportunity", name, digest, work.parsed.places["prospect", name], named_by(opportunity))
        if change == "unchanged":
            continue
        opportunity = with_retention(desk, opportunity)
        if name in stored:
            opportunity = _as_quoted(opportunity, stored[name])
            opportunities.replace(work.connection, opportunity, desk.signed())
        else:
            fresh.append(opportunity)
    _refuse_duplicates(work, "prospect", opportunities.append(work.connection, fresh, desk.signed()))


def _as_quoted(given: Opportunity, stored: Opportunity) -> Opportunity:
    """An opportunity as its row says, with what no row says of it: the amounts that a quote sets, and where it came from."""
    source = given.source or stored.source
    if stored.primary_quote is None:
        return given.replace(source=source)
    return given.replace(source=source, amount=stored.amount, amounts=stored.amounts, primary_quote=stored.primary_quote)


def _refuse_duplicates(work: _Import, kind: str, names: Iterable[str]) -> None:
    """A problem for each new record whose id somebody else took while this import was running."""
    work.problems += (ENTERED_MEANWHILE.at(work.parsed.places[kind, name], name=name) for name in names)


def _import_contacts(work: _Import) -> None:
    """Stores new and changed contacts, for as long as company.yaml says unless the row does; what was erased stays erased."""
    desk, fresh = work.desk, []
    until = stored_until(desk.rulebook.company, desk.today, lambda rule: rule.contact_months)
    chances = opportunities.find(work.connection, {one.opportunity for one, _ in work.parsed.contacts.values() if one.opportunity})
    for name, (contact, digest) in work.parsed.contacts.items():
        needs: Whose = ("customer", contact.customer) if contact.customer else named_by(chances[contact.opportunity or ""])
        change = work.change_of("contact", name, digest, work.parsed.places["contact", name], ("contact", name), needs)
        if change != "unchanged":
            fresh.append(contact if contact.stored_until else contact.replace(stored_until=until))
    contacts.store(work.connection, fresh)


def _import_quotes(work: _Import, texts: Mapping[str, str]) -> None:
    for parsed in work.parsed.quotes:
        change = work.change_of("quote", parsed.key, parsed.content_hash, parsed.where, ("customer", parsed.customer))
        if work.problems or change != "fresh":
            continue
        try:
            make_quote(
                work.desk,
                work.connection,
                work.buyers[parsed.customer],
                parsed.lines,
                on=parsed.on,
                subscription=parsed.order,
                attributes=parsed.attributes,
                payment_terms=parsed.payment_terms,
            )
        except Refusal as refusal:
            raise Positioned(tuple(placed(refusal, parsed.where)), texts) from None


def _import_former_invoices(work: _Import) -> None:
    """Stores what of a former system's invoices is open; a changed row replaces what was imported before."""
    changed = []
    for name, (invoice, digest) in work.parsed.former_invoices.items():
        where = work.parsed.places["former invoice", name]
        if work.change_of("former invoice", name, digest, where, ("customer", invoice.customer)) != "unchanged":
            changed.append(invoice)
    former_invoices.store(work.connection, changed)
