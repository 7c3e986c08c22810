"""The notation as a JSON Schema (2020-12), for editors: completion, and red lines while one types.

Made from the tables that the parser reads, with the entities, operations and directives that are registered here. The
compiler says more, and says it better. What this schema refuses, the compiler refuses too, but for the case of keys,
methods and types: an editor is told the manual's spelling, the server takes any.
"""

from actions.schema.document import action_schema
from actions.schema.outcomes import with_operations

__all__ = ["action_schema", "with_operations"]
