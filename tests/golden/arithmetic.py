"""The sums beside a golden case, worked out in fractions and without the engine: `round(93.73 * 3 * 12/31)`."""

from __future__ import annotations

import ast
from fractions import Fraction

OPERATORS = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
}


def work_out(text: str) -> Fraction:
    """The exact result of a sum of numbers, brackets, + - * / and `round`, which rounds to the cent, half away from zero."""
    return _of(ast.parse(text, mode="eval").body, text)


def _of(node: ast.expr, text: str) -> Fraction:
    match node:
        case ast.Constant() if type(node.value) in (int, float):
            return Fraction(ast.get_source_segment(text, node) or "")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_of(left, text), _of(right, text))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_of(operand, text)
        case ast.Call(func=ast.Name(id="round"), args=[one], keywords=[]):
            return _rounded(_of(one, text))
        case _:
            raise ValueError(f"{text!r}: only numbers, brackets, + - * / and round(…) make a sum, not {ast.unparse(node)}")


def _rounded(amount: Fraction) -> Fraction:
    """To the cent, half away from zero: counted up from the whole cents below, unlike the engine's quotient and remainder."""
    cents = abs(amount) * 100
    whole = cents.numerator // cents.denominator
    if cents - whole >= Fraction(1, 2):
        whole += 1
    return Fraction(whole, 100) if amount >= 0 else Fraction(-whole, 100)
