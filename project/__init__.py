"""The project: composes the two apps, reads the environment, and serves."""
