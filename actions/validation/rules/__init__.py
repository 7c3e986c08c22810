"""One rule for each module: nodes of a plan in, problems with places out."""
