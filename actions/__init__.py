"""Actions: what people and machines may do with entities, declared in documents and run all or nothing."""
