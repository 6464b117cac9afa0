"""What a row of the tables says about one resource type: operations, id and exceptions to the naming rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Work(Protocol):
    """What a row's own functions may use: the API, and what is known of the resource at hand."""

    id: str
    """The resource's id; empty before it is created."""
    values: dict[str, Any]
    """The resource's properties, as templates see them."""
    region: str

    def api(self, operation: str, /, **request: Any) -> dict[str, Any]:
        """Call an operation of the row's service."""
        ...

    def live(self) -> dict[str, Any] | None:
        """Give what the row's reads answer now, merged, in the API's names; None if the resource is gone."""
        ...

    def pause(self) -> None:
        """Wait a moment; raise once the time for the work has passed or the engine cancels."""
        ...


@dataclass(frozen=True, kw_only=True)
class Call:
    """One API operation whose input is filled from the properties of the same names."""

    operation: str
    request: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Members that are not properties, or not by rule: templates over id and properties."""
    within: str = ""
    """The structure inside the input that holds the properties, as `LaunchTemplateData` or `Rules[0].Rule`."""
    each: bool = False
    """The operation takes one changed property at a time."""
    whole: bool = False
    """The operation replaces what it says: it is given all its properties, not only the changed ones."""
    only: frozenset[str] | None = None
    """The properties it is for, where its input has more, or where `request` holds them under other names."""
    build: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """Makes the whole request from the values that templates see, where the properties in `only` are entangled."""
    clear: Call | None = None
    """What to call instead when the changed property is to be absent."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """A change of some properties that takes more than one call by rule."""

    covers: frozenset[str]
    run: Callable[[Work, Mapping[str, Any], Mapping[str, Any]], None]
    """Given the work, the properties as they are and as they should be."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """One API operation that tells something of the resource's state."""

    operation: str
    request: Mapping[str, Any] = field(default_factory=dict[str, Any])
    path: str = ""
    """JMESPath to the object among the output, a template; empty for the output itself."""
    into: str = ""
    """The one property that all of the object is; empty when its members are properties."""
    absent: tuple[str, ...] = ()
    """Error codes that mean "nothing is set", not "the resource is gone"."""
    paged: bool = False
    """All pages of the answer are wanted."""


@dataclass(frozen=True, kw_only=True)
class Special:
    """A property that the naming rule cannot convert."""

    members: tuple[str, ...] = ()
    """The members of a request that it becomes; operations that have them all take the property."""
    to_api: Callable[[Any], dict[str, Any]] | None = None
    """From the property's value to those members."""
    from_api: Callable[[dict[str, Any]], Any] | None = None
    """From all that was read to the property's value."""
    fields: frozenset[str] | None = None
    """What of each element of a list is handled, where no shape says it."""
    same: Callable[[Any, Any], bool] | None = None
    """Whether a desired and a live value mean the same, where AWS answers in other words than it was asked."""


@dataclass(frozen=True, kw_only=True)
class AutoName:
    """The property that names the resource, made from the logical name when it is not given."""

    name: str = "name"
    limit: int = 255
    """The longest name that the service takes."""
    form: str = "{}"
    lower: bool = False
    prefixed_by: str = "namePrefix"
    """The property whose value a generated name may begin with."""


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How tags of an existing resource are changed."""

    tag: str
    untag: str
    request: Mapping[str, Any]
    resource_type: str = ""
    """What EC2 calls the type in TagSpecifications; empty where the create operation takes plain tags."""
    whole: str = ""
    """The member of `tag` that takes all tags at once, where the service knows no single tags (S3)."""
    member: str = ""
    """What create, `tag` and `untag` call a list of tags, where it is none of the usual names (CloudTrail)."""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """The states a resource passes through on its own."""

    status: str
    """Where its status is among what the first read answers, as JMESPath."""
    ready: frozenset[str]
    degraded: frozenset[str] = frozenset()
    """Waited through after a creation, since it may pass; accepted after an update."""
    failed: frozenset[str] = frozenset()
    """It never became ready and never will: the next update replaces it."""
    gone: frozenset[str] = frozenset()
    reason: str = ""
    """Where the service says why it failed, as JMESPath."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One resource type."""

    type: str
    """The type token, as `aws:ec2/subnet:Subnet`."""
    service: str
    """The service's name in botocore."""
    create: Call
    id: str
    """A JMESPath into what `create` answers, or a template over properties and that answer."""
    reads: tuple[Read, ...]
    """The first gives the resource itself, or nothing when it is gone."""
    updates: tuple[Call | Action, ...] = ()
    delete: Call | None
    """None: the service keeps it, and the stack only forgets it."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Properties whose member has another name."""
    paths: Mapping[str, str] = field(default_factory=dict[str, str])
    """Properties to be read by a JMESPath of their own into what the first read gave."""
    specials: Mapping[str, Special] = field(default_factory=dict[str, Special])
    computed: Mapping[str, str] = field(default_factory=dict[str, str])
    """Outputs that no operation answers: templates over properties, `id`, `region`, `account`, `partition`."""
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the provider itself gives when an input is absent."""
    settings: frozenset[str] = frozenset()
    """Inputs that steer the provider and are no state in AWS."""
    unread: frozenset[str] = frozenset()
    """Inputs that the create operation takes and no operation tells: a change behind the stack cannot be seen."""
    replaces: frozenset[str] = frozenset()
    """Paths inside updatable properties that cannot be updated, as `launchTemplate.id`."""
    without: frozenset[str] = frozenset()
    """Inputs that the rule would take and the embedded cloud does not keep: refused by name."""
    ordered: frozenset[str] = frozenset()
    """Lists whose order matters; all others are compared as sets."""
    volatile: frozenset[str] = frozenset()
    """Outputs that every change of something else than tags changes."""
    identity: frozenset[str] = frozenset()
    """Properties of which AWS takes one resource only: a replacement that keeps them deletes first."""
    autoname: AutoName | None = None
    tags: Tagging | None = None
    wait: Wait | None = None
    settle: Callable[[Work, dict[str, Any]], None] | None = None
    """Called with the answer of every update; returns when the update is done."""
    after_create: Callable[[Work], None] | None = None
    before_delete: Callable[[Work], None] | None = None
