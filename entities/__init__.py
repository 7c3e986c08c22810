"""Entities: Django models exposed as CRUD resources."""

from entities.registry import register

__all__ = ["register"]
