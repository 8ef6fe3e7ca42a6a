"""An example of each command: its help and the reference page show it, and a test parses it."""

from __future__ import annotations

from typing import Final

EXAMPLES: Final = """
demo --out out --serve
init acme --name Acme --country BE
check acme --format text
fmt --check
test --only "Volume discount"
coverage --fail-under 95
mutate --only vat/ --sample 200
table export list-2027 --out list-2027.xlsx
table import list-2027 list-2027.xlsx --apply
table list
lsp --stdio
schema --out schemas
diff HEAD~1 . --fail-if "diff.largest > 50.00 EUR"
review main --comment comment.md --coverage 95
publish acme --from 2027-02-01 --note "Index of 2027"
rulebook approve v3 --by "A. Peeters" --note "Reviewed"
rulebook list
rulebook roll-back v2 --from 2027-02-15 --note "The index was wrong"
rulebook show v3 --to v3-files
rulebook withdraw v3 --note "One more change"
evaluate price < request.json
import lists
customer activities K1
customer add-activity K1 "Ask for the order number" --kind call --due 2027-02-05
customer address K1 "Depot Ghent" --kind delivery --street "Kaai 12" --postcode 9000 --town Ghent --country BE
customer change K1 --email accounts@example.com
customer create K2 --name "Atelier Nord SA" --street "Rue Haute 4" --postcode 5000 --town Namur --country BE
customer erase K1 --by "Data protection officer" --because "Asked by letter of 2027-01-12"
customer find-reference crm 4711
customer finish-activity K1 2 --on 2027-02-04
customer history K1
customer hold K1 --because "Contract is renegotiated"
customer list --where "customer.country is BE"
customer merge K9 K1 --preview
customer note K1 "Wants invoices before the 5th"
customer reference K1 crm 4711
customer release K1
customer reminder K1 --level 2 --out reminder.pdf
customer remove-address K1 "Depot Ghent"
customer show K1 --as-of 2027-01-31
customer statement K1 --from 2027-01-01 --out statement.pdf
customer vat-check K1 K2
customer vat-checked K1 --on 2027-01-15 --result valid --consultation WAPIAAAAX1
contact change C1 --phone "+32 2 555 12 34"
contact create C1 --customer K1 --name "Ann Peeters" --role "accounts payable" --email ann@example.com
contact erase C1 --by "Data protection officer" --because "Left the company"
contact list --customer K1
contact show C1
opportunity activities O1
opportunity add-activity O1 "Show the new release" --kind meeting --due 2027-02-10
opportunity cancel O1 --reason no-budget
opportunity change O1 --amount 12000.00 --expected-close 2027-03-31
opportunity erase O1 --by "Data protection officer" --because "Asked by mail"
opportunity finish-activity O1 1
opportunity list --all --where "opportunity.amount > 5_000.00 EUR"
opportunity lose O1 --reason price
opportunity open O1 --customer K1 --what "Support" --stage qualified --amount 4800.00 --expected-close 2027-03-31 --owner ann
opportunity primary O1 Q-12
opportunity register O1 K3 --street "Markt 1" --postcode 9000 --town Ghent --country BE
opportunity reopen O1 qualified
opportunity show O1
opportunity stage O1 proposal
opportunity win O1 --because "Signed today"
quote accept Q-12 --on 2027-01-20 --by "Ann Peeters" --purchase-order PO-881
quote add-line Q-12 SUPPORT=2 --discount 5% --optional
quote approve Q-12 --note "Within the policy"
quote change-line Q-12 1 --quantity 20 --without discount
quote compare Q-12
quote deliver Q-12 --because "New address"
quote deliveries Q-12
quote erase-reply Q-12 --by "Data protection officer" --because "Asked by mail"
quote history Q-12
quote link Q-12
quote list --state sent --customer K1
quote make K1 SUPPORT=2 TRAINING=1 --billing-type monthly --starts-on 2027-02-01
quote pdf Q-12 --to quote.pdf
quote refuse Q-12 --note "Chose another supplier"
quote remove-line Q-12 2
quote replies --reply declined
quote send Q-12 --by hand
quote show Q-12
quote submit Q-12
quote version Q-12 --valid-until 2027-03-31
order activate S1 --on 2027-02-01
order confirm S1
order deliveries S1
order delivery S1 "Depot Ghent"
order enter S1 K1 SUPPORT=2 --billing-type monthly --on 2027-01-20
order event I1 delivery.accepted --on 2027-02-12
order line S1 --product TRAINING --price 450.00 --because "Half a day on site"
order list --customer K1
order move S1 --on 2027-02-15 --because "Delivered later"
order pdf S1 --to confirmation.pdf
order plan
order preview S1 suspend on=2027-02-10
order set S1 region=north
order show S1
order terms S1 60-days
order undo S1 --because "Wrong customer" --preview
item activate S1-1 --on 2027-02-01
item cancel S1-1 --on 2027-02-01
item change S1-1 --on 2027-03-01 --quantity 25
item contract S1-1 --term-months 12 --notice-months 3 --renewal automatic
item end S1-1 --on 2027-12-31 --notice-on 2027-09-15
item list --customer K1 --product SUPPORT
item notice S1-1 --on 2027-09-15 --because "By letter"
item resume S1-1 --on 2027-04-01
item show S1-1
item suspend S1-1 --on 2027-03-01
item swap S1-1 SUPPORT-PLUS --on 2027-03-01
usage import usage-2027-01.csv
usage list --customer K1 --from 2027-01-01 --to 2027-01-31
usage report S1-2 --id meter-7-january --quantity 1250 --from 2027-01-01 --to 2027-01-31
run issue --due-through 2027-01-31
run join 4 --workers 2
run list
run preview --due-through 2027-01-31 --pdf drafts
run resume 4
run show 4
run vat-check --due-through 2027-01-31
invoice credit 2027-00012 --line 2:1 --because "Delivered too late"
invoice deliver 2027-00012 --by email --because "Not reached by Peppol"
invoice deliveries 2027-00012
invoice dispute 2027-00012 --because "Says that the quantity is wrong"
invoice doubtful 2027-00012 --allowance 50 --because "Judicial reorganisation"
invoice list --customer K1 --overdue
invoice pdf 2027-00012 --to invoice.pdf
invoice promise 2027-00012 --until 2027-03-15 --because "Said on the phone"
invoice rebill 2027-00012 --because "The price was wrong"
invoice release 2027-00012
invoice show 2027-00012 --xml
bank check statements.cod --account BE68539007547034
bank import statements.cod
reminder cancel-charge R-3-1 --because "Goodwill"
reminder charges --open
reminder deliver R-3
reminder list --customer K1
reminder preview --on 2027-03-05
reminder run --on 2027-03-05
reminder show R-3 --out reminder.pdf
payment enter CASH-7 --on 2027-02-10 --amount 29.85 --payer "Atelier Nord" --reference 2027-00012
payment exchange P-9 --amount 1240.50 --in-full
payment list --state unmatched
payment match P-9 2027-00012 2027-00015
payment refund P-9 --id CASH-8 --on 2027-02-20 --amount 10.00
payment release P-9
payment show P-9
payment write-off 2027-00012 --reason bankruptcy --on 2027-06-30
journal close 2027-01
journal pack --month 2027-01 --out pack-2027-01
journal post
vat close 2027-Q1
e-invoice check invoice.xml
e-invoice rules add rules.sch --name Peppol
e-invoice rules remove Peppol
forecast list
forecast store 2027-01
report activities --open --owner ann
report advice --owner ann
report ageing --as-of 2027-01-31
report annual-listing --year 2027 --csv listing.csv
report conversion --from 2027-01-01 --to 2027-03-31
report doubtful
report events --customer K1
report forecast --by month,family
report held-back --to-do
report ic-listing --period 2027-Q1
report journal --from 2027-01-01 --to 2027-01-31
report mrr --on 2027-01-31 --by segment
report open-items --overdue
report oss-return --period 2027-Q1
report pipeline --by stage --open
report prepaid --customer K1
report reconciliation --snapshot 2027-01 --invoiced
report renewals --to 2027-06-30
report slots --from 2027-01-01
report to-invoice --by customer
report vat --period 2027-Q1
report vat-documents --period 2027-Q1 --grid 54
explain 2027-00012 1 --why-not volume-discount
verify
user add ann --full-name "Ann Peeters" --email ann@example.com --role billing
user change ann --role accounting
user list
user password ann
user unbind ann
key create web-shop --role sales --scope quotes --scope customers:read
key list
key revoke web-shop
webhook create web-shop https://shop.example.com/hooks --event invoice.issued
webhook delete web-shop
webhook events
webhook list
webhook rotate web-shop
webhook start web-shop
webhook stop web-shop
webhook test web-shop
outbox list --state dead
outbox reject 17 --because "The mail bounced"
outbox retry 17
outbox skip 17 --because "Sent by post"
accounting bookings --state refused
accounting check --until 2027-01-31
accounting payments
accounting reconcile --from 2027-01-01 --to 2027-03-31
deliver --once
audit list --resource orders/S1
backup backup-2027-01-31.sqlite
restore backup-2027-01-31.sqlite --database copy.sqlite
serve --port 8000
doctor
version
"""


def example_of(command: tuple[str, ...]) -> str:
    """The example of a command, without the name of the program; that of a group is one of its first command."""
    name = " ".join(command)
    return next((line for line in EXAMPLES.splitlines() if name and f"{line} ".startswith(f"{name} ")), "")
