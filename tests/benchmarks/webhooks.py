"""``python -m tests.benchmarks.webhooks``: our receiver against a hand-written DRF view, on both databases.

Both verify Stripe's signature, know an event again, mark the order as paid, write a payment, and keep the body. Ours
has it on disk before it is processed, which is one commit more. Then ours alone, at 50 requests a second.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.load import pace
from tests.benchmarks.places import PLACES, place
from tests.benchmarks.servers import DRF_GUNICORN, DRF_OURS, OURS, PROJECT, WEBHOOK, running
from tests.benchmarks.turns import CONNECTIONS, measure, options, report
from tests.benchmarks.webhook_bodies import ORDERS, SECRET, paid
from tests.servers import CHECKOUT

NAMES = (OURS, DRF_GUNICORN, DRF_OURS)
PER_SECOND, LONGEST = 50, 1000  # requests, milliseconds
RECEIVER = """
Name: paid
OnType: order
InstanceOptional: true
Webhook: {Verify: stripe, Secret: benchmark}
OutFields:
  - Type: order
    Method: GET
    Reference: orders
    Attributes: {query: [{column: number, operator: is, value: $event.data.object.metadata.order_number}]}
  - Type: order
    Method: PATCH
    Attributes: {reference_id: "$orders[0].reference_id", status: paid, paid_at: ~delivery.received_at}
  - Type: payment
    Method: POST
    Attributes:
      order_id: $orders[0].reference_id
      provider: stripe
      provider_reference: ~event.id
      amount: ~event.data.object.amount
      currency: $orders[0].currency
      status: received
"""
SEED = f"""
from entities.examples.models import Order
Order.objects.bulk_create(Order(number=f"N-{{n}}", total="19.90") for n in range({ORDERS}))
"""


def prepare(environment: dict[str, str], folder: Path) -> dict[str, str]:
    """Set the secret, make the orders, and return the environment in which the receiver is served."""
    (folder / "paid.yaml").write_text(RECEIVER, encoding="utf-8")
    mine = {"ACTIONS_PATH": str(folder), "SECRETS_ENV": "BENCHMARK", "BENCHMARK": SECRET}
    merged = {**environment, **mine}
    for arguments in (
        ("migrate", "-v", "0"),
        ("secrets", "set", "benchmark", "--from-env", "BENCHMARK"),
        ("shell", "--no-imports", "-c", SEED),
    ):
        command = [sys.executable, "manage.py", *arguments]
        everything = {**os.environ, **merged, "DJANGO_SETTINGS_MODULE": PROJECT}
        subprocess.run(command, env=everything, cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
    return merged


def at_an_even_pace(url: str, seconds: float) -> None:
    """Print the percentiles of our receiver at the rate that providers are promised."""
    sample = pace(url, paid(), connections=CONNECTIONS, per_second=PER_SECOND, seconds=seconds)
    p50, p99 = sample.percentile(0.5), sample.percentile(0.99)
    verdict = "ok" if p99 < LONGEST and not sample.failures else f"FAILED {sample.failures}"
    print(f"{OURS} at {PER_SECOND} requests/s: p50 {p50:.1f} ms, p99 {p99:.1f} ms, below {LONGEST} ms: {verdict}")


def main() -> None:
    chosen = options(__doc__)
    for name in chosen.on or PLACES:
        with place(name) as environment, TemporaryDirectory() as folder:
            if environment is None:
                continue
            served = prepare(environment, Path(folder))
            with running(NAMES, served, WEBHOOK) as urls:
                print(f"\nwebhook on {name}")
                made = {url: paid() for url in urls}  # a second delivery goes where the first one went
                report(measure(urls, made, rounds=chosen.rounds, seconds=chosen.seconds), dict.fromkeys(urls, ""))
                at_an_even_pace(urls[OURS], max(10.0, chosen.seconds))


if __name__ == "__main__":
    main()
