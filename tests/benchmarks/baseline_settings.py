"""The same settings, database and middleware; only the views are written by hand."""

from tests.benchmarks.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.baseline"
