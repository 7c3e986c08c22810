"""A plan in, every problem of it out: one rule for each module of ``rules``."""
