"""A comparison as values that a program reads: complete, amounts as decimal strings."""

from __future__ import annotations

from collections.abc import Iterable

from engine.comparing.answer_changes import AnswersCompared
from engine.comparing.comparison import Comparison, causes
from engine.comparing.edits import Edit
from engine.comparing.money_changes import InvoiceChange, InvoicesCompared, LineChange, MonthChange, OrdersCompared, RefusalChange, Sums
from engine.comparing.responsible_rules import Why
from engine.phrases import Language, say
from engine.problems import Span

Tree = dict[str, object]


def figures(comparison: Comparison, language: Language = "en") -> Tree:
    """Everything in a comparison; sentences in a language."""
    return {
        "before": comparison.before,
        "after": comparison.after,
        "changes_money": comparison.changes_money,
        "edits": [_edit(one) for one in comparison.edits],
        "answers": None if comparison.answers is None else _answers(comparison.answers, language),
        "invoices": None if comparison.invoices is None else _invoices(comparison.invoices, language),
        "orders": None if comparison.orders is None else _orders(comparison.orders, language),
    }


def _edit(edit: Edit) -> Tree:
    return {
        "what": edit.what,
        "kind": edit.kind,
        "name": edit.name,
        "part": edit.part,
        "before": edit.before,
        "after": edit.after,
        "before_at": _at(edit.before_at),
        "after_at": _at(edit.after_at),
    }


def _at(span: Span | None) -> str | None:
    return None if span is None else f"{span.path}:{span.line}"


def _answers(answers: AnswersCompared, language: Language) -> Tree:
    changes = [
        {
            "name": one.name,
            "region": say(one.region, language),
            "sample": say(one.sample, language),
            "before": None if one.before is None else say(one.before, language),
            "after": None if one.after is None else say(one.after, language),
        }
        for one in answers.changes
    ]
    return {"changes": changes, "undecided": [{"name": name, "because": say(why, language)} for name, why in answers.undecided]}


def _invoices(compared: InvoicesCompared, language: Language) -> Tree:
    return {
        "currency": compared.currency.code,
        "month": compared.month,
        "invoices_before": compared.invoices_before,
        "invoices_after": compared.invoices_after,
        "invoices_changed": len(compared.changes),
        "before": _sums(compared.before),
        "after": _sums(compared.after),
        "change": _sums(compared.change),
        "year": str(compared.year),
        "changes": [_invoice(change, language) for change in compared.changes],
        "otherwise": [_invoice(change, language) for change in compared.otherwise],
        "causes": [
            {
                "rules": [{"rule": rule, "because": because} for rule, because in cause.rules],
                "lines": cause.lines,
                "net": str(cause.net),
                "example": [_why(why, language) for why in cause.examples],
            }
            for cause in causes(compared.changes)
        ],
        "months": _months(compared.months),
        "refusals": _refusals(compared.refusals, language),
    }


def _sums(sums: Sums) -> Tree:
    return {"net": str(sums.net), "vat": str(sums.vat), "gross": str(sums.gross)}


def _invoice(change: InvoiceChange, language: Language) -> Tree:
    return {
        "customer": change.customer,
        "name": change.name,
        "order_type": change.order_type,
        "month": change.month,
        "orders": list(change.orders),
        "before": None if change.before is None else _sums(change.before),
        "after": None if change.after is None else _sums(change.after),
        "change": _sums(change.change),
        "lines": [_line(line, language) for line in change.lines],
        "otherwise": [{"field": name, "before": before, "after": after} for name, before, after in change.otherwise],
    }


def _line(line: LineChange, language: Language) -> Tree:
    return {
        "item": line.item,
        "product": line.product,
        "before": None if line.before is None else str(line.before),
        "after": None if line.after is None else str(line.after),
        "change": str(line.net),
        "vat_before": line.vat_before,
        "vat_after": line.vat_after,
        "why": [_why(why, language) for why in line.why],
    }


def _why(why: Why, language: Language) -> Tree:
    return {
        "subject": why.subject,
        "rule": why.rule,
        "before": None if why.before is None else say(why.before, language),
        "after": None if why.after is None else say(why.after, language),
        "because": why.because,
        "where": why.where,
    }


def _months(months: Iterable[MonthChange]) -> list[Tree]:
    return [
        {
            "month": one.month,
            "order_type": one.order_type,
            "before": str(one.before),
            "after": str(one.after),
            "change": str(one.change),
        }
        for one in months
    ]


def _refusals(refusals: Iterable[RefusalChange], language: Language) -> list[Tree]:
    return [
        {
            "customer": one.customer,
            "order": one.order,
            "refused": "after" if one.is_refused_after else "before",
            "code": one.problem.code,
            "message": one.problem.message_in(language),
            "help": one.problem.help_in(language),
            "where": None if one.problem.where is None else str(one.problem.where),
        }
        for one in refusals
    ]


def _orders(compared: OrdersCompared, language: Language) -> Tree:
    return {
        "currency": compared.currency.code,
        "orders": compared.orders,
        "items": compared.items,
        "orders_changed": len(compared.changes),
        "change": str(compared.change),
        "year": str(compared.year),
        "changes": [
            {
                "order": one.order,
                "order_type": one.order_type,
                "customer": one.customer,
                "name": one.name,
                "before": str(one.before),
                "after": str(one.after),
                "change": str(one.change),
                "months": _months(one.months),
                "why": [_why(why, language) for why in one.why],
            }
            for one in compared.changes
        ],
        "months": _months(compared.months),
        "refusals": _refusals(compared.refusals, language),
    }
