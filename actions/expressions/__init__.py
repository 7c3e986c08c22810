"""Text and scope in, a value out: compiled once, evaluated with every run."""
