"""Tags: comma lists that clean a value (conformations) or check it (validations)."""
