"""What may be wrong with a comma list of tags, found when it is compiled."""

from __future__ import annotations


class TagError(ValueError):
    """One tag that cannot be compiled. ``offset`` counts characters from the start of the list."""

    def __init__(self, tag: str, message: str, hint: str = "", offset: int = 0) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.tag = tag
        self.message = message
        self.hint = hint
        self.offset = offset
