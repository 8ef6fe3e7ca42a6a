"""Checks plans: billing types with an interval, processes that can be billed, payment plans that add up to 100%."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from engine.countries.country import Country
from engine.money import Percent, factor_text
from engine.phrases import phrase
from engine.problems import Kind, Problem, Span
from engine.rulebook.checks.company import seller_country
from engine.rulebook.checks.factors import FACTOR_ZERO, check_factor
from engine.rulebook.plans import BillingProcess, BillingType, Indexation, InstalmentEntry, PaymentPlan, SeriesKind
from engine.rulebook.shares import BAD_AFTER, Share, read_after, shares_problems, written_share
from engine.rulebook.yaml_entries import Entry, Gathered

HOW_OFTEN: Final = Kind("how-often", "`{name}` says {what}", "write `every` and `unit` (`every: 3`, `unit: month`), or `once: yes` alone")
NOT_ITS_BILLING_TYPE: Final = Kind(
    "not-its-billing-type", "`{name}` is not among the billing types that this process allows", "add it to `billing-types`"
)
CALENDAR: Final = Kind(
    "calendar-cannot",
    "`{name}` does not fit into the calendar: {what}",
    "choose another `align-to` for this process, or {instead}",
)
UNUSED_TYPE: Final = Kind(
    "unused-billing-type",
    "no billing process allows `{name}`, so nothing can be billed by it",
    "add it to the `billing-types` of a process in plans/billing-processes.yaml",
    "advice",
)
TERM: Final = Kind("renewal-term", "a renewal that is automatic needs `term-months`", "write `term-months: 12`, or `mode: ends`")
NOTICE: Final = Kind(
    "notice-without-renewal",
    "`notice-months` counts back from the end of a term that renews, and these terms do not",
    "write `mode: automatic` with `term-months`, or remove `notice-months`",
)
INDEXED: Final = Kind("indexed", "{what}", "write `follows: indexed` together with `indexation: NAME`")
EVENT_DAY: Final = Kind("event-day", "{what}", "{remedy}")
TWICE_SUPPLIED: Final = Kind(
    "twice-supplied", "`{plan}` has more than one instalment with `supplied`", "keep the one with which delivery or completion comes"
)
INDEXED_PART: Final = Kind(
    "indexed-part",
    "{percent} of the price is indexed; the law allows at most {most}",
    "write `indexed-part: {part}` or less ({law})",
)
INDEX_START: Final = Kind("index-base", "the series has no entry for its base, {day}", "add a line `{day}: …` to the series")

CONSUMER_INDEX: Final = Kind(
    "consumer-index",
    "`{name}` follows consumer prices, which prices between businesses may not do",
    "use an index of wages or materials, or write the reason as `because: …`, such as that only private customers pay these prices ({law})",
)
SERIES_KIND: Final = Kind(
    "series-kind",
    "`{name}` does not say what its series measures",
    "write `series-kind: wages`, or another of {possible}: between businesses prices may follow costs only ({law})",
    "advice",
)
NEVER_INDEXED: Final = Kind(
    "never-indexed",
    "`price-change: never` keeps a price from following its index",
    "write `price-change: next-period`, or `follows: frozen` without `indexation`",
)
EARLY_IN_ARREARS: Final = Kind(
    "lead-in-arrears",
    "`invoice-lead` changes nothing in arrears, where nothing is invoiced before its period has ended",
    "remove `invoice-lead`, or write `timing: advance`",
    "advice",
)


def check_plans(gathered: Gathered) -> Iterator[Problem]:
    """Checks billing types, billing processes, payment plans and indices."""
    types = gathered.of("billing-types", BillingType)
    for billing_type in types.values():
        yield from _billing_type(billing_type)
    processes = gathered.of("billing-processes", BillingProcess)
    for process in processes.values():
        yield from _process(process, types)
    yield from _unused_types(types, processes)
    for plan in gathered.of("payment-plans", PaymentPlan).values():
        yield from _payment_plan(plan, gathered)
    country = seller_country(gathered)
    for indexation in gathered.of("indices", Indexation).values():
        yield from _indexation(indexation, country)


def _billing_type(entry: Entry[BillingType]) -> Iterator[Problem]:
    written = entry.written
    yield from check_factor(written.factor, entry, "factor")
    if not entry.has("every", "unit", "once"):
        return
    if written.once and (written.every is not None or written.unit is not None):
        yield HOW_OFTEN.at(entry.key("once"), name=entry.name, what=phrase("both `once` and how often"))
    elif not written.once and (written.every is None or written.unit is None):
        is_silent = written.every is None and written.unit is None
        missing = phrase("neither how often nor `once`") if is_silent else phrase("half of how often")
        yield HOW_OFTEN.at(entry.named_at, name=entry.name, what=missing)


def _process(entry: Entry[BillingProcess], types: Mapping[str, Entry[BillingType]]) -> Iterator[Problem]:
    written = entry.written
    if written.billing_types and written.billing_type not in written.billing_types and entry.has("billing-types"):
        yield NOT_ITS_BILLING_TYPE.at(entry.at("billing-type"), name=written.billing_type)
    if written.align_to == "calendar":
        yield from _outside_calendar(entry, types)
    renewal = written.renewal
    if renewal is not None and renewal.mode == "automatic" and renewal.term_months is None:
        yield TERM.at(entry.at("renewal"))
    if renewal is not None and renewal.mode == "ends" and renewal.notice_months:
        yield NOTICE.at(entry.key("renewal", "notice-months"))
    if written.follows == "indexed" and written.indexation is None and entry.has("indexation"):
        yield INDEXED.at(entry.at("follows"), what=phrase("a price that follows an index needs `indexation`"))
    if written.follows != "indexed" and written.indexation is not None and entry.has("follows"):
        what = phrase("`indexation` changes nothing where the price follows `{follows}`", follows=written.follows)
        yield INDEXED.at(entry.key("indexation"), what=what)
    if written.follows == "indexed" and written.price_change == "never":
        yield NEVER_INDEXED.at(entry.at("price-change"))
    billing_type = types.get(written.billing_type)
    if written.timing == "arrears" and written.invoice_lead and billing_type is not None and not billing_type.written.once:
        yield EARLY_IN_ARREARS.at(entry.key("invoice-lead"))


def _allowed(entry: Entry[BillingProcess], types: Mapping[str, Entry[BillingType]]) -> Iterator[tuple[Span, BillingType]]:
    """The billing types that a process allows, each with the place that allows it: without a list these are all."""
    written = entry.written
    for at, name in enumerate(written.billing_types or types):
        if name in types:
            listed_at = entry.at("billing-types", at) if written.billing_types else None
            where = listed_at or entry.at("billing-type" if name == written.billing_type else "align-to")
            yield where, types[name].written


def _unused_types(types: Mapping[str, Entry[BillingType]], processes: Mapping[str, Entry[BillingProcess]]) -> Iterator[Problem]:
    """Advice on each billing type that no process allows."""
    lists = [
        (process.written.billing_type, *process.written.billing_types) for process in processes.values() if process.has("billing-types")
    ]
    if len(lists) < len(processes) or not all(process.written.billing_types for process in processes.values()):
        return
    for name, entry in types.items():
        if not entry.left_out and not any(name in allowed for allowed in lists):
            yield UNUSED_TYPE.at(entry.named_at, name=name)


def _outside_calendar(entry: Entry[BillingProcess], types: Mapping[str, Entry[BillingType]]) -> Iterator[Problem]:
    """A problem for each billing type whose periods do not fit into the calendar."""
    allowed = list(_allowed(entry, types))
    others = ", ".join(each.id for _, each in allowed if not _not_in_calendar(each))
    for where, each in allowed:
        if why := _not_in_calendar(each):
            is_default = each.id == entry.written.billing_type
            shorter = phrase("write its billing types without this one: `billing-types: [{others}]`", others=others)
            yield CALENDAR.at(where, name=each.id, what=why, instead=phrase("another billing type") if is_default else shorter)


def _not_in_calendar(billing_type: BillingType) -> str | None:
    if billing_type.unit == "day":
        return phrase("days have no first of their kind")
    if billing_type.unit == "month" and billing_type.every and 12 % billing_type.every:
        return phrase("{months} months do not divide a year", months=billing_type.every)
    return None


# ---------------------------------------------------------------- payment plans


def _payment_plan(entry: Entry[PaymentPlan], gathered: Gathered) -> Iterator[Problem]:
    plan = entry.written
    shares: list[Share] = []
    for at, instalment in enumerate(plan.instalments):
        yield from _when(entry, at, instalment)
        share = written_share(instalment.share, gathered.currency, entry.at("instalments", at, "share"))
        if isinstance(share, Problem):
            yield share
        else:
            shares.append(share)
    supplied = [at for at, instalment in enumerate(plan.instalments) if instalment.supplied]
    if len(supplied) > 1:
        yield TWICE_SUPPLIED.at(entry.at("instalments", supplied[1], "supplied"), plan=entry.name)
    if len(shares) == len(plan.instalments):
        for problem in shares_problems(shares, [str(at) for at in range(len(shares))], ""):
            where = entry.at("instalments", int(problem.pointer), "share") if problem.pointer else entry.key("instalments")
            yield problem.kind.at(where, **dict(problem.words))


def _when(entry: Entry[PaymentPlan], at: int, instalment: InstalmentEntry) -> Iterator[Problem]:
    try:
        read_after(instalment.after)
    except ValueError:
        yield BAD_AFTER.at(entry.at("instalments", at, "after"), text=str(instalment.after)[:60])
    if instalment.event == "date" and instalment.on is None:
        what, remedy = phrase("the event `date` needs its day"), phrase("write its day behind it, such as `on: 2027-06-30`")
        yield EVENT_DAY.at(entry.at("instalments", at, "event"), what=what, remedy=remedy)
    if instalment.event != "date" and instalment.on is not None:
        what = phrase("the event `{event}` has a day of its own", event=instalment.event)
        yield EVENT_DAY.at(entry.key("instalments", at, "on"), what=what, remedy=phrase("remove `on`, or write `event: date`"))


def _indexation(entry: Entry[Indexation], country: Country) -> Iterator[Problem]:
    written, largest, law = entry.written, country.largest_indexed_part, country.consumer_index_law
    if law is not None and written.series_kind is None and entry.has("series-kind"):
        possible = ", ".join(f"`{kind}`" for kind in get_args(SeriesKind))
        yield SERIES_KIND.at(entry.named_at, name=entry.name, possible=possible, law=law)
    if law is not None and written.series_kind == "consumer-prices" and not written.because and entry.has("because"):
        yield CONSUMER_INDEX.at(entry.at("series-kind"), name=entry.name, law=law)
    if largest is not None and entry.has("indexed-part") and written.indexed_part > largest.most:
        percent, most = f"{Percent(written.indexed_part)}%", f"{Percent(largest.most)}%"
        yield INDEXED_PART.at(entry.at("indexed-part"), percent=percent, most=most, part=factor_text(largest.most), law=largest.law)
    if written.base not in written.series and entry.has("series", "base"):
        yield INDEX_START.at(entry.at("base"), day=written.base)
    for day, figure in written.series.items():
        if figure <= 0:
            yield FACTOR_ZERO.at(entry.at("series", day.isoformat()), factor=factor_text(figure))
