"""What is kept of runs: a row for each, its trace where somebody asked for it, and nothing that is secret."""
