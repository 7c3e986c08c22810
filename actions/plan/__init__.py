"""What every notation is compiled to and the engine runs: the one tree, and what can be told from it before a run."""
