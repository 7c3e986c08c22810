"""``python -m tests.benchmarks.permissions``: what the permission filter costs a page of 50 rows, on both databases.

The same thousand rows are listed by an administrator, for whom nothing is filtered, and in turns by accounts who may
read all of them for each reason there is: the guest bits, owning them, being in a group that they are shared with.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys

from tests.benchmarks.lists import get
from tests.benchmarks.places import PLACES, place
from tests.benchmarks.servers import OURS, PROJECT, running
from tests.benchmarks.turns import measure, options
from tests.servers import CHECKOUT

UNFILTERED = "administrator"
SEED = """
import json
from entities.authentication import issue_token
from entities.examples.models import Product
from entities.models import Membership, RowGroup, UserAccount, UserGroup
from entities.permissions import OWNED_ROW, bits
def account(name, **values):
    return UserAccount.objects.create_user(f"{name}@example.org", "correct-horse", name=name, **values)
readers = {name: account(name) for name in ("guest bits", "owner", "member")}
readers["administrator"] = account("root", is_superuser=True)
def rows(currency, **values):
    made = [Product(name=f"Product {n}", price=n, currency=currency, stock=n, **values) for n in range(1000)]
    return Product.objects.bulk_create(made)
rows("GST", permission=OWNED_ROW | bits(guest=["read"]))
rows("OWN", permission=OWNED_ROW, user_account=readers["owner"])
team = UserGroup.objects.create(name="team")
Membership.objects.create(user=readers["member"], usergroup=team)
shared = rows("GRP", permission=OWNED_ROW)
RowGroup.objects.bulk_create(RowGroup(row_id=row.pk, usergroup=team) for row in shared)
print(json.dumps({name: issue_token(reader) for name, reader in readers.items()}))
"""
LISTED = {"guest bits": "GST", "owner": "OWN", "member": "GRP"}


def seed(environment: dict[str, str]) -> dict[str, str]:
    """Make the rows and the readers; return a token for each reader."""
    merged = {**os.environ, **environment, "DJANGO_SETTINGS_MODULE": PROJECT}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", SEED]
    made = subprocess.run(command, env=merged, cwd=CHECKOUT, check=True, capture_output=True, text=True)
    return dict(json.loads(made.stdout))


def main() -> None:
    chosen = options(__doc__)
    for name in chosen.on or PLACES:
        with place(name) as environment:
            if environment is None:
                continue
            with running((OURS,), environment) as urls:
                tokens = seed(environment)
                print(f"\nlist of 50 of 1,000 rows on {name}: time, as a share of the administrator's")
                for reader, currency in LISTED.items():
                    path = f"/api/product?page[size]=50&filter[currency]={currency}"
                    requests = {who: get(path, tokens[who]) for who in (UNFILTERED, reader)}
                    one = dict.fromkeys(requests, urls[OURS])
                    samples = measure(one, requests, rounds=chosen.rounds, seconds=chosen.seconds)
                    turns = zip(samples[UNFILTERED], samples[reader], strict=True)
                    ratios = [unfiltered.rate / filtered.rate for unfiltered, filtered in turns]
                    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
                    print(f"{reader:12} {statistics.median(ratios):5.2f}  ({spread})")


if __name__ == "__main__":
    main()
