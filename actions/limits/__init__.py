"""How often an action may be run: a caller or the values of inputs in, ``RateLimited`` out where it was too often."""

from actions.limits.checks import check_caller, check_fields

__all__ = ["check_caller", "check_fields"]
