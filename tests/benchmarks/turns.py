"""Servers in, a table out: all run at the same time on the same data and are driven in turns.

What disturbs the machine then disturbs all of them. Printed are medians of the rounds; the ratio is the median of the
rounds' ratios.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Mapping, Sequence

from tests.benchmarks.load import Request, Sample, drive
from tests.benchmarks.places import PLACES
from tests.benchmarks.servers import OURS

CONNECTIONS = 16


def options(about: str | None) -> argparse.Namespace:
    """Read the command line that these benchmarks share."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="of one turn")
    parser.add_argument("--on", choices=PLACES, action="append", help="one database only")
    return parser.parse_args()


def measure(
    urls: Mapping[str, str], requests: Mapping[str, Request], *, rounds: int, seconds: float
) -> dict[str, list[Sample]]:
    """Warm every server up, then drive them in turns."""
    for name, url in urls.items():
        if (warm_up := drive(url, requests[name], connections=CONNECTIONS, seconds=1.5)).failures:
            raise SystemExit(f"{name} refuses what it is asked: {warm_up.failures}")
    samples: dict[str, list[Sample]] = {name: [] for name in urls}
    for _ in range(rounds):
        for name, url in urls.items():
            samples[name].append(drive(url, requests[name], connections=CONNECTIONS, seconds=seconds))
    return samples


def report(samples: Mapping[str, Sequence[Sample]], notes: Mapping[str, str]) -> None:
    """Print a line for each server: rate, percentiles, how many times its rate ours is, and a note."""
    print(f"{'':26} {'req/s':>7} {'p50 ms':>7} {'p99 ms':>7} {'outfield is':>12}  statements")
    for name, rounds in samples.items():
        rate = statistics.median(sample.rate for sample in rounds)
        ratio = statistics.median(ours.rate / other.rate for ours, other in zip(samples[OURS], rounds, strict=True))
        p50, p99 = (statistics.median(sample.percentile(share) for sample in rounds) for share in (0.5, 0.99))
        failures = [f"FAILED {sample.failures}" for sample in rounds if sample.failures]
        print(f"{name:26} {rate:7.0f} {p50:7.1f} {p99:7.1f} {ratio:11.2f}x  {notes[name]}", *failures)
