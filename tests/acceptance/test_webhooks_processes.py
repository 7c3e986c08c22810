"""Receivers over a server of two processes: S01 to S06, S08, S10 and S11, many at once, and processes that die."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest
import standardwebhooks
import stripe
import svix.webhooks

from actions.signatures import shipped as _shipped  # noqa: F401
from actions.signatures.base import Message, Outside
from actions.signatures.registry import find
from tests.servers import CHECKOUT, new_home

STRIPE, SHARED, OTHER = "whsec_stripe", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "the second secret"
ADYEN = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
GENERIC = {"Header": "X-Sig", "EventId": "body:id", "Signed": "{timestamp}.{body}", "TimestampHeader": "X-Time"}
SCHEMES = {
    "stripe": (STRIPE, {}),
    "standard": (SHARED, {}),
    "github": (STRIPE, {}),
    "razorpay": (STRIPE, {}),
    "paddle": (STRIPE, {}),
    "adyen": (ADYEN, {}),
    "shopify": (STRIPE, {}),
    "square": (STRIPE, {"Url": "https://example.com/hook"}),
    "mollie": (STRIPE, {}),
    "hmac": (STRIPE, GENERIC),
}
SECRETS = {"stripe_key": STRIPE, "standard_key": SHARED, "adyen_key": ADYEN}
ADD = "{Type: todo, Method: POST, Attributes: {title: ~event.id}}"
NEEDS = """\
  - {Type: project, Method: GET, Reference: found, Attributes: {query: [{column: name, operator: is, value: go}]}}
  - {Condition: "!found.length == 0", Fail: {Status: 500, Message: Internal matters.}}
"""
SETTING = "from actions.secrets.changing import Content, set_secret\n" + "".join(
    f"set_secret({name!r}, Content.of_text({value!r}))\n" for name, value in SECRETS.items()
)
LISTENING = """
import contextlib, io, json, sys, traceback
import django
django.setup()
for line in sys.stdin:
    out, error = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(out):
            exec(json.loads(line), {})
    except Exception:
        error = traceback.format_exc()
    print(json.dumps([out.getvalue(), error]), flush=True)
"""
DYING = """
import os, signal
from django.test import Client
from actions import running
from actions.webhooks import receiving

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

run_plan = running.run_plan

def run_and_die(*arguments):
    run_plan(*arguments)
    arguments[1].unit.flush()
    die()

{point}
print(Client(SERVER_NAME="localhost").post(
    "/webhook/todo/{name}", {body!r}, content_type="application/json", headers={headers!r}
).status_code, flush=True)
"""


def receiver(name, scheme, key, options, more="", before=""):
    """Return a receiver that adds a todo with the id of its event as title."""
    given = "".join(f", {option}: '{value}'" for option, value in options.items())
    webhook = f"{{Verify: {scheme}, Secret: {key}{given}{more}}}"
    return f"---\nName: {name}\nOnType: todo\nWebhook: {webhook}\nOutFields:\n{before}  - {ADD}\n"


def documents():
    """Return one receiver for each scheme, and some more."""
    keys = {STRIPE: "stripe_key", SHARED: "standard_key", ADYEN: "adyen_key"}
    made = [receiver(name, name, keys[secret], options) for name, (secret, options) in SCHEMES.items()]
    made.append(receiver("needing", "stripe", "stripe_key", {}, before=NEEDS))
    made.append(receiver("stored", "stripe", "stripe_key", {}, more=", Ack: stored"))
    made.append(receiver("rotating", "mollie", "rotating_key", {}))
    return "".join(made)


class Inside:
    """An installation, and a process in it that runs code: quicker than a new one each time."""

    def __init__(self, home):
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-c", LISTENING],
            cwd=home.folder, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**home.environment, "DJANGO_SETTINGS_MODULE": "project.settings", "PYTHONPATH": str(CHECKOUT)},
        )  # fmt: skip

    def run(self, code):
        """Run code and return what it printed."""
        self.process.stdin.write(json.dumps(code) + "\n")
        self.process.stdin.flush()
        printed, error = json.loads(self.process.stdout.readline())
        assert not error, error
        return printed

    def close(self):
        """End the process."""
        self.process.communicate(timeout=30)


def shell(inside, code):
    """Run code in the installation and return what it printed."""
    return inside.run(code)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server of two processes with these receivers, whose secrets are set while it runs."""
    with new_home(tmp_path_factory.mktemp("receivers")) as home:
        folder = home.folder / "mine"
        folder.mkdir()
        mine = home.with_settings(ACTIONS_PATH="mine")
        with mine.start("--workers", "2") as server:
            inside = Inside(mine)
            shell(inside, SETTING + "set_secret('rotating_key', Content.of_text('first'))")
            (folder / "receivers.yaml").write_text(documents(), encoding="utf-8")
            until = time.monotonic() + 30
            with server.client() as client:
                while client.get("/webhook/todo/rotating").status_code != 405 and time.monotonic() < until:
                    time.sleep(0.1)
            yield inside, server
            inside.close()


def event(name):
    """Return the body of an event: text that is not ASCII, odd spacing."""
    return f'{{"id": "{name}",\t"type":"payment.paid", "event_id":"{name}" ,"note":"café ☕"}}\n'.encode()


def sign(scheme, body, secret=None, age=0.0, event_id="e1"):
    """Return the headers that our own signer makes."""
    known, options = SCHEMES[scheme]
    plugin = find(scheme)
    made = plugin.sign(
        Message(body, event_id, "payment.paid"), secret or known, plugin.configure(options), Outside(time.time() - age)
    )
    return dict(made.headers)


def post(server, name, body, headers):
    """Send one request."""
    return server.post(f"/webhook/todo/{name}", content=body, headers={"content-type": "application/json", **headers})


def effects(home, name):
    """Return how many todos an event has made."""
    return int(
        shell(home, f"from entities.examples.models import Todo; print(Todo.objects.filter(title={name!r}).count())")
    )


def stored_body(home, name):
    """Return the body of the delivery of an event, as it is on disk."""
    code = f"from actions.models import Delivery; print(bytes(Delivery.objects.get(event_id={name!r}).body).hex())"
    return bytes.fromhex(shell(home, code).strip())


def by_stripe(body):
    """Sign with Stripe's library."""
    now = int(time.time())
    digest = stripe.WebhookSignature._compute_signature(f"{now}.{body.decode()}", STRIPE)
    return {"stripe-signature": f"t={now},v1={digest}"}


def by_standard(library):
    """Sign with a library of Standard Webhooks."""

    def sign_it(body):
        now = datetime.now(UTC)
        signature = library.sign("msg_" + body.decode()[8:20].strip('",\t '), now, body.decode())
        return {
            "webhook-id": "msg_" + body.decode()[8:20].strip('",\t '),
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }

    return sign_it


@pytest.mark.parametrize("scheme", SCHEMES)
def test_s01_s02_a_signed_request_counts_byte_for_byte(served, scheme):
    """2xx, one effect, the same bytes on disk; a byte more or the same data written anew: 401 and nothing."""
    home, server = served
    name = f"s01-{scheme}"
    body = event(name)
    headers = sign(scheme, body, event_id=name)
    refused = [post(server, scheme, other, headers) for other in (body + b" ", json.dumps(json.loads(body)).encode())]
    assert [answer.status_code for answer in refused] == [401, 401]
    assert refused[0].content == refused[1].content
    assert effects(home, name) == 0
    answers = [post(server, scheme, body, headers) for _ in range(3)]
    assert [answer.json()["status"] for answer in answers] == ["processed", "duplicate", "duplicate"]
    assert len({answer.json()["delivery"] for answer in answers}) == 1
    assert effects(home, name) == 1
    assert stored_body(home, name) == body


@pytest.mark.parametrize(
    ("scheme", "signer"),
    [
        pytest.param("stripe", by_stripe, id="stripe"),
        pytest.param("standard", by_standard(standardwebhooks.Webhook(SHARED)), id="standardwebhooks"),
        pytest.param("standard", by_standard(svix.webhooks.Webhook(SHARED)), id="svix"),
    ],
)
def test_s01_the_providers_own_libraries(served, scheme, signer, request):
    """What they sign is taken."""
    home, server = served
    name = f"own-{request.node.callspec.id}"
    answer = post(server, scheme, event(name), signer(event(name)))
    assert (answer.status_code, effects(home, name)) == (200, 1)


@pytest.mark.parametrize(
    ("scheme", "age"),
    [("stripe", 301), ("stripe", -305), ("standard", 301), ("standard", -305), ("paddle", 6), ("hmac", 301)],
)
def test_s03_an_old_request_is_refused(served, scheme, age):
    """So is one from the future."""
    _, server = served
    body = event(f"s03-{scheme}{age}")
    assert post(server, scheme, body, sign(scheme, body, age=age)).status_code == 401


def test_s04_without_a_secret_nothing_is_saved_and_nothing_taken(served):
    """The file is refused at its place; a key of no bytes signs nothing."""
    home, server = served
    (home.home.folder / "unset.yaml").write_text(receiver("unset", "github", "no_such_key", {}), encoding="utf-8")
    done = home.home.run("load_actions", "unset.yaml")
    assert done.returncode == 1
    assert "ACT253" in done.stdout + done.stderr
    assert post(server, "unset", b"{}", {}).status_code == 404


def test_s05_rotation_and_a_header_sent_twice(served):
    """Old and new are good until the old one's end; Mollie sends both signatures."""
    home, server = served
    rotate = "from datetime import timedelta\nfrom actions.secrets.changing import Content, rotate_secret\n"
    shell(home, rotate + "rotate_secret('rotating_key', Content.of_text('second'), timedelta(hours=1))")
    time.sleep(1)
    plugin = find("mollie")

    def signature(body, secret):
        made = plugin.sign(Message(body), secret, plugin.configure({}), Outside(time.time()))
        return made.headers["x-mollie-signature"]

    for secret in ("first", "second"):
        body = event(f"s05-{secret}")
        assert post(server, "rotating", body, {"x-mollie-signature": signature(body, secret)}).status_code == 200
    body = event("s05-twice")
    twice = [
        ("content-type", "application/json"),
        *(("x-mollie-signature", signature(body, key)) for key in (OTHER, "second")),
    ]
    with httpx.Client(base_url=server.url) as client:
        assert client.post("/webhook/todo/rotating", content=body, headers=twice).status_code == 200
    end = "from actions.models import SecretVersion, SecretGeneration\nfrom django.utils import timezone\n"
    shell(
        home,
        f"{end}SecretVersion.objects.filter(ends_at__isnull=False).update(ends_at=timezone.now())\n"
        "SecretGeneration.advance()",
    )
    time.sleep(1)
    body = event("s05-over")
    assert post(server, "rotating", body, {"x-mollie-signature": signature(body, "first")}).status_code == 401


def test_s06_weaker_signatures_are_refused(served):
    """An older version, no prefix, no header, an empty one."""
    _, server = served
    body = event("s06")
    github, paid = sign("github", body)["x-hub-signature-256"], sign("stripe", body)["stripe-signature"]
    weak = [
        ("github", {"x-hub-signature": "sha1=" + "0" * 40}),
        ("github", {"x-hub-signature-256": github.removeprefix("sha256=")}),
        ("github", {"x-hub-signature-256": ""}),
        ("github", {}),
        ("stripe", {"stripe-signature": paid.replace("v1=", "v0=")}),
        ("stripe", {"stripe-signature": ""}),
        ("stripe", {}),
    ]
    answers = [post(server, name, body, headers) for name, headers in weak]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


def test_s08_s11_an_event_is_known_for_days(served):
    """Freshly signed two seconds and seventy-one hours later: 2xx, the first delivery is named, no second effect."""
    home, server = served
    body = event("s08")
    first = post(server, "stripe", body, sign("stripe", body)).json()["delivery"]
    back = "from datetime import timedelta\nfrom django.db.models import F\nfrom actions.models import Delivery\n"
    for hours in (0, 71, 35 * 24 - 72):
        age = f"received_at=F('received_at') - timedelta(hours={hours})"
        shell(home, back + f"Delivery.objects.filter(event_id='s08').update({age}, last_{age})")
        assert home.home.run("prune_deliveries", "--days", "35").returncode == 0
        again = post(server, "stripe", body, sign("stripe", body, age=-2))
        assert (again.status_code, again.json()) == (200, {"status": "duplicate", "delivery": first})
        assert again.headers["Webhook-Delivery"] == first
    assert effects(home, "s08") == 1


def test_s10_what_failed_is_processed_when_it_comes_again(served):
    """5xx with Retry-After and nothing internal; once the reason is gone the next delivery has the effect, once."""
    home, server = served
    body = event("s10")
    failed = post(server, "needing", body, sign("stripe", body))
    assert (failed.status_code, failed.headers["Retry-After"]) == (500, "10")
    assert "matters" not in failed.text
    shell(home, "from entities.examples.models import Project; Project.objects.create(name='go')")
    answers = [post(server, "needing", body, sign("stripe", body)) for _ in range(2)]
    assert [answer.json()["status"] for answer in answers] == ["processed", "duplicate"]
    assert effects(home, "s10") == 1


@pytest.mark.parametrize("name", ["stripe", "stored"])
def test_twenty_at_once_have_one_effect(served, name):
    """Over two processes: all are answered 2xx and name the same delivery."""
    home, server = served
    title = f"twenty-{name}"
    body = event(title)
    headers = sign("stripe", body)
    with ThreadPoolExecutor(20) as pool:
        answers = [waiting.result() for waiting in [pool.submit(post, server, name, body, headers) for _ in range(20)]]
    assert {answer.status_code for answer in answers} <= {200, 202}
    assert len({answer.json()["delivery"] for answer in answers}) == 1
    kinds = Counter(answer.json()["status"] for answer in answers)
    assert kinds["processed" if name == "stripe" else "stored"] == 1
    wait_for_effect(home, title)
    assert effects(home, title) == 1


def wait_for_effect(home, name, seconds=20):
    """Wait until the background has done its part."""
    until = time.monotonic() + seconds
    while not effects(home, name) and time.monotonic() < until:
        time.sleep(0.2)


@pytest.mark.parametrize(
    "point",
    [
        pytest.param("receiving.process = die", id="stored"),
        pytest.param("running.run_plan = die", id="taken"),
        pytest.param("running.run_plan = run_and_die", id="written"),
    ],
)
def test_a_process_killed_before_the_commit_leaves_nothing_locked(served, point, request):
    """SIGKILL between storing and committing: the provider's next delivery is processed at once, with one effect."""
    home, server = served
    title = f"killed-{request.node.callspec.id}"
    body = event(title)
    assert kill(home, "stripe", body, point) == -signal.SIGKILL
    assert stored_body(home, title) == body
    assert effects(home, title) == 0
    answers = [post(server, "stripe", body, sign("stripe", body)) for _ in range(2)]
    assert [answer.json()["status"] for answer in answers] == ["processed", "duplicate"]
    assert effects(home, title) == 1


def test_what_a_killed_process_had_acknowledged_is_processed_by_another(served):
    """Stored, answered, killed: the sweeper of the installation does it without anybody asking."""
    home, _ = served
    body = event("killed-acknowledged")
    assert kill(home, "stored", body, "receiving.background.wake = die") == -signal.SIGKILL
    wait_for_effect(home, "killed-acknowledged", seconds=40)
    assert effects(home, "killed-acknowledged") == 1


def kill(home, name, body, point):
    """Send an event to a process that dies at a point, and return its exit code."""
    code = DYING.format(point=point, name=name, body=body.decode(), headers=sign("stripe", body))
    command = [sys.executable, str(CHECKOUT / "manage.py"), "shell", "-v", "0", "-c", code]
    return subprocess.run(
        command, env=home.home.environment, cwd=home.home.folder, capture_output=True, timeout=60, check=False
    ).returncode
