"""What a register of VAT numbers must answer: the local VIES does. And answers that no register should give are no answers at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from api.delivery.limited_requests import Address
from api.delivery.vat_registers.local_vies import TEST_FAULTS, LocalVies, local_vies
from api.delivery.vat_registers.vat_register import VatRegister
from api.delivery.vat_registers.vies import Vies, vies
from engine.problems import Refusal
from tests.contract.test_access_point import ANSWERS, answering

OURS, NUMBER = "BE 0999.945.779", "LU12345613"


@pytest.fixture
def served() -> Iterator[LocalVies]:
    """A local VIES."""
    with local_vies() as register:
        yield register


@pytest.fixture
def port(served: LocalVies) -> VatRegister:
    """The same through the port; another adapter is put to the same tests."""
    return vies(served.url, OURS)


def test_a_number_is_valid_or_not_and_the_question_is_on_record(served: LocalVies, port: VatRegister) -> None:
    served.names[NUMBER] = ("OPTIK ESCH\nSARL", "1, RUE\nL-4001 ESCH")
    answer = port.ask("LU 123.456-13")
    assert (answer.result, answer.consultation, answer.requester) == ("valid", "WAPIAAAA000001", "BE0999945779")
    assert (answer.name, answer.address, answer.because) == ("OPTIK ESCH SARL", "1, RUE L-4001 ESCH", None)
    assert served.questions == [
        {"countryCode": "LU", "vatNumber": "12345613", "requesterMemberStateCode": "BE", "requesterNumber": "0999945779"}
    ]
    served.invalid.add(NUMBER)
    invalid = port.ask(NUMBER)
    assert (invalid.result, invalid.consultation, invalid.name) == ("invalid", "WAPIAAAA000002", None)


def test_a_seller_outside_the_union_gets_no_consultation_number(served: LocalVies) -> None:
    answer = vies(served.url, "CHE123456788MWST").ask(NUMBER)
    assert (answer.result, answer.consultation, answer.requester) == ("valid", None, None)


@pytest.mark.parametrize("number", TEST_FAULTS)
def test_the_faults_of_the_test_service_are_no_answers(served: LocalVies, port: VatRegister, number: str) -> None:
    answer = port.ask(f"LU{number}")
    assert answer.result == "unknown"
    assert str(answer.because) == f"VIES answers {TEST_FAULTS[number]}"
    assert [answer.is_busy, answer.is_state_down, answer.is_down] == [
        number in ("500", "501", "600", "601"),
        number in ("301", "600", "601"),
        number in ("202", "300", "302", "400", "401"),
    ]
    assert [port.ask("LU100").result, port.ask("LU200").result] == ["valid", "invalid"]


def test_which_states_it_has(port: VatRegister) -> None:
    assert [port.has(each) for each in ("BE0999945779", "EL094259216", "XI123456782", "CHE123456788", "GB123456782", "")] == [
        *(True, True, True),
        *(False, False, False),
    ]


def reply(tree: object) -> bytes:
    """An answer with status 200."""
    content = json.dumps(tree).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(content), content)


HOSTILE = ANSWERS | {
    "valid beside a fault": reply({"valid": True, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}),
    "not valid beside a fault": reply({"valid": False, "userError": "MS_MAX_CONCURRENT_REQ"}),
    "a fault without a name": reply({"valid": True, "errorWrappers": [7]}),
    "wrappers of another type": reply({"valid": True, "errorWrappers": {"error": "x"}}),
    "not done": reply({"valid": True, "actionSucceed": False}),
    "valid as a text": reply({"valid": "true"}),
    "valid as a number": reply({"valid": 1}),
    "nothing about valid": reply({"name": "X"}),
    "another number": reply({"valid": True, "countryCode": "LU", "vatNumber": "99999999"}),
    "huge": b"HTTP/1.1 200 OK\r\nContent-Length: 6000000\r\n\r\n" + b'{"valid": true, "name": "' + b"x" * 6_000_000,
    "a redirect with an answer": b'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 15\r\n\r\n{"valid": true}',
    "a fault of the server": b'HTTP/1.1 500 No\r\nContent-Length: 15\r\n\r\n{"valid": true}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_answer_that_nobody_should_give_is_unknown(name: str) -> None:
    with answering(HOSTILE[name]) as url:
        answer = replace(vies(url, OURS), seconds=0.3).ask(NUMBER)
    assert (answer.result, answer.consultation, answer.name) == ("unknown", None, None)
    assert answer.because
    assert len(answer.because) < 500


def test_a_clear_word_of_its_own_kind_is_an_answer() -> None:
    """`userError` says VALID or INVALID where there is no fault."""
    for tree, result in (({"valid": True, "userError": "VALID"}, "valid"), ({"valid": False, "userError": "INVALID"}, "invalid")):
        with answering(reply(tree)) as url:
            assert vies(url, OURS).ask(NUMBER).result == result


def test_the_address_of_vies() -> None:
    address = Address("https", "ec.europa.eu", 443, "/taxation_customs/vies/rest-api")
    assert vies("https://ec.europa.eu/taxation_customs/vies/rest-api/", OURS) == Vies(address, OURS)
    for url in ("http://ec.europa.eu", "ec.europa.eu", "https://", None, ""):
        with pytest.raises(Refusal, match=r"VIES|register"):
            vies(url, OURS)
