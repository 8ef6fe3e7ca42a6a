"""What rows of one order may contradict: its customer, type, numbers, terms and days."""

from __future__ import annotations

from engine.problems import Kind

TWO_CUSTOMERS = Kind(
    "two-customers", "the order `{order}` is one of customer {first} already", "give the orders of each customer ids of their own"
)
TWO_TYPES = Kind("two-types", "the order `{order}` is a {type} order already", "give each order its own id")
TWO_PURCHASE_ORDERS = Kind(
    "two-purchase-orders", "the rows of this order name the purchase orders `{first}` and `{second}`", "give them `order` ids of their own"
)
TWO_TERMS = Kind(
    "two-payment-terms", "the rows of this order name the payment terms `{first}` and `{second}`", "give them `order` ids of their own"
)
TWO_REFERENCES = Kind(
    "two-buyer-references", "the rows of this order name the references `{first}` and `{second}`", "give them `order` ids of their own"
)
TWO_DELIVERIES = Kind(
    "two-deliveries", "the rows of this order name the delivery addresses `{first}` and `{second}`", "give them `order` ids of their own"
)
TWO_CUT_OVERS = Kind(
    "two-cut-overs",
    "the rows of this order are invoiced elsewhere until {first} and until {second}",
    "give them `order` ids of their own, or write the same day in each",
)
TWO_SIGNATURES = Kind(
    "two-signatures",
    "the rows of this order name the signatures {first} and {second}",
    "an order is signed once: give them `order` ids of their own",
)
SAME_ROW = Kind("row-twice", "this row says the same as line {line}", "delete it, unless both are meant: each is an item", "advice")
WRONG_FILE = Kind(
    "wrong-order-type", "`{product}` is a product of {type} orders", "move the row to {file}, or name a product of {wanted} orders"
)
ENDS_BEFORE = Kind("ends-before", "it ends on {end}, before it is activated", "write the last day that is served")
