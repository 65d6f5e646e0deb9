"""Ops of older versions of their kind, read as ones of a later version (PROTOCOL 2.7). Twin of ``browser/upcast.ts``.

What was written stays as it is, bytes, hash and link; only the reading changes. The steps are data of the kind.
"""

from __future__ import annotations

import msgspec

from gatehouse_sync.entities import KINDS
from gatehouse_sync.fields import Kind, Upcast
from gatehouse_sync.ops import MalformedError, Op, Value, check, check_kind, check_touched, known


def upcast(op: Op, kind: Kind, version: int | None = None) -> Op:
    """The op as one of ``version`` of its kind, or of the newest; one that is not older comes back as it is.

    Raises:
        MalformedError: two of its fields would be one.
    """
    for step in kind.upcasts[op.head.kv - 1 : (version or kind.version) - 1]:
        op = _next(op, step)
    return op


def _next(op: Op, step: Upcast) -> Op:
    head = op.head
    names = {name: step.rename.get(name, name) for name in head.touched if name not in step.drop}
    touched = sorted({*names.values(), *step.put})
    if len(set(names.values())) < len(names):
        raise MalformedError("two fields that are one")
    values = {name: value for name, value in step.put.items() if name not in names.values()}
    return Op(
        msgspec.structs.replace(
            head, kv=head.kv + 1, touched=touched, values={**values, **_values(head.values, names, step)}
        ),
        None if op.private is None else _values(op.private, names, step),
        op.written or head.kv,
    )


def _values(values: dict[str, Value], names: dict[str, str], step: Upcast) -> dict[str, Value]:
    return {names[name]: _choice(step, names[name], value) for name, value in values.items() if name in names}


def _choice(step: Upcast, name: str, value: Value) -> Value:
    choices = step.choices.get(name, {})
    return choices.get(value, value) if isinstance(value, str) else value


def newest(op: Op) -> Op | None:
    """An op that was checked before, as one of its kind's newest version; None of a kind or version not known here."""
    kind = known(op.head)
    return None if kind is None else upcast(op, kind)


def understood(op: Op) -> Op | None:
    """An op as this program reads it, by the rules of its kind (2.4); None of a kind or version that it does not know.

    Raises:
        MalformedError: by what was written, or by the rules of the kind.
    """
    kind = known(op.head)
    if kind is None:
        return None
    check_touched(op.head, op.private)
    read = upcast(op, kind)
    (check_kind if read is op else check)(read.head, read.private, kind)
    return read


def as_decided(op: Op, version: int | None) -> Op:
    """An op as the server read it when it was decided: ``version`` is that of the decision, None for the op's own."""
    kind = KINDS.get(op.head.kind)
    return op if version is None or kind is None else upcast(op, kind, version)
