"""Scripts in V8, in processes of their own, within bounds of time and memory that hold whatever a script does."""
