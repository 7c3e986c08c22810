"""The secrets of an installation: a name in, the values that count now out, and nothing that prints them.

    Secret, SecretVersion --marker changed?--> snapshot --active_values--> SecretText

A value is encrypted in its row, or is a reference to an environment variable or a file, which is read at every use. A
change holds in every process within a second; the end of an old value is judged when it is used. Reading is
``active_values`` and ``exists``; ``changing`` is the only writer.
"""

from actions.secrets.store import active_values, exists, forget
from actions.secrets.texts import SecretText

__all__ = ["SecretText", "active_values", "exists", "forget"]
