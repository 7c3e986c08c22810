"""How often an action may be run: a caller or the values of inputs in, ``RateLimited`` out where it was too often.

What an operation guards by itself (codes that could be guessed) is counted by ``Attempts``.
"""

from actions.limits.attempts import Attempts, CountFirst
from actions.limits.checks import check_caller, check_fields

__all__ = ["Attempts", "CountFirst", "check_caller", "check_fields"]
