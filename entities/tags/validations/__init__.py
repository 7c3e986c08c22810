"""Validation tags: a comma list of checks, with the meaning of go-playground/validator v9."""

from entities.tags.validations.compiling import compile_validation, validation_errors
from entities.tags.validations.running import Check, Validation

__all__ = ["Check", "Validation", "compile_validation", "validation_errors"]
