"""The keys of the Daptin notation: what may stand where, of which kind, and what it means.

One table for the parser, for the JSON Schema of editors, and for docs/notation.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto


class Kind(Enum):
    """What the value of a key has to be."""

    TEXT = auto()
    BOOLEAN = auto()
    INTEGER = auto()
    VALUE = auto()
    TEXTS = auto()
    RECORD = auto()
    RECORDS = auto()
    OUTCOMES = auto()
    ATTRIBUTES = auto()
    PERMISSION = auto()
    GROUPS = auto()
    OPTIONS = auto()
    RATE = auto()
    RATES = auto()
    RATE_LIMIT = auto()
    NAMES = auto()
    WEBHOOK = auto()
    MAPPING = auto()


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its spelling in the manual (any case is taken), its kind, and the keys below it."""

    name: str
    kind: Kind
    about: str
    required: bool = False
    of: Keys = field(default_factory=dict)


Keys = Mapping[str, Key]


def _keys(*keys: Key) -> Keys:
    return {key.name.lower(): key for key in keys}


FOREIGN_KEY = _keys(
    Key("DataSource", Kind.TEXT, "Where the referred rows live."),
    Key("Namespace", Kind.TEXT, "The entity referred to."),
    Key("KeyName", Kind.TEXT, "The key referred to."),
)
OPTION = _keys(
    Key("Value", Kind.VALUE, "The value that is stored.", required=True),
    Key("Label", Kind.TEXT, "What people see."),
    Key("ValueType", Kind.TEXT, "A hint for forms."),
)
INPUT = _keys(
    Key("Name", Kind.TEXT, "The label of the form field; the request's key where ColumnName is missing."),
    Key("ColumnName", Kind.TEXT, "The request's key."),
    Key("ColumnDescription", Kind.TEXT, "Help for the one who fills it in."),
    Key("ColumnType", Kind.TEXT, "The column type; 'label' when missing."),
    Key("IsNullable", Kind.BOOLEAN, "Whether the input may be left out; no by default."),
    Key("DefaultValue", Kind.VALUE, "A literal that is used when the input was not sent."),
    Key("Options", Kind.OPTIONS, "The values that are allowed.", of=OPTION),
    Key("IsPrimaryKey", Kind.BOOLEAN, "Of tables; means nothing for an input."),
    Key("IsAutoIncrement", Kind.BOOLEAN, "Of tables; means nothing for an input."),
    Key("IsIndexed", Kind.BOOLEAN, "Of tables; means nothing for an input."),
    Key("IsUnique", Kind.BOOLEAN, "Of tables; means nothing for an input."),
    Key("Permission", Kind.INTEGER, "Of tables; means nothing for an input."),
    Key("IsForeignKey", Kind.BOOLEAN, "Of tables; means nothing for an input."),
    Key("ExcludeFromApi", Kind.BOOLEAN, "Of tables; means nothing for an input."),
    Key("ForeignKeyData", Kind.RECORD, "Of tables; means nothing for an input.", of=FOREIGN_KEY),
    Key("DataType", Kind.TEXT, "Of tables; means nothing for an input."),
    Key("Secret", Kind.BOOLEAN, "Whether the value is shown in no run and no trace, as passwords are; no by default."),
)
TAGS = _keys(
    Key("ColumnName", Kind.TEXT, "The input.", required=True),
    Key("Tags", Kind.TEXT, "A comma list of tags.", required=True),
)
GROUP = _keys(
    Key("Name", Kind.TEXT, "The name of a group.", required=True),
    Key("Permission", Kind.PERMISSION, "What the group may do."),
)
RATE_LIMIT = _keys(
    Key("PerAddress", Kind.RATE, "Of one caller: a guest by address, an account as such; administrators have none."),
    Key("PerField", Kind.RATES, "With one value of an input, for everybody: a rate for each input."),
)
FAIL = _keys(
    Key("Status", Kind.INTEGER, "The HTTP status, 400 to 599.", required=True),
    Key("Code", Kind.VALUE, "A stable name of the failure, for programs."),
    Key("Message", Kind.VALUE, "A sentence for people; may be an expression."),
)
ANSWER = _keys(
    Key("Status", Kind.INTEGER, "The HTTP status, 200 to 299."),
    Key("Body", Kind.TEXT, "The body, as it is."),
    Key("ContentType", Kind.TEXT, "The media type of the body; 'text/plain' when missing."),
)
CHALLENGE = _keys(
    Key("Method", Kind.TEXT, "'GET' or 'POST'.", required=True),
    Key("Param", Kind.TEXT, "The parameter of the query string that is echoed."),
    Key("Field", Kind.TEXT, "The member of a JSON body that is echoed, with POST."),
    Key("Answer", Kind.TEXT, "'text' (the default), or 'json': an object with that member."),
    Key("Require", Kind.VALUE, "What else must be there, by name: a text, or {Secret: NAME}."),
)
WEBHOOK = _keys(
    Key("Verify", Kind.TEXT, "The signature scheme; its options stand beside it.", required=True),
    Key("Secret", Kind.NAMES, "The name of a secret in the store, or several; never a secret itself.", required=True),
    Key("Ack", Kind.TEXT, "'done' (the default): 2xx once it is committed; 'stored': 2xx once it is stored."),
    Key("Answer", Kind.RECORD, "What the provider wants to read with 2xx.", of=ANSWER),
    Key("Filter", Kind.NAMES, "The event types that are wanted, one or several, '*' for any text; all when missing."),
    Key("Headers", Kind.NAMES, "Further headers of the request that expressions may read."),
    Key("Once", Kind.VALUE, "An expression: the thing that the event is about; the first event of each is applied."),
    Key("Newer", Kind.VALUE, "An expression: how new the event is; of one thing an older event is not applied."),
    Key("Challenge", Kind.RECORD, "A handshake of the provider that is answered.", of=CHALLENGE),
)
OUTCOME = _keys(
    Key("Type", Kind.TEXT, "An entity, an operation, a directive or an integration."),
    Key("Method", Kind.TEXT, "What to do with it; of an integration, which of its operations to call."),
    Key("Reference", Kind.TEXT, "The name under which later outcomes read the result."),
    Key("Attributes", Kind.ATTRIBUTES, "The arguments; a list runs the outcome once for each element."),
    Key("Condition", Kind.VALUE, "An expression; the outcome runs where it passes."),
    Key("SkipInResponse", Kind.BOOLEAN, "Leave the result out of the answer."),
    Key("LogToConsole", Kind.BOOLEAN, "Log the result."),
    Key("ContinueOnError", Kind.BOOLEAN, "Undo this outcome and go on when it fails."),
    Key(
        "AfterCommit",
        Kind.BOOLEAN,
        "Of a call to another server: 'true' sends it once everything is committed, 'false' now, and waits.",
    ),
    Key("ForEach", Kind.VALUE, "An expression that gives a list; the outcome runs once for each element."),
    Key("Item", Kind.TEXT, "The name of the element; 'item' by default."),
    Key("MaxItems", Kind.INTEGER, "How many elements are allowed; 1,000 by default, 100,000 at most."),
    Key("Else", Kind.OUTCOMES, "The outcomes that run where the Condition does not pass."),
    Key("Return", Kind.BOOLEAN, "End the action here, successfully."),
    Key("Fail", Kind.RECORD, "End the action here: everything rolls back.", of=FAIL),
)
GIVEN = _keys(
    Key("Type", Kind.TEXT, "An entity.", required=True),
    Key("Attributes", Kind.MAPPING, "The values of the row."),
    Key("Reference", Kind.TEXT, "The name by which the example reads it: '$name.column'."),
)
EXPECTED_ENTRY = _keys(
    Key("Type", Kind.TEXT, "The type of the entry.", required=True),
    Key("Attributes", Kind.MAPPING, "Values that are among its attributes."),
)
EXPECTED_ROWS = _keys(
    Key("Type", Kind.TEXT, "An entity.", required=True),
    Key("Where", Kind.MAPPING, "Values by which the rows are found."),
    Key("Count", Kind.INTEGER, "How many there are; at least one without it."),
    Key("Attributes", Kind.MAPPING, "Values that each of them has."),
)
EXPECTED_FAILURE = _keys(
    Key("Code", Kind.TEXT, "The code of the failure.", required=True),
    Key("Fields", Kind.TEXTS, "The inputs that it names."),
)
EXPECT = _keys(
    Key("Status", Kind.INTEGER, "The HTTP status."),
    Key("Entries", Kind.RECORDS, "All entries of the answer, in their order.", of=EXPECTED_ENTRY),
    Key("Directives", Kind.RECORDS, "All directives of the answer, in their order.", of=EXPECTED_ENTRY),
    Key("Rows", Kind.RECORDS, "Rows that are there afterwards.", of=EXPECTED_ROWS),
    Key("Failure", Kind.RECORD, "The failure; without it the action succeeds.", of=EXPECTED_FAILURE),
)
EXAMPLE = _keys(
    Key("Name", Kind.TEXT, "What it shows.", required=True),
    Key("As", Kind.TEXT, "Who acts: 'guest' (the default), 'administrator', or the e-mail of a given account."),
    Key("Given", Kind.RECORDS, "Rows that are there before.", of=GIVEN),
    Key("Inputs", Kind.MAPPING, "What is sent; TYPE_id is the instance."),
    Key("Expect", Kind.RECORD, "What comes of it.", of=EXPECT),
)
ACTION = _keys(
    Key("Name", Kind.TEXT, "The last segment of the URL.", required=True),
    Key("OnType", Kind.TEXT, "The entity that the action belongs to.", required=True),
    Key("Label", Kind.TEXT, "The name for people."),
    Key("InstanceOptional", Kind.BOOLEAN, "Whether the action runs without an instance; yes by default."),
    Key("RequestSubjectRelations", Kind.TEXTS, "Relations of the instance that expressions read."),
    Key("ReferenceId", Kind.TEXT, "The public id of the action, from its first version on."),
    Key("Permission", Kind.PERMISSION, "Who may execute it: bits, or rights by class."),
    Key("AccessGroups", Kind.GROUPS, "Groups that may execute it.", of=GROUP),
    Key("RunAs", Kind.TEXT, "Whose rights the outcomes have: 'system' (the default), or 'actor'."),
    Key("RateLimit", Kind.RATE_LIMIT, "How often it may be run: 'none', '20/minute', or a mapping.", of=RATE_LIMIT),
    Key("Webhook", Kind.WEBHOOK, "Makes the action a receiver of signed requests.", of=WEBHOOK),
    Key(
        "Record", Kind.TEXT, "Which runs are kept: 'none', 'failures', 'summary' (the default), or 'full' with traces."
    ),
    Key("BusinessKey", Kind.TEXT, "The input whose value runs are found by."),
    Key("AdditionalInputs", Kind.BOOLEAN, "Whether undeclared inputs are taken; no by default."),
    Key("InFields", Kind.RECORDS, "The inputs.", of=INPUT),
    Key("Validations", Kind.RECORDS, "Tags that the inputs have to pass.", of=TAGS),
    Key("Conformations", Kind.RECORDS, "Tags that clean the inputs, before they are checked.", of=TAGS),
    Key("OutFields", Kind.OUTCOMES, "The outcomes, from top to bottom."),
    Key("Examples", Kind.RECORDS, "What comes of it; each is a test that can be run.", of=EXAMPLE),
)
