"""Prepares a database of Tryton for accounting: Belgian chart, company, journals, terms, and years with a strict sequence a month.

It runs under the Python of Tryton: `prepare.py CONFIGURATION FIRST_YEAR LAST_YEAR`; the modules are active already.
"""

import sys
from datetime import date

from trytond import config
from trytond.pool import Pool
from trytond.transaction import Transaction, TransactionError

config.update_etc(sys.argv[1])

DATABASE = "accounting"


def main() -> None:
    """Fills the database."""
    pool = Pool(DATABASE)
    with Transaction().start(DATABASE, 0):
        pool.init()
    wanted = {}
    while not is_filled(pool, wanted):
        """Once more, with the tables locked that it asks for."""


def is_filled(pool, wanted):
    """Whether all was made; false where tables must be locked first."""
    with Transaction().start(DATABASE, 1, **wanted) as transaction:
        try:
            company = make_company(pool)
            with transaction.set_context(company=company.id):
                make_chart(pool, company)
                make_terms(pool)
                print_little(pool)
                for year in range(int(sys.argv[2]), int(sys.argv[3]) + 1):
                    make_year(pool, company, year)
        except TransactionError as fault:
            transaction.rollback()
            fault.fix(wanted)
            return False
        transaction.commit()
    return True


def make_company(pool):
    """The company, in euros, and the administrator as its user."""
    currency = pool.get("currency.currency").create([{"name": "Euro", "symbol": "€", "code": "EUR", "digits": 2, "rounding": "0.01"}])
    (party,) = pool.get("party.party").create([{"name": "Local company", "addresses": [("create", [{}])]}])
    (company,) = pool.get("company.company").create([{"party": party.id, "currency": currency[0].id}])
    user = pool.get("res.user")(1)
    user.companies, user.company = [company], company
    user.save()
    return company


def make_chart(pool, company):
    """The accounts and taxes of the Belgian chart."""
    wizard = pool.get("account.create_chart", type="wizard")
    chart = wizard(wizard.create()[0])
    chart.account.account_template = pool.get("ir.model.data").get_id("account_be", sys.argv[4])
    chart.account.company = company
    chart.transition_create_account()
    accounts = pool.get("account.account")
    (receivable,) = accounts.search([("code", "=", "400")])
    (payable,) = accounts.search([("code", "=", "440")])
    chart.properties.company = company
    chart.properties.account_receivable, chart.properties.account_payable = receivable, payable
    chart.transition_create_properties()


def make_terms(pool):
    """A term of no days, counted from a date that each invoice states."""
    pool.get("account.invoice.payment_term").create([{"name": "Due date", "lines": [("create", [{"type": "remainder"}])]}])


def print_little(pool):
    """Tryton prints each invoice that it posts; one line is enough here, since documents bring their own PDF."""
    reports = pool.get("ir.action.report")
    printed = reports.search([("report_name", "=", "account.invoice")])
    reports.write(printed, {"template_extension": "txt", "extension": "txt", "report_content_custom": b"See the attached PDF."})


def make_year(pool, company, year):
    """A fiscal year with its periods; the invoices of each month have a sequence of their own."""
    sequences, kinds = pool.get("ir.sequence.strict"), pool.get("ir.sequence.type")
    (moves,) = kinds.search([("name", "=", "Account Move")])
    (invoices,) = kinds.search([("name", "=", "Invoice")])
    (numbers,) = sequences.create([{"name": f"{year}", "sequence_type": moves.id, "company": company.id}])
    names = [f"{year}-{month:02}" for month in range(1, 13)]
    of_year, *of_months = sequences.create(
        [
            {"name": name, "prefix": f"{name}/", "padding": 4, "sequence_type": invoices.id, "company": company.id}
            for name in (str(year), *names)
        ]
    )
    rows = [("create", [{"company": company.id, "sequence": 1_000, **use(of_year)}])]
    (made,) = pool.get("account.fiscalyear").create(
        [
            {
                "name": f"{year}",
                "company": company.id,
                "start_date": date(year, 1, 1),
                "end_date": date(year, 12, 31),
                "move_sequence": numbers.id,
                "invoice_sequences": rows,
            }
        ]
    )
    pool.get("account.fiscalyear").create_period([made])
    for place, (period, sequence) in enumerate(zip(made.periods, of_months, strict=True), start=1):
        row = {"fiscalyear": made.id, "company": company.id, "period": period.id, "sequence": place, **use(sequence)}
        pool.get("account.fiscalyear.invoice_sequence").create([row])


def use(sequence):
    """The fields in which a sequence numbers all kinds of invoices."""
    return {f"{way}_{kind}_sequence": sequence.id for way in ("in", "out") for kind in ("invoice", "credit_note")}


main()
