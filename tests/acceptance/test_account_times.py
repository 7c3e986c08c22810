"""Who has an account is told neither by an answer nor by its time, measured over HTTP."""

import time
from itertools import count, islice, takewhile
from statistics import median, quantiles

import pytest

from tests.acceptance.quick import quick
from tests.mails import running_sink
from tests.servers import new_home

TRIES = 200
PAUSE = 0.02
CHANCES = 3
PASSWORD = {"password": "correct horse", "passwordConfirm": "correct horse"}
ACCOUNTS = f"""
from entities.models import UserAccount
names = [f"known{{number}}@example.org" for number in range({CHANCES * TRIES})]
UserAccount.objects.bulk_create(UserAccount(name="Ada", email=name) for name in names)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    # A twentieth of the real hash: all the rest of a request then weighs twenty times as much.
    with (
        new_home(tmp_path_factory.mktemp("times")) as home,
        running_sink() as sink,
        quick(home, EMAIL_URL=sink.url).start() as server,
    ):
        made = home.run("shell", "-v", "0", "-c", ACCOUNTS)
        assert made.returncode == 0, made.stderr
        yield server, sink


def signup(number):
    """Return a sign-up; the first one with a number is new, the second finds the address taken."""
    return {"name": "Ada", "email": f"new{number}@example.org", **PASSWORD}


def known(number):
    return {"email": f"known{number}@example.org"}


def unknown(number):
    return {"email": f"nobody{number}@example.org"}


def quick_ones(times):
    """Return what a fifth of the times stay under: where little is done, other programs of the machine weigh less."""
    return quantiles(times, n=5)[0]


def seconds(site, action, tries, numbers):
    """Return the seconds of each kind of try, taken in turns; each turn has a number of its own."""
    taken = [[] for _ in tries]
    server, sink = site
    expected = len(sink.received)
    with server.client() as client:
        for number in islice(numbers, TRIES):
            for times, (data, mails) in zip(taken, tries, strict=True):
                began = time.perf_counter()
                answer = client.post(f"/action/user_account/{action}", json=data(number))
                times.append(time.perf_counter() - began)
                assert answer.status_code == 200, answer.text
                # Mails leave at a random moment afterwards: whoever tries at once must learn nothing from it.
                expected += mails
                time.sleep(PAUSE)
    sink.wait_for(expected)
    return taken


def differences(site, action, tries, typical):
    """Yield by which part the typical times of two kinds differ, measured anew each time."""
    numbers = count()
    while True:
        one, other = map(typical, seconds(site, action, tries, numbers))
        yield abs(one - other) / max(one, other)


@pytest.mark.measures
@pytest.mark.parametrize(
    ("action", "tries", "typical"),
    [
        pytest.param("signup-private", [(signup, 1), (signup, 1)], median, id="signup"),
        pytest.param("request-password-reset", [(known, 1), (unknown, 0)], quick_ones, id="reset"),
    ],
)
def test_who_has_an_account_cannot_be_told_by_the_time(site, action, tries, typical):
    """200 tries each, within a tenth. What else the machine does is no secret, so there are three chances."""
    measured = list(islice(takewhile(lambda part: part >= 0.1, differences(site, action, tries, typical)), CHANCES))
    assert len(measured) < CHANCES, measured
