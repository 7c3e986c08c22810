"""What a step can do: evaluated arguments in, a result and entries of the answer out."""
