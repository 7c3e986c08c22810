"""What a caller may execute, and what they may know of an entity, as clients of the original ask for it."""
