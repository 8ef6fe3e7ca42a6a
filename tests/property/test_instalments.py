"""Instalments add up to every line, none has the opposite sign, and none takes more than remains."""

from hypothesis import given
from hypothesis import strategies as st

from engine.money import Currency, Money
from engine.rulebook.shares import Share, read_share
from engine.stages.scheduling.instalments import plan_instalments

EUR = Currency.of("EUR")
cents = st.integers(-10_000_00, 10_000_00)


@st.composite
def whole_shares(draw: st.DrawFn) -> list[Share]:
    """Shares with a rest somewhere, or percentages that make 100."""
    count = draw(st.integers(1, 8))
    if draw(st.booleans()):
        edges = sorted(draw(st.lists(st.integers(1, 9_999), min_size=count - 1, max_size=count - 1, unique=True)))
        sizes = [after - before for before, after in zip([0, *edges], [*edges, 10_000], strict=True)]
        return [read_share(f"{size // 100}.{size % 100:02}%", EUR) for size in sizes]
    given = [
        read_share(f"{draw(st.integers(1, 100 // count))}%", EUR)
        if draw(st.booleans())
        else Share(amount=Money(draw(st.integers(1, 500_00)), EUR))
        for _ in range(count - 1)
    ]
    given.insert(draw(st.integers(0, len(given))), Share())
    return given


def spread(nets: list[int], shares: list[Share]) -> list[list[int]]:
    return [[part.minor for part in parts] for parts in plan_instalments([Money(net, EUR) for net in nets], shares)]


@given(st.lists(cents, min_size=1, max_size=6), whole_shares())
def test_instalments_add_up_line_by_line(nets: list[int], shares: list[Share]) -> None:
    assert [sum(parts) for parts in zip(*spread(nets, shares), strict=True)] == nets


@given(st.lists(cents, min_size=1, max_size=6), whole_shares())
def test_no_instalment_of_a_line_has_the_opposite_sign_or_exceeds_it(nets: list[int], shares: list[Share]) -> None:
    for parts in spread(nets, shares):
        for part, net in zip(parts, nets, strict=True):
            assert part * net >= 0
            assert abs(part) <= abs(net)


@given(st.lists(cents, min_size=1, max_size=6), whole_shares())
def test_a_credit_mirrors_what_was_billed(nets: list[int], shares: list[Share]) -> None:
    back = spread([-net for net in nets], shares)
    assert back == [[-part for part in parts] for parts in spread(nets, shares)]


@given(st.integers(1, 10_000_00), st.integers(1, 10_000_00))
def test_a_fixed_amount_is_met_where_the_lines_have_enough(net: int, amount: int) -> None:
    (first, _) = spread([net // 3, net - net // 3], [Share(amount=Money(amount, EUR)), Share()])
    assert sum(first) == min(amount, net)
