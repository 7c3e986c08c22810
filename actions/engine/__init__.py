"""A plan in, the entries of an answer out: node by node, in one transaction, traced where somebody asks."""
