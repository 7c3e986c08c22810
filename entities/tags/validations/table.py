"""Every validation tag by name, and the tags of the original that are refused on purpose."""

from __future__ import annotations

from collections.abc import Mapping

from entities.tags.validations import comparisons, crossing, formats, networks, texts
from entities.tags.validations.base import Tag

TAGS: Mapping[str, Tag] = {
    **comparisons.TAGS,
    **crossing.TAGS,
    **texts.TAGS,
    **formats.TAGS,
    **networks.TAGS,
}

# Tags that steer the list instead of checking a value.
CONTROLS = frozenset({"omitempty", "dive"})

# With them, any caller could find out which files exist on the server.
REFUSED = frozenset({"file", "dir", "filepath", "dirpath", "image"})
