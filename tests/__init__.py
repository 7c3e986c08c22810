"""The tests: a package of its own, so that one that a library installs under the same name is not taken for it."""
