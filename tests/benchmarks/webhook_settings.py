"""The same settings, database and middleware; only the receiver is written by hand."""

from tests.benchmarks.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.baseline_webhook"
