"""What a feature tells replication about its kinds of op: who may, what they look at, what else they change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from gatehouse.db.steps import Row, Steps
from gatehouse_sync.apply import Body
from gatehouse_sync.clock import Interval
from gatehouse_sync.decision import Decision
from gatehouse_sync.entities import ENTITIES, KINDS
from gatehouse_sync.fields import Kind
from gatehouse_sync.ops import Op

if TYPE_CHECKING:
    from gatehouse.replication.batch import Batch
    from gatehouse.replication.facts import Facts


class Act(msgspec.Struct, frozen=True):
    """One op on its way to a decision: what it says, which device said it, and when it can have been made."""

    op: Op
    kind: Kind
    device: str
    t: Interval
    by_server: bool
    cn: int = 0


class Ruling(msgspec.Struct, frozen=True):
    """What a rule says beyond yes or no: a refusal with what it met, or what the server adds to the act.

    ``because`` is ``(state, person, instant, op)``; ``fields`` go into the entity, ``also`` into further ones.
    ``clause`` is what a refusal rests on in the regulation, ``told`` the facts its sentence needs.
    """

    code: str | None = None
    because: tuple[str, str, int, str] | None = None
    clause: str | None = None
    told: dict[str, str | int] = {}
    fields: dict[str, Any] = {}
    also: dict[str, dict[str, Any]] = {}
    flags: tuple[str, ...] = ()


class Handler(msgspec.Struct, frozen=True):
    """How the server judges one kind of op.

    Attributes:
        roles: roles of which the actor must hold one; empty: any signed-in person of the org.
        site: the site the role must reach, from the op and the facts; None: the whole org.
        refs: ids of further entities ``rule`` looks at, loaded and locked.
        looks: the same for entities that no act of this kind changes: not locked, so that pushes do not queue there.
        prepare: loads what ``rule`` looks at and ids alone do not name; such acts of one org go one after another.
        rule: a refusal code, a ruling, or None when nothing speaks against the act.
        held: the parked op this act is about, to be loaded with all it touches.
        effect: what the act changes besides its entity; runs in the push's transaction.
        needs: ids of records without which the effect of an act that was decided before cannot be carried out (14.5).
        clash: whether what exists now excludes the act, whatever was decided about it once.
    """

    roles: frozenset[str] = frozenset()
    site: Callable[[Act, Facts], str | None] = lambda _act, _facts: None
    refs: Callable[[Op], Iterable[str]] = lambda _op: ()
    looks: Callable[[Op], Iterable[str]] = lambda _op: ()
    prepare: Callable[[Op, Facts], Steps[None]] | None = None
    rule: Callable[[Act, Facts], str | Ruling | None] = lambda _act, _facts: None
    effect: Callable[[Act, Decision, Batch], Steps[None]] | None = None
    held: Callable[[Op], str] | None = None
    needs: Callable[[Op], Iterable[str]] = lambda _op: ()
    clash: Callable[[Act, Facts], bool] | None = None


class Projection(msgspec.Struct, frozen=True):
    """A typed table that follows an entity, for questions SQL should answer."""

    table: str
    columns: tuple[str, ...]
    row: Callable[[Body, str], Row]
    """Makes the row of ``columns`` from the entity and its org; the first column is the key."""


Spoil = Callable[[Body | None, Body], Iterable[str]]


class Registry:
    """All handlers and projections of the running program."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}
        self.projections: dict[str, Projection] = {}
        self.spoils: dict[str, Spoil] = {}

    def handle(self, kind: str, handler: Handler) -> None:
        """Register the judge of a kind; a kind has one."""
        if kind not in KINDS or kind in self.handlers:
            raise ValueError(f"cannot register {kind}")
        self.handlers[kind] = handler

    def refs(self, op: Op) -> Iterable[str]:
        """Ids of further entities the op's rule looks at."""
        handler = self.handlers.get(op.head.kind)
        return (*handler.refs(op), *handler.looks(op)) if handler is not None else ()

    def seen_by(self, acts: Iterable[Op]) -> tuple[set[str], set[str]]:
        """What the rules of all these look at: what is to be locked, and what need not be."""
        refs: set[str] = set()
        looks: set[str] = set()
        for op in acts:
            handler = self.handlers.get(op.head.kind)
            if handler is not None:
                refs.update(handler.refs(op))
                looks.update(handler.looks(op))
        return refs, looks

    def prepares(self, kind: str) -> bool:
        """Whether acts of this kind lock more than ids name."""
        handler = self.handlers.get(kind)
        return handler is not None and handler.prepare is not None

    def project(self, kind: str, projection: Projection) -> None:
        """Register the typed table of an entity kind."""
        if kind not in ENTITIES or kind in self.projections:
            raise ValueError(f"cannot project {kind}")
        self.projections[kind] = projection

    def spoil(self, kind: str, names: Spoil) -> None:
        """Register what must be worked out again when an entity of a kind changes: keys for the table ``dirty``.

        It is given the entity as it was (None: not at all) and as it is, and must be quick: pushes wait for it.
        """
        if kind not in ENTITIES or kind in self.spoils:
            raise ValueError(f"cannot spoil by {kind}")
        self.spoils[kind] = names


def value(op: Op, name: str) -> Any:  # noqa: ANN401  # a field's value; its kind has checked the type
    """A public value of the op, or None."""
    return op.head.values.get(name)
