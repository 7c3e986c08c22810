"""Examples of actions that are tests: each runs in a transaction of its own that is rolled back."""

from actions.examples.running import Tried, run_example, run_examples

__all__ = ["Tried", "run_example", "run_examples"]
