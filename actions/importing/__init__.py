"""A service's OpenAPI document in, an integration out: stored whole or not at all, and no served action broken by it.

    file, URL or upload --read--> bytes --read_service--> Service --fits?--> rows --install--> actions of them

The only writer of integrations. What is wrong with a document is listed, and read around; a document that cannot be
read, or with which a served action would not do its work any more, changes nothing.
"""

from actions.importing.changing import configure, remove
from actions.importing.errors import BreaksActions, ImportRefused, InUse
from actions.importing.installing import Installed, install
from actions.importing.reading import MOST_BYTES, read_source
from actions.importing.reports import ImportReport
from actions.importing.saving import Wishes, import_document

__all__ = [
    "MOST_BYTES",
    "BreaksActions",
    "ImportRefused",
    "ImportReport",
    "InUse",
    "Installed",
    "Wishes",
    "configure",
    "import_document",
    "install",
    "read_source",
    "remove",
]
