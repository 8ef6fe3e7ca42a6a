"""One definition for each construct and outcome that chance alone brings up too rarely; `{money}` and the like are filled in at random."""

from __future__ import annotations

GALLERY: tuple[tuple[str, str], ...] = (
    ("money", "{money} * {percentage} / customer.score rounded to {coin} {mode}"),
    ("money", "{money} / customer.score * {percentage} rounded to {coin} {mode}"),
    ("money", "{money} / customer.score + {money} rounded to {coin} {mode}"),
    ("money", "(if {condition} then {money} / line.weight else {percent} of {money}) rounded to {coin} {mode}"),
    ("money", "{money} / line.weight * 2 / customer.score rounded to {coin} {mode}"),
    ("money", "-{money} / 3 rounded to {coin} {mode}"),
    ("money", "{percent} of {money} rounded to {coin} {mode}"),
    ("money", "{money} * (customer.since - invoice.tax-point) / 30 days rounded to {coin} {mode}"),
    ("number", "{money} / customer.turnover rounded to unit {mode}"),
    ("number", "{number} * {number} / 7 rounded to unit {mode}"),
    ("number", "{number} / 3 - {number} rounded to unit {mode}"),
    ("number", "line.seats / 3 seats rounded to unit {mode}"),
    ("seats", "{seats} / 3 rounded to unit {mode}"),
    ("price", "{price} * {number} rounded to {coin} {mode}"),
    ("price", "{price} * {number} rounded to {coin} {mode}"),
    ("price", "{percent} of {price} rounded to {coin} {mode}"),
    ("price", "{price} + {price} rounded to {coin} {mode}"),
    ("money", "min of line.list for lines where customer.vip"),
    ("money", "max of line.list for lines where line.seats >= 5 seats"),
    ("money", "sum of line.list for lines where line.weight > {number}"),
    ("money", "min of line.list for lines"),
    ("money", "(min of line.list for lines) + {money}"),
    ("number", "(sum of line.weight for lines where line.list > 0.00 EUR) + {number}"),
    ("amount", "{percent} of known-amount"),
    ("date", "customer.since + 8_500 years"),
    ("money", "line.list / customer.score rounded to {coin} {mode}"),
    ("seats", "max of line.seats for lines"),
    ("seats", "(max of line.seats for lines) + 1 seat"),
    ("number", "(max of line.weight for lines) * (month of {date})"),
    ("date", "known-date + 3_000_000 days"),
    ("date", "{date} - 30 days"),
    ("seats", "known-seats - {seats}"),
    ("number", "dated-list(customer.country).rate * {number}"),
    ("date", "lowest(known-date, {date})"),
    ("number", "sum of line.weight for lines"),
    ("number", "count of lines + {number}"),
    ("number", "{number} * (count of lines)"),
    ("number", "lowest(count of lines, {number})"),
    ("number", "count of lines where line.seats < 10 seats"),
    ("money", "max of line.list for lines where line.weight <= 10 and line.list is known"),
    ("money", "min of line.list for lines where line.list > {money}"),
    ("number", "count of lines where line.list > {money} or customer.vip"),
    ("money", "sum of ({percent} of line.list rounded to {coin} {mode}) for lines"),
    ("date", "{date} + 9_000 years"),
    ("date", "{date} - 3_000_000 days"),
    ("date", "{date} - {period}"),
    ("date", "highest({date}, {date}) - 3 months"),
    ("number", "(day of {date}) + (year of {date})"),
    ("bool", "day({date}) > 15 and year({date}) is 2027"),
    ("price", "stair-price(supply.ship-to, {seats}) * 2 rounded to {coin} {mode}"),
    ("text", "known-text"),
    ("text", "if customer.vip then known-text else {text}"),
    ("bool", "month({date}) is 1 or month({date}) is 12"),
    ("date", "end-of-month({date}) + known-days"),
    ("seats", "{seats} / 7 + {seats} rounded to unit {mode}"),
    ("days", "known-days + customer.notice"),
    ("bool", "known-bool is no or yes is customer.vip"),
    ("money", "(if no or {condition} then {money} / customer.score * {money} / customer.turnover else {money}) rounded to cent {mode}"),
    ("text", 'if {condition} then known-text else "none"'),
    ("money", "known-amount rounded to {coin} {mode}"),
    ("date", "{period} + {date}"),
    ("date", "start-of-month({date}) + {days}"),
    ("date", "end-of-month of {date}"),
    ("days", "{date} - {date}"),
    ("days", "{days} + 2 weeks"),
    ("period", "{period} + 1 year"),
    ("number", "(year of {date}) * 10_000 + (month of {date}) * 100 + day({date})"),
    ("bool", "{date} is within first-half"),
    ("bool", "{date} is not within first-half"),
    ("bool", "{seats} is not between 1 seat and {seats}"),
    ("bool", "{percent} is one of 0%, 12.5% .. 100%"),
    ("bool", "{money} is not one of 0.00 EUR, 250.50 EUR"),
    ("bool", "customer.country is one of EU except BE, FR"),
    ("bool", "customer.country is not BENELUX"),
    ("bool", "customer.segment is not one of gold, chain"),
    ("bool", "{amount} < {money}"),
    ("bool", "{amount} > {money} and {price} > {price}"),
    ("bool", "{days} at most 30 days or {period} is at least 3 months"),
    ("bool", "{number} is {number} or {period} is {period}"),
    ("bool", "{price} <= {price} and not {days} < 14 days"),
    ("bool", "{date} is {date} or {date} is not {date}"),
    ("bool", "customer.vip is seller.oss"),
    ("bool", 'order.purchase-order is not "PO-1"'),
    ("bool", "customer.turnover is not known or customer.turnover > {money}"),
    ("text", 'if {condition} then "PO-1" else order.purchase-order'),
    ("amount", "highest({amount}, 0.00 EUR) + absolute({money})"),
    ("percent", "{percent} of {percent} + {percent}"),
    ("price", "stair-price(customer.country, line.seats)"),
    ("number", "dated-list(supply.ship-to).rate + dated-list(customer.country).other"),
    ("percent", "filed-rates(customer.country)"),
    ("money", "if {condition} then {money} else -{money}"),
    ("date", "lowest({date}, {date}) + customer.notice"),
    ("bool", "known-bool and {condition}"),
    ("days", "known-days + {days}"),
    ("period", "known-period + {period}"),
    ("date", "known-date - {days}"),
    ("price", "highest(known-price, {price}) * {number} rounded to {coin} {mode}"),
    ("text", "if known-bool then known-text else {text}"),
    ("percent", "lowest(known-percent, {percent})"),
    ("seats", "known-seats + {seats}"),
    ("amount", "known-amount - {amount}"),
    ("date", "{date} + known-period + 9_000 years"),
)

# Tables that the gallery asks with arguments; the last has its rows in a file.
TABLES = """
table stair-price
  first match
  | customer.country | line.seats || price |
  | EU except BE | >= 10 seats || 0.50 EUR per seat |
  | BE | not 1 seat .. 5 seats || 0.75 EUR per seat |
  | not CH | - || 1.0050 EUR per seat |

table dated-list
  exactly one
  dated by invoice.tax-point
  | customer.country | valid || rate | other |
  | BE, NL | until 2027-01-31 || 1.05 | 2 |
  | BE, NL | from 2027-02-01 || 1.10 | 2.5 |
  | not BE, NL | - || 1 | 3 |

table filed-rates
  exactly one
  from file "rates.csv"
  dated by price.date
  | customer.country || rate |

decision overlapping
  dated by price.date
  rule gold when customer.segment is one of gold, chain then seller
  rule rich when customer.turnover > 0.00 EUR then director from 2027-01-01
  rule near when customer.country is one of EU then nobody

decision agreeing
  same result
  otherwise nobody
  rule gold when customer.segment is gold then seller
  rule rich when customer.turnover > 10 EUR then seller
  rule near when customer.country is BE then director

decision first
  first match
  rule gold when customer.segment is gold then seller because "they asked"
  rule rich when customer.turnover > 10 EUR then director

decision single
  otherwise nobody
  rule gold when customer.segment is gold then seller
  rule rich when customer.turnover > 10 EUR and customer.segment is not gold then director

decision earliest
  first match
  otherwise nobody
  rule gold when customer.segment is gold then seller
  rule rich when customer.turnover > 10 EUR then director

decision undecided
  same result
  rule gold when customer.segment is gold then seller
  rule rich when customer.turnover > 250.50 EUR then director

define known-bool : Bool = line.seats is at least 5 seats or customer.vip
define known-days : Days = customer.since - 2027-01-01
define known-period : Period = customer.term + 1 month
define known-date : Date = start-of-month(customer.since)
define known-price : Price[EUR per seat] = line.fee + 0.0625 EUR per seat
define known-text : Text = order.purchase-order
define known-percent : Percent = 33.3333% of quote.discount
define known-seats : Quantity[seat] = line.seats * 0.333333
define known-amount : Amount = customer.margin of line.list

table best
  highest of bronze < silver < platinum
  | customer.vip | line.seats || rank |
  | yes | - || platinum |
  | - | >= 5 seats || silver |
  | - | > 0 seats, < 10 seats || bronze |

table alike
  same result
  | customer.vip | customer.since || rate |
  | yes | >= 2027-01-01 || 5% |
  | - | 2027-01-01 .. 2027-06-30 || 5% |
  | no | - || 12.5% |

table clashing
  exactly one
  | customer.segment | customer.turnover || rate |
  | - | - || 1 |
  | gold, retail | >= 0.01 EUR || 2 |
  | - | < 0.00 EUR || 3 |

table differing
  same result
  | customer.segment | customer.turnover || rate |
  | gold, retail | - || 1 |
  | - | >= 0.00 EUR || customer.score |

table compared
  | group.net | line.weight || rate |
  | > customer.turnover | - || 1 |
  | <= customer.turnover | > customer.score, 1 || 2 |

define stepped : Money = 10 EUR from 2027-01-01 until 2027-06-30
  dated by price.date

define stepped : Money = line.list from 2027-07-01
  dated by price.date

define passing : Money = line.list from 2027-01-31 until 2027-06-30
  dated by invoice.tax-point
  because "only then"

table usual
  first match
  | customer.segment || line.price-factor | because |
  | gold || 0.9 | "gold" |
  | - || 1 | "all others" |

table exceptional
  overrides usual
  | customer.country | line.seats || line.price-factor |
  | CH | - || 1.1 |
  | BE | >= 10 seats || 0.8 |

define guarded : Money = line.list
  when customer.vip
"""
TARGETS = (
    "overlapping", "agreeing", "first", "single", "earliest", "undecided", "best.rank", "alike.rate", "compared.rate",
    "clashing.rate", "differing.rate", "stepped", "passing", "guarded", "line.price-factor", "increment.placement", "quote.approver",
    "dated-list.rate", "dated-list.other", "filed-rates.rate", "stair-price.price",
)  # fmt: skip
FILED = (("BE", "21%", "2026-01-01"), ("BE", "22%", "2027-02-01"), ("FR", "20%", "2020-01-01"), ("NL", "9%", "2028-01-01"))
