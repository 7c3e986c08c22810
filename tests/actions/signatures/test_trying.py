"""A key of one's own signs for PayPal's sandbox, and for nothing else."""

from __future__ import annotations

import pytest

from actions.signatures.base import Message, Outside, SignedRequest, SigningKey
from actions.signatures.certificates import PayPalCertificates
from actions.signatures.errors import BadSignature, Cause
from actions.signatures.registry import all_schemes
from actions.signatures.trying import TEST_ADDRESS, WithTestKey
from tests.actions.signatures.paypal import BODY, URL, Authority, Sender, private_pem, public_pem
from tests.actions.signatures.receivers import NOW, with_body

WEBHOOK_ID = "1JE4291016473214C"


def signed(key: str = "own", address: str = TEST_ADDRESS) -> SignedRequest:
    """Return a request as the command signs it."""
    paypal = all_schemes()["paypal"]
    outside = Outside(NOW, signing_key=SigningKey(private_pem(key), address))
    return paypal.sign(Message(BODY, "t-1"), WEBHOOK_ID, paypal.configure({}), outside)


def verify(request: SignedRequest, *, sandbox: bool = True) -> str:
    """Return the id of the event, where the key named "own" is trusted."""
    paypal = all_schemes()["paypal"]
    trusted = WithTestKey(Authority().certificates(), public_pem("own"))
    options = paypal.configure({"Sandbox": sandbox})
    return paypal.verify(request, [WEBHOOK_ID], options, Outside(NOW, trusted))[0].event_id


def test_the_sandbox_takes_it() -> None:
    """Body, id and time are signed as PayPal signs them."""
    assert verify(signed()) == "WH-1"


@pytest.mark.parametrize(
    ("request_", "sandbox", "cause"),
    [
        pytest.param(signed(), False, Cause.CERTIFICATE_UNTRUSTED, id="real money"),
        pytest.param(signed("other"), True, Cause.NO_MATCH, id="another key"),
        pytest.param(with_body(signed(), BODY + b" "), True, Cause.NO_MATCH, id="another body"),
        pytest.param(signed(address=URL.replace("api.", "api.sandbox.")), True, None, id="another address"),
        pytest.param(signed(address=TEST_ADDRESS + "x"), True, None, id="nearly the address"),
    ],
)
def test_nothing_else_is_taken(request_: SignedRequest, sandbox: bool, cause: Cause | None) -> None:
    """Not for real money, not by others, not from another address, where certificates are checked as ever."""
    with pytest.raises(BadSignature) as caught:
        verify(request_, sandbox=sandbox)
    assert caught.value.cause in ((cause,) if cause else (Cause.CERTIFICATE_UNTRUSTED, Cause.NO_MATCH))


def test_a_machine_that_trusts_nobody_takes_nothing() -> None:
    """One without the authorities' certificates refuses PayPal as it refuses everybody."""
    paypal = all_schemes()["paypal"]
    outside = Outside(NOW, PayPalCertificates(lambda url: Authority().issue(), []))
    with pytest.raises(BadSignature) as caught:
        paypal.verify(Sender(WEBHOOK_ID).send(), [WEBHOOK_ID], paypal.configure({}), outside)
    assert caught.value.cause is Cause.CERTIFICATE_UNTRUSTED


def test_paypal_itself_still_counts() -> None:
    """The key is one more, not another."""
    assert verify(Sender(WEBHOOK_ID).send(), sandbox=False) == "WH-1"
