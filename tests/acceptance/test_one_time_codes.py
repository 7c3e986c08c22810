"""Short codes by mail and to a mobile number: made, verified once, guessed five times and no more."""

from __future__ import annotations

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actions import catalog
from actions.invocations import Attributes, Invocation
from actions.models import Run
from actions.outbox import send_due
from actions.rehearsal import rehearse
from entities import one_time_codes, second_factors
from entities.actors import GUEST
from entities.models import UserAccount
from entities.one_time_codes import Verdict
from entities.proofs import MobileNumber, OneTimeCode
from tests.acceptance.conftest import codes, failure
from tests.actions.outbox.conftest import sink

__all__ = ["sink"]

NUMBER = "+49 30 123456"
E164 = "+4930123456"
NOBODY_NAMED = "'email' or 'mobile' says whose code it is."
HEAD = """\
Name: perform
OnType: user_account
InstanceOptional: true
AdditionalInputs: true
Permission: {guest: [execute]}
Record: full
OutFields:
"""
STEP = "  - {{Type: {operation}, Method: EXECUTE, Reference: found, Attributes: {attributes}}}\n"
SAY = '  - {Type: answer, Method: ACTIONRESPONSE, Attributes: {value: "$found"}}\n'
WRITE = "  - {Type: usergroup, Method: POST, Attributes: {name: Written}}\n  - {Type: usergroup, Method: GET}\n"
FAIL = "  - Fail: {Status: 409, Message: No.}\n"


@pytest.fixture
def perform(define, post):
    """Perform one operation with what is sent, between other outcomes, and return the response."""

    def run(operation, sent, actor=None, *, before="", after=SAY, address=None):
        attributes = "{" + ", ".join(f'"{name}": "$attributes.{name}"' for name in sent) + "}"
        define(HEAD + before + STEP.format(operation=operation, attributes=attributes) + after)
        post.client.defaults["REMOTE_ADDR"] = address or "127.0.0.1"
        return post("user_account/perform", {"attributes": sent}, actor=actor)

    return run


@pytest.fixture
def generate(perform):
    """Make a code and return what the reference held."""

    def run(purpose="send", actor=None, **who):
        response = perform("otp.generate", {"purpose": purpose, **who}, actor)
        assert response.status_code == 200, response.content
        return response.json()[-1]["Attributes"]["value"]

    return run


@pytest.fixture
def verify(perform):
    """Verify a code and return the response."""

    def run(otp, purpose="login", actor=None, **who):
        options = {name: who.pop(name) for name in ("before", "after", "address") if name in who}
        return perform("otp.login.verify", {"otp": otp, "purpose": purpose, **who}, actor, **options)

    return run


def atomically(work, *arguments):
    """Do what belongs inside a transaction."""
    with transaction.atomic():
        return work(*arguments)


def wrong(code):
    """Return another code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def mailed_code(sink):
    """Send what waits, and return the code that the only mail has."""
    send_due()
    (received,) = sink.received
    (code,) = re.findall(r"^\d{6}\s*$", received.mail.get_content(), re.MULTILINE)
    return code.strip()


def refusal(response):
    """Return status and code of a failure."""
    return response.status_code, failure(response)["code"]


def test_a_code_signs_in_once(generate, verify, account):
    """Six digits for two minutes; the answer is that of jwt.token, and the second time it is 409."""
    issued = generate(email="ADA@example.org ")
    assert re.fullmatch(r"\d{6}", issued["otp"])
    assert (issued["to"], issued["name"]) == ("ada@example.org", "Ada")
    left = timezone.datetime.fromisoformat(issued["expires_at"]) - timezone.now()
    assert timedelta(seconds=110) < left <= timedelta(seconds=120)
    answer = verify(f" {issued['otp'][:3]} {issued['otp'][3:]}", email="ada@example.org")
    kinds = [entry["ResponseType"] for entry in answer.json()]
    assert kinds == ["client.store.set", "client.cookie.set", "client.notify", "client.redirect", "answer"]
    again = verify(issued["otp"], email="ada@example.org")
    assert refusal(again) == (409, "otp_replayed")
    assert codes(again) == [("otp", "code")]


def test_only_a_keyed_digest_is_kept(generate, account, settings):
    """Neither the code nor a digest that a million trials would find; an earlier key still verifies."""
    issued = generate(email="ada@example.org")
    (row,) = OneTimeCode.objects.values()
    assert sorted(row) == ["account_id", "created_at", "digest", "expires_at", "id", "purpose", "used_at"]
    assert re.fullmatch("[0-9a-f]{64}", row["digest"])
    assert row["digest"] != hashlib.sha256(issued["otp"].encode()).hexdigest()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [settings.SECRET_KEY]
    assert atomically(one_time_codes.verify, account, "login", issued["otp"]) is Verdict.VERIFIED
    OneTimeCode.objects.update(used_at=None)
    settings.SECRET_KEY_FALLBACKS = []
    assert atomically(one_time_codes.verify, account, "login", issued["otp"]) is Verdict.WRONG


def expire(account, code):
    OneTimeCode.objects.update(expires_at=timezone.now())


def replace(account, code):
    while atomically(one_time_codes.issue, account, "login").code == code:
        pass


def move(account, code):
    UserAccount.objects.update(email="other@example.org")


def deactivate(account, code):
    UserAccount.objects.update(is_active=False)


def sign_out(account, code):
    account.end_sessions()


def change_password(account, code):
    account.set_password("battery staple")
    account.save()


@pytest.mark.parametrize("event", [expire, replace, move, deactivate, sign_out, change_password])
def test_a_code_ends_with_what_it_stands_for(generate, verify, account, event):
    """Its time, a newer one, another address or password, the sessions: all answered as a wrong code is."""
    issued = generate(email="ada@example.org")
    event(account, issued["otp"])
    email = "other@example.org" if event is move else "ada@example.org"
    assert refusal(verify(issued["otp"], email=email)) == (401, "otp_failed")


@pytest.mark.parametrize(
    ("made_for", "used_for", "status"),
    [
        ("send", "login", 200),
        ("send", "password_reset", 401),
        ("password_reset", "login", 401),
        ("password_reset", "password_reset", 200),
        ("enrollment", "enrollment", 200),
        ("enrollment", "login", 401),
    ],
)
def test_a_code_is_good_for_its_purpose(generate, verify, account, made_for, used_for, status):
    """And for nothing else; what does not sign in gives the public row of the account."""
    issued = generate(made_for, email="ada@example.org")
    answer = verify(issued["otp"], used_for, email="ada@example.org")
    assert answer.status_code == status
    if status == 200 and used_for != "login":
        row = answer.json()[-1]["Attributes"]["value"]
        assert (row["reference_id"], "password" in row) == (str(account.pk), False)


def test_a_newer_code_of_another_purpose_ends_nothing(generate, verify, account):
    """Each purpose has its own latest code."""
    issued = generate(email="ada@example.org")
    generate("password_reset", email="ada@example.org")
    assert verify(issued["otp"], email="ada@example.org").status_code == 200


def test_a_wrong_code_an_unknown_account_and_no_code_have_one_answer(generate, verify, account):
    """Nothing in the answer tells them apart."""
    issued = generate(email="ada@example.org")
    answers = [
        verify(wrong(issued["otp"]), email="ada@example.org").content,
        verify("123456", email="nobody@example.org").content,
        verify("12345", email="ada@example.org").content,
        verify("x" * 5000, email="ada@example.org").content,
        verify("٣" * 6, email="ada@example.org").content,
    ]
    assert len(set(answers)) == 1
    assert generate(email="nobody@example.org").keys() == issued.keys()
    assert generate(email="nobody@example.org")["to"] is None


@pytest.mark.parametrize("operation", ["otp.generate", "otp.login.verify"])
def test_an_unknown_account_sends_the_database_the_same(define, post, account, operation, monkeypatch):
    """Statement for statement, for e-mails and for numbers; values aside, and what is done now and then."""
    monkeypatch.setattr("actions.runs.recording.pruning.step", lambda: None)
    atomically(one_time_codes.keep_number, account, E164)
    purpose = "purpose: send" if operation == "otp.generate" else 'purpose: login, otp: "000000"'
    known = {"email": "ada@example.org", "mobile": E164}
    for name, unknown in (("email", "nobody@example.org"), ("mobile", "+4930654321")):
        define(HEAD + STEP.format(operation=operation, attributes=f'{{{name}: "$attributes.{name}", {purpose}}}'))
        sent = []
        for value in (known[name], known[name], unknown):
            with CaptureQueriesContext(connection) as captured:
                post("user_account/perform", {"attributes": {name: value}})
            own = [item["sql"] for item in captured if "generation" not in item["sql"]]
            sent.append([re.sub(r"VALUES.*?(?= ON |$)|'[^']*'|\d+|NULL", "", sql) for sql in own])
        assert sent[1] == sent[2]
        assert len(sent[1]) > 3


def test_five_tries_and_no_more(generate, verify, account):
    """The sixth within 15 minutes is refused, also with the right code, from wherever; others go on."""
    issued = generate(email="ada@example.org")
    for number in range(5):
        answer = verify(wrong(issued["otp"]), email="Ada@Example.org", address=f"192.0.2.{number}")
        assert refusal(answer) == (401, "otp_failed")
    limited = verify(issued["otp"], email="ada@example.org", address="192.0.2.9")
    assert refusal(limited) == (429, "otp_rate_limited")
    assert 0 < int(limited.headers["Retry-After"]) <= 900
    assert refusal(verify("123456", email="nobody@example.org")) == (401, "otp_failed")


def test_fifty_tries_from_one_address(define, post):
    """Whosever codes are tried: the fifty-first is refused, and another address is not."""
    define(HEAD.replace("Record", "RateLimit: none\nRecord") + STEP.format(
        operation="otp.login.verify", attributes='{email: "$attributes.email", otp: "000000", purpose: login}'
    ))  # fmt: skip
    answers = [post("user_account/perform", {"attributes": {"email": f"a{n}@example.org"}}) for n in range(51)]
    assert [answer.status_code for answer in answers] == [401] * 50 + [429]
    post.client.defaults["REMOTE_ADDR"] = "192.0.2.1"
    assert post("user_account/perform", {"attributes": {"email": "b@example.org"}}).status_code == 401


@pytest.mark.parametrize(("before", "after"), [("", FAIL), (WRITE, SAY), (WRITE, FAIL)], ids=["fails", "wrote", "both"])
def test_what_the_run_undoes_is_counted(generate, verify, account, before, after):
    """Each try counts once: where the run fails afterwards, where it wrote before, and where it did both."""
    issued = generate(email="ada@example.org")
    for _ in range(5):
        answer = verify(wrong(issued["otp"]), email="ada@example.org", before=before, after=after)
        assert refusal(answer) == (401, "otp_failed")
    assert refusal(verify(issued["otp"], email="ada@example.org", before=before)) == (429, "otp_rate_limited")


def test_a_run_that_fails_leaves_the_code(generate, verify, account):
    """Using it up is part of the transaction; the tries stay counted."""
    issued = generate(email="ada@example.org")
    for _ in range(4):
        assert verify(issued["otp"], email="ada@example.org", after=FAIL).status_code == 409
    assert verify(issued["otp"], email="ada@example.org", before=WRITE).status_code == 200
    assert refusal(verify(issued["otp"], email="ada@example.org")) == (429, "otp_rate_limited")


def test_a_loop_guesses_no_faster(define, post, account):
    """Every guess of one run counts, though the run begins again for each; rows of the undone attempts are gone."""
    code = atomically(one_time_codes.issue, account, "login").code
    guesses = ", ".join(f'"{(int(code) + step) % 1_000_000:06}"' for step in range(1, 8))
    define(
        HEAD
        + WRITE
        + f"  - ForEach: '![{guesses}]'\n    Type: otp.login.verify\n    Method: EXECUTE\n    ContinueOnError: true\n"
        "    Attributes: {otp: ~item, email: ada@example.org, purpose: login}\n"
        "  - {Type: otp.login.verify, Method: EXECUTE, Attributes: {otp: ~attributes.otp, email: ada@example.org, "
        "purpose: login}}\n"
    )
    for _ in range(3):
        post("user_account/perform", {"attributes": {"otp": "000000"}})
    assert refusal(post("user_account/perform", {"attributes": {"otp": code}})) == (429, "otp_rate_limited")


def test_a_dry_run_guesses_no_faster(define, account):
    """What a dry run undoes, its tries are not."""
    code = atomically(one_time_codes.issue, account, "login").code
    define(HEAD + WRITE + STEP.format(
        operation="otp.login.verify", attributes='{otp: "$attributes.otp", email: ada@example.org, purpose: login}'
    ))  # fmt: skip
    served = catalog.find("user_account", "perform")
    found = [
        rehearse(served, Invocation("user_account", "perform", GUEST, Attributes({"otp": guess}))).code
        for guess in [wrong(code)] * 5 + [code]
    ]
    assert found == ["otp_failed"] * 5 + ["otp_rate_limited"]
    assert OneTimeCode.objects.get().used_at is None


def test_an_action_within_an_action_is_counted(define, post, account):
    """With the address of who called the outer one."""
    define(HEAD.replace("perform", "inner") + STEP.format(
        operation="otp.login.verify", attributes='{otp: "000000", email: ada@example.org, purpose: login}'
    ))  # fmt: skip
    define(HEAD + WRITE + STEP.format(operation="action.invoke", attributes="{type: user_account, name: inner}"))
    answers = [post("user_account/perform", {}).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]


def test_one_of_many_at_once_wins(account):
    """Verified by one, used already for the others, whoever comes first."""
    code = atomically(one_time_codes.issue, account, "login").code

    def attempt(_):
        try:
            return atomically(one_time_codes.verify, account, "login", code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(attempt, range(6)))
    assert sorted(verdict.value for verdict in found) == ["replayed"] * 5 + ["verified"]


def test_a_second_factor_is_asked_for(generate, verify, account):
    """A code by mail takes the place of the password alone; the mailed code works again once the other one is there."""
    made = atomically(second_factors.enroll, account, "Shop")
    second_factors.confirm(account.pk, pyotp.TOTP(made.secret).at(timezone.now() - timedelta(seconds=30)))
    issued = generate(email="ada@example.org")
    assert refusal(verify(issued["otp"], email="ada@example.org")) == (401, "second_factor_required")
    assert refusal(verify(issued["otp"], email="ada@example.org", code="x")) == (401, "second_factor_failed")
    assert verify(issued["otp"], email="ada@example.org", code=made.recovery_codes[0]).status_code == 200


def test_a_number_is_enrolled_and_signs_in(generate, verify, account):
    """The code for a number verifies that number, as whatever it is written; then codes can be sent to it."""
    assert generate(mobile=NUMBER)["to"] is None
    issued = generate("enrollment", account, mobile=NUMBER)
    assert (issued["to"], issued["name"]) == (E164, "Ada")
    assert refusal(verify(issued["otp"], "enrollment", account, mobile="+4930654321")) == (401, "otp_failed")
    assert not MobileNumber.objects.exists()
    assert verify(issued["otp"], "enrollment", account, mobile="+49-30/123456").status_code == 200
    assert MobileNumber.objects.values_list("number", "account").get() == (E164, account.pk)
    sent = generate(mobile=NUMBER)
    assert (sent["to"], sent["name"]) == (E164, "Ada")
    assert verify(sent["otp"], mobile=E164).json()[0]["ResponseType"] == "client.store.set"


def test_a_number_is_of_who_showed_it_last(generate, verify, account, administrator):
    """And an account has one: a second one takes the place of the first."""
    for owner, number in ((account, E164), (account, "+4930654321"), (administrator, "+4930654321")):
        issued = generate("enrollment", owner, mobile=number)
        assert verify(issued["otp"], "enrollment", owner, mobile=number).status_code == 200
    assert MobileNumber.objects.values_list("number", "account").get() == ("+4930654321", administrator.pk)


def test_a_guest_enrolls_nothing(generate, verify):
    """Without an e-mail the account is that of who acts: of a guest nobody's."""
    issued = generate("enrollment", mobile=NUMBER)
    assert issued["to"] is None
    assert refusal(verify(issued["otp"], "enrollment", mobile=NUMBER)) == (401, "otp_failed")


def test_both_must_be_of_one_account(generate, verify, account, administrator):
    """An e-mail and somebody else's number are nobody."""
    atomically(one_time_codes.keep_number, account, E164)
    assert generate(email="root@example.org", mobile=E164)["to"] is None
    issued = generate(email="ada@example.org", mobile=E164)
    assert issued["to"] == E164
    assert refusal(verify(issued["otp"], email="root@example.org", mobile=E164)) == (401, "otp_failed")
    assert verify(issued["otp"], email="ada@example.org", mobile=E164).status_code == 200


def test_a_number_goes_with_its_account(account):
    """Of an account that is gone nothing stays; of an inactive one nothing is found."""
    atomically(one_time_codes.keep_number, account, E164)
    atomically(one_time_codes.issue, account, "login")
    UserAccount.objects.update(is_active=False)
    assert one_time_codes.account_by_number(E164) is None
    account.delete()
    assert not MobileNumber.objects.exists()
    assert not OneTimeCode.objects.exists()


@pytest.mark.parametrize(
    ("operation", "sent", "message"),
    [
        ("otp.generate", {"purpose": "send"}, NOBODY_NAMED),
        ("otp.generate", {"purpose": "send", "email": " ", "mobile": None}, NOBODY_NAMED),
        (
            "otp.generate",
            {"purpose": "login", "email": "a@b.org"},
            "'purpose' is one of enrollment, send, password_reset.",
        ),
        ("otp.generate", {"purpose": 7, "email": "a@b.org"}, "'purpose' must be a text, not a number."),
        (
            "otp.login.verify",
            {"purpose": "send", "email": "a@b.org", "otp": "1"},
            "'purpose' is one of login, enrollment, password_reset.",
        ),
        (
            "otp.login.verify",
            {"purpose": "login", "email": "a@b.org", "otp": 123456},
            "'otp' must be a text, not a number.",
        ),
    ],
    ids=str,
)
def test_arguments_of_another_kind_are_refused(perform, operation, sent, message):
    """Whatever an expression gives, the answer says what was wanted."""
    response = perform(operation, sent)
    assert (response.status_code, failure(response)["code"]) == (422, "invalid_outcome")
    assert failure(response)["message"] == message


@pytest.mark.parametrize("mobile", ["030123456", "+49", "+4930123456;ext=7", "+" + "1" * 50, "tel:+4930123456", "x"])
def test_a_number_has_its_country_code(perform, mobile):
    """Anything that is no number is refused before it costs a statement."""
    response = perform("otp.generate", {"purpose": "send", "mobile": mobile})
    assert failure(response)["message"] == "'mobile' is a number with its country code, such as +4930123456."


@pytest.mark.parametrize(("length", "found"), [(40, E164), (41, None)])
def test_a_number_is_written_in_at_most_forty_characters(length, found):
    """With all its spaces."""
    assert one_time_codes.read_number(f"+4930{' ' * (length - 11)}123456") == found


def test_expired_codes_are_removed_by_the_way(account):
    """Those of nobody too, which are all new rows."""
    for _ in range(3):
        atomically(one_time_codes.issue, None, "login")
    assert OneTimeCode.objects.count() == 3
    OneTimeCode.objects.update(expires_at=timezone.now())
    atomically(one_time_codes.issue, account, "login")
    assert OneTimeCode.objects.count() == 1


def test_no_run_shows_a_code(define, post, account):
    """The trace of a full record has neither the code nor what is computed from it."""
    define(HEAD + STEP.format(operation="otp.generate", attributes="{email: ada@example.org, purpose: send}") + SAY)
    code = post("user_account/perform", {}).json()[-1]["Attributes"]["value"]["otp"]
    assert code not in Run.objects.get().trace


def test_the_shipped_examples_lead_to_a_new_password(examples, post, account, sink):
    """The code comes by mail, is typed in with a new password, and that signs in."""
    assert post("user_account/request-password-code", {"email": "ada@example.org"}).status_code == 200
    code = mailed_code(sink)
    new = {"password": "tulip window", "passwordConfirm": "tulip window"}
    sent = {"email": "ada@example.org", "otp": code, **new}
    assert post("user_account/reset-password-verify", sent).status_code == 200
    assert post("user_account/signin", {"email": "ada@example.org", "password": "tulip window"}).status_code == 200


def test_the_shipped_examples_sign_in_by_mail(examples, post, account, sink):
    """The code comes by mail and gives a token."""
    assert post("user_account/send_otp", {"email": "ada@example.org"}).status_code == 200
    code = mailed_code(sink)
    answer = post("user_account/verify_otp", {"email": "ada@example.org", "otp": code})
    assert answer.json()[0]["Attributes"]["key"] == "token"


@pytest.mark.parametrize("before", ["", WRITE], ids=["first", "wrote"])
def test_guesses_at_once_are_five(define, post, account, before):
    """Twelve requests together, each of which may have written before it guesses: five are judged."""
    step = STEP.format(operation="otp.login.verify", attributes='{email: ada@example.org, otp: "", purpose: login}')
    define(HEAD + before + step)

    def guess(_):
        try:
            return post("user_account/perform", {}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(guess, range(12)))
    assert sorted(found) == [401] * 5 + [429] * 7
