"""The form of a story, version 1. docs/stories.md explains it; docs/schema/story.schema.json is made from it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints, model_validator

VERSION = "story/1"


def _instant(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("the instant has no offset; write it as in 2026-10-02T09:00Z")
    return value.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_instant)]
Words = Annotated[str, StringConstraints(min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Who = Annotated[
    str,
    StringConstraints(pattern=r"^(shop|anyone|(customer|staff):.+)$"),
    Field(description="customer:ID or staff:ID by the story's own ids; shop, by its API token; anyone, by none"),
]
Path = Annotated[str, StringConstraints(pattern=r"^[/$]")]
Code = Annotated[int, Field(ge=100, le=599)]
Record = Annotated[
    dict[str, JsonValue],
    Field(min_length=1, description="As PUT /v1/{kind} takes it: docs/schema has the form of each kind."),
]
Matcher = Annotated[JsonValue, Field(description="See 'Saying what must be true' in docs/stories.md.")]


class Form(BaseModel):
    """Unknown fields are refused, so that a slip of the pen can't pass for an omission."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class World(Form):
    """What is there when the story starts: taken in by the public import, kind by kind."""

    customers: list[Record] = []
    staff: list[Record] = []
    places: list[Record] = []
    products: list[Record] = []
    stock: list[Record] = []
    services: list[Record] = []
    postage_rates: list[Record] = []
    tenders: list[Record] = []
    orders: list[Record] = []
    receipts: list[Record] = []


# The public import's kinds, in the order in which one may name another.
KINDS = tuple(World.model_fields)


class Shop(Form):
    """Where the shop itself is at home; what is left out is the stage's own."""

    name: Words | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    zone: Words | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    free_express: Annotated[
        str | None,
        StringConstraints(pattern=r"^(account|code:.+)$"),
        Field(description="How free express on the next order is redeemed; without it none is given."),
    ] = None
    hears: Annotated[
        list[Words],
        Field(description="The carriers that tell the shop of their parcels by themselves, and always have."),
    ] = ["dhl", "fedex", "ups", "usps"]


class Event(Form):
    """Something that happens. Without `status` it must succeed (2xx)."""

    at: Instant
    status: Code | list[Code] | Literal["any"] | None = Field(default=None, description="Which answers are right.")
    keep: Name | None = Field(default=None, description="A name for the answer: later, $name.path is a part of it.")
    note: str = Field(default="", description="For the reader of the timeline.")

    line: ClassVar[str]
    """What happens, in one line, with the event's own fields."""

    def told(self) -> str:
        return self.line.format_map({name: "" if value is None else value for name, value in self})


class Scan(Event):
    """A carrier tells us something, in its own format, or in no format at all (`raw`)."""

    do: Literal["scan"]
    line: ClassVar = "{carrier} tells of parcels"
    carrier: Words
    body: JsonValue = None
    raw: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Scan":
        if ("body" in self.model_fields_set) == (self.raw is not None):
            raise ValueError("a scan has either a body (JSON) or raw (text as it is sent); give one of them")
        return self


class Choose(Event):
    """A customer or a helper chooses a remedy, for one order or for all orders of a case."""

    do: Literal["choose"]
    line: ClassVar = "{as_} chooses {remedy} for {order}{case}"
    as_: Who = Field(alias="as")
    order: Words | None = None
    case: Words | None = None
    remedy: Words

    @model_validator(mode="after")
    def _one_of_both(self) -> "Choose":
        if (self.order is None) == (self.case is None):
            raise ValueError("a choice is for an order or for a case; give one of them")
        return self


class Write(Event):
    """A customer writes to us."""

    do: Literal["write"]
    line: ClassVar = "{as_} writes: {body}"
    as_: Who = Field(alias="as")
    body: Words
    subject: str = ""
    order: Words | None = None
    in_reply_to: Words | None = Field(default=None, description="The message_id of the message that is answered.")


class Reply(Event):
    """A helper answers on a case: its number, or customer:ID for that customer's latest."""

    do: Literal["reply"]
    line: ClassVar = "{as_} replies: {body}"
    as_: Who = Field(alias="as")
    case: Words
    body: str
    subject: str = ""


class Announce(Event):
    """The warehouse reports the parcel as which the n-th dispatch of an order left."""

    do: Literal["announce"]
    line: ClassVar = "the warehouse sends {number} for order {order}"
    order: Words
    dispatch: int = Field(default=1, ge=1)
    carrier: Words
    number: Words
    label_at: Instant | None = Field(default=None, description="The event's own instant where absent.")


class Stock(Event):
    """The shop counts again."""

    do: Literal["stock"]
    line: ClassVar = "{on_hand} of {sku} are in {place}"
    place: Words
    sku: Words
    on_hand: Annotated[int, Field(ge=0)]


class NotReceived(Event):
    """A customer says that a parcel never came."""

    do: Literal["not_received"]
    line: ClassVar = "{as_} says that {parcel} never came"
    as_: Who = Field(alias="as")
    parcel: Words


class Contact(Event):
    """Somebody writes on the contact page, without signing in."""

    do: Literal["contact"]
    line: ClassVar = "somebody writes on the contact page: {body}"
    body: Words
    email: Words
    name: str = ""
    order: str = Field(default="", description="As they typed it: it need not exist.")


class Import(Event):
    """The shop tells us more, as at the start."""

    do: Literal["import"]
    line: ClassVar = "the shop tells of its {kind}"
    kind: Literal[
        "customers",
        "staff",
        "places",
        "products",
        "stock",
        "services",
        "postage-rates",
        "tenders",
        "orders",
        "receipts",
    ]
    records: Annotated[list[Record], Field(min_length=1)]


class Call(Event):
    """Anything else the public API can do."""

    do: Literal["call"]
    line: ClassVar = "{as_} asks {method} {path}"
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: Path
    body: JsonValue = None
    as_: Who = Field(default="shop", alias="as")


AnyEvent = Annotated[
    Scan | Choose | Write | Reply | Announce | Stock | NotReceived | Contact | Import | Call, Field(discriminator="do")
]

EVENTS: Mapping[str, type[Event]] = {
    get_args(kind.model_fields["do"].annotation)[0]: kind for kind in Event.__subclasses__()
}


class Expectation(Form):
    """What must be true at an instant (after that instant's events), read at one address of the public API.

    `get` may also be $name: an answer kept before. Every check that is given must hold.
    """

    point: str = Field(default="", description="Which point it plays, as in '2.1', with any words after it.")
    at: Instant | Literal["end"]
    get: Path
    as_: Who = Field(default="shop", alias="as")
    status: Code | list[Code] = 200
    is_: Matcher = Field(default=None, alias="is", description="Holds for the answer, or for each item of a list.")
    not_: Matcher = Field(default=None, alias="not", description="Holds neither for the answer nor for any item.")
    count: int | dict[str, JsonValue] | None = Field(default=None, description="How many items the list has.")
    any_: Matcher = Field(default=None, alias="any", description="At least one item is like this.")
    all_: Matcher = Field(default=None, alias="all", description="Every item is like this, none there included.")
    none_: Matcher = Field(default=None, alias="none", description="No item is like this.")
    matches: dict[str, str] | None = Field(default=None, description="Path to regular expression.")
    before: dict[str, Instant] | None = Field(default=None, description="Path to an instant that is later.")
    after: dict[str, Instant] | None = Field(default=None, description="Path to an instant that is earlier.")
    keep: Name | None = None
    note: str = ""


class Story(Form):
    """One story, as a file holds it."""

    schema_: Literal["story/1"] = Field(alias="schema")
    story: Words
    about: str = ""
    seed: int | None = None
    shop: Shop = Shop()
    starts_at: Instant
    world: World = World()
    script: list[AnyEvent] = []
    expect: list[Expectation] = []


def json_schema() -> dict[str, JsonValue]:
    """The form as JSON Schema, as docs/schema/story.schema.json holds it."""
    form = Story.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"makegood/{VERSION}", **form}
