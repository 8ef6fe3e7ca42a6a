"""Asks a register about the VAT numbers of customers, one after the other, and records its answers; what it cannot answer is left."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from api.delivery.vat_registers.vat_register import RegisterAnswer, VatRegister
from api.desk.customer_changes import record_answer
from api.desk.desk import Desk
from api.store.sales_records import VatAnswer, VatCheck
from engine.documents.party import Customer
from engine.phrases import phrase

PAUSES: Final = (0.5, 1.0, 2.0)
"""After how many seconds a busy register is asked again."""
_DOWN_AT_MOST: Final = 2
"""After so many questions without an answer, one after the other, the rest is not asked."""
SKIPPED: Final = phrase("not asked: the register gives no answers now")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """A customer and what the register answered about its number."""

    customer: Customer
    answer: RegisterAnswer

    @property
    def result(self) -> VatAnswer:
        """The answer."""
        return self.answer.result


def enquire(
    desk: Desk,
    register: VatRegister,
    some: Iterable[Customer],
    *,
    is_recorded: bool = True,
    pauses: Sequence[float] = PAUSES,
) -> Iterator[Enquiry]:
    """Asks about the numbers of customers. No answer changes nothing: an earlier one serves for its days.

    Where a state or the whole register gives no answers, the rest of it is not asked, and nothing is recorded of that.
    """
    down, states = 0, set[str]()
    for one in some:
        number = one.vat_number or ""
        if down >= _DOWN_AT_MOST or number[:2] in states:
            yield Enquiry(customer=one, answer=RegisterAnswer(result="unknown", because=SKIPPED))
            continue
        answer = _patiently(register, number, pauses)
        down = down + 1 if answer.is_down else 0
        if answer.is_state_down and not answer.is_busy:
            states.add(number[:2])
        if is_recorded:
            record_answer(desk, one.id, _evidence(desk, register, number, answer))
        yield Enquiry(customer=one, answer=answer)


def _patiently(register: VatRegister, number: str, pauses: Sequence[float]) -> RegisterAnswer:
    """The answer; a busy register is asked a few times."""
    answer = register.ask(number)
    for pause in pauses:
        if not answer.is_busy:
            break
        time.sleep(pause)
        answer = register.ask(number)
    return answer


def _evidence(desk: Desk, register: VatRegister, number: str, answer: RegisterAnswer) -> VatCheck:
    return VatCheck(
        vat_number=number,
        checked_on=desk.today,
        result=answer.result,
        consultation=answer.consultation,
        checked_by=register.name,
        source=register.name,
        requester=answer.requester,
        name=answer.name,
        address=answer.address,
        because=answer.because,
    )
