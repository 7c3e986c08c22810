"""``python -m tests.benchmarks.lists``: a page of 50 rows, ours against a plain DRF ModelViewSet, on both databases.

The reader is an account without special rights and sends a token; both sides check it by the same class.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.benchmarks.load import Request
from tests.benchmarks.places import PLACES, place
from tests.benchmarks.servers import DRF_GUNICORN, DRF_OURS, OURS, PROJECT, running
from tests.benchmarks.turns import measure, options, report
from tests.servers import CHECKOUT

NAMES = (OURS, DRF_GUNICORN, DRF_OURS)
SEED = """
from entities.authentication import issue_token
from entities.examples.models import Product
from entities.models import UserAccount
from entities.permissions import PUBLIC_ROW
Product.objects.bulk_create(
    Product(name=f"Product {n}", price=n, currency="EUR", stock=n, permission=PUBLIC_ROW) for n in range(1000)
)
print(issue_token(UserAccount.objects.create_user("reader@example.org", "correct-horse", name="Reader")))
"""


def get(path: str, token: str) -> Request:
    """Return a maker of one request."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    return lambda: request


def seed(environment: dict[str, str]) -> str:
    """Make a thousand products that everybody may read, and a reader; return the reader's token."""
    merged = {**os.environ, **environment, "DJANGO_SETTINGS_MODULE": PROJECT}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", SEED]
    return subprocess.run(command, env=merged, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    chosen = options(__doc__)
    for name in chosen.on or PLACES:
        with place(name) as environment:
            if environment is None:
                continue
            with running(NAMES, environment) as urls:
                token = seed(environment)
                requests = dict.fromkeys(urls, get("/api/product", token))
                requests[OURS] = get("/api/product?page[size]=50", token)
                print(f"\nlist of 50 rows on {name}")
                samples = measure(urls, requests, rounds=chosen.rounds, seconds=chosen.seconds)
                report(samples, dict.fromkeys(urls, ""))


if __name__ == "__main__":
    main()
