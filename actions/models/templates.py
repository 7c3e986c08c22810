"""Templates: a name, a text in Django's template language, and how the filled text is sent."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from entities.models import EntityModel

NAMES = RegexValidator(r"\A[A-Za-z0-9_./ -]+\Z", "Use letters, digits, spaces, '_', '-', '.' and '/'.")


class StoredTemplate(EntityModel):
    """A text that ``template.render`` fills; the columns are the original's."""

    name = models.CharField(max_length=100, unique=True, validators=[NAMES], help_text="Outcomes name it.")
    content = models.TextField(help_text="Django's template language: {{ name }}, {% if %}, {% for %}; docs/texts.md.")
    mime_type = models.CharField(
        max_length=100,
        default="text/html",
        validators=[
            RegexValidator(
                r"\A[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+(; ?[A-Za-z0-9-]+=[A-Za-z0-9.-]+)?\Z", "Write it as text/html."
            )
        ],
        help_text="What the text is. Values are escaped, except for plain text and JSON.",
    )
    headers = models.JSONField(default=dict, blank=True, help_text='Further headers of the answer: {"Name": "value"}.')

    class Meta:
        db_table = "template"
        verbose_name = "template"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
