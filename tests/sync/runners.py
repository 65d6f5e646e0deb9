"""How the Python half runs a case of each vector topic (``sync/vectors/README.md``)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.seal import Private, seal
from gatehouse_sync import (
    apply,
    canon,
    chain,
    clock,
    course,
    digest,
    ids,
    merge,
    notices,
    ops,
    page,
    protocol,
    refusals,
    scopes,
    shade,
    stamp,
    upcast,
)
from gatehouse_sync.decision import Decision
from gatehouse_sync.entities import ENTITIES
from gatehouse_sync.fields import Kind

Json = dict[str, Any]


def canon_case(given: Json) -> Json:
    match given:
        case {"value": value}:
            text = canon.encode(value)
            assert canon.decode(text) == value, "decode does not give the value back"
            return {"text": text.decode()}
        case {"base64url": text}:
            return _or_not_canonical(lambda: {"hex": canon.unb64(text).hex()})
        case {"hex": raw}:
            return _or_not_canonical(lambda: {"value": canon.decode(bytes.fromhex(raw))})
        case _:
            return _or_not_canonical(lambda: {"value": canon.decode(given["text"])})


def _or_not_canonical(read: Callable[[], Json]) -> Json:
    try:
        return read()
    except canon.NotCanonicalError:
        return {"error": "not_canonical"}


def ids_case(given: Json) -> Json:
    match given:
        case {"uuid7": parts}:
            return {"id": ids.uuid7(parts["ms"], bytes.fromhex(parts["random"]))}
        case {"derived": names}:
            return {"id": ids.derived(*names)}
        case _:
            return {"is": ids.is_uuid(given["is_uuid"])}


def commitment_case(given: Json) -> Json:
    return {"com": canon.commit(canon.unb64(given["salt"]), given["private"].encode())}


def chain_case(given: Json) -> Json:
    if "root" in given:
        root = given["root"]
        follows = None if root["follows"] is None else msgspec.convert(root["follows"], chain.End)
        return {"link": chain.root(root["device"], root["chain"], follows).hex()}
    hashes = [chain.head_hash(text.encode()) for text in given["heads"]]
    links = chain.links(bytes.fromhex(given["start"]), hashes)
    return {"hashes": [item.hex() for item in hashes], "links": [item.hex() for item in links]}


def chain_repair_case(given: Json) -> Json:
    held = [bytes.fromhex(link) for link in given["held"]]
    first, prev, last = given["first"], bytes.fromhex(given["prev"]), len(held) - 1
    links = chain.links(prev, [bytes.fromhex(item) for item in given["hashes"]])
    # The server reads these two links and no other.
    known = {n: held[n] for n in {last, chain.compared(last, first, len(links))}}
    match chain.judge(last, known, first, prev, links):
        case chain.Continue(skip):
            return {"continue": skip}
        case chain.Need(n):
            return {"need": n}
        case chain.Rechain(have, link):
            return {"rechain": {"have": have, "link": link.hex()}}


def check_case(given: Json) -> Json:
    try:
        head = ops.parse_head(given["head"])
        private, _ = ops.parse_private(head, given["private"], given["salt"])
        kind = ops.known(head)
        if kind is None:
            return {"outcome": "unknown_kind"}
        ops.check(head, private, kind)
    except ops.MalformedError as error:
        return {"outcome": "malformed"} if error.field is None else {"outcome": "malformed", "field": error.field}
    return {"outcome": "well_formed"}


def clock_case(given: Json) -> Json:
    if "token" in given:
        parts = clock.anchor_parts(given["token"])
        return {"parts": None if parts is None else list(parts)}
    evidence = msgspec.convert(given["t"], clock.Evidence)
    made = clock.interval(evidence, given["anchor_ms"], given["received"], given["floor"])
    return {"interval": msgspec.to_builtins(made)}


def _op(given: Json) -> ops.Op:
    return msgspec.convert(given, ops.Op)


def _decision(given: Json) -> Decision:
    return msgspec.convert(given, Decision)


def apply_case(given: Json) -> Json:
    before = given["body"]
    kept = copy.deepcopy(before)
    body = before
    for step in given["steps"]:
        body = apply.apply(body, _op(step["op"]), _decision(step["decision"]))
    assert before == kept, "the given body was changed"
    last = given["steps"][-1]
    assert apply.apply(body, _op(last["op"]), _decision(last["decision"])) == body, "a second time changes it"
    return {"body": body}


def merge_case(given: Json) -> Json:
    writes = msgspec.convert(given["writes"], list[merge.Write])
    found = merge.conflicts(given["body"], writes, _op(given["op"]), given["device"], given["latest"])
    return {"f": msgspec.to_builtins(found)}


def notices_case(given: Json) -> Json:
    made = notices.notices(_op(given["op"]), _decision(given["decision"]), given["before"])
    return {"notices": msgspec.to_builtins(made)}


def notice_closing_case(given: Json) -> Json:
    if "close" in given:
        return {"notice": notices.close(given["close"], _op(given["op"]))}
    return {"notice": notices.blank(given["blank"], given["kind"], given["ver"])}


def scopes_case(given: Json) -> Json:
    return {"scopes": sorted(scopes.scopes_of(given["body"], given["org"]))}


def shade_case(given: Json) -> Json:
    match given:
        case {"body": body}:
            return {"body": shade.shade(body, bytes.fromhex(given["key"]), given["now"])}
        case {"expiry_of": body}:
            return {"day": shade.expiry_day(body)}
        case {"masked": value}:
            return {"text": shade.masked(ENTITIES["visit"].fields[given["field"]], value)}
        case {"keyed": value}:
            return {"hash": shade.keyed_hash(bytes.fromhex(given["key"]), given["field"], value)}
        case _:
            return {"text": shade.fold(given["fold"])}


def digest_case(given: Json) -> Json:
    match given:
        case {"entity": entity, "version": version}:
            return {"weight": digest.weight(entity, version)}
        case {"sum": pairs}:
            return {"count": len(pairs), "sum": sum(digest.weight(*pair) for pair in pairs) % digest.MODULUS}
        case _:
            return {"days": digest.differing(_days(given["server"]), _days(given["device"]), given["today"])}


def _days(given: Json) -> digest.Days:
    return {day: (count, total) for day, (count, total) in given.items()}


def log_case(given: Json) -> Json:
    match given:
        case {"org": org}:
            return {"hash": stamp.log_root(org).hex()}
        case {"leaf": leaf}:
            return {"text": stamp.leaf_text(msgspec.convert(leaf, stamp.Leaf)).decode()}
        case _:
            return {"hash": stamp.log_hash(bytes.fromhex(given["previous"]), given["text"].encode()).hex()}


def messages_case(given: Json) -> Json:
    match given:
        case {"push": frame}:
            push = msgspec.convert({**frame, "sig": ""}, protocol.Push)
            raw = protocol.push_message(push, given["last"])
        case {"results": results}:
            rows = msgspec.convert(results, list[protocol.Outcome])
            raw = protocol.results_message(given["chain"], rows, msgspec.convert(given["stamp"], stamp.Stamp))
        case {"anchor": anchor}:
            raw = clock.anchor_message(anchor["ms"], anchor["nonce"])
        case {"token": token}:
            raw = protocol.token_message(msgspec.convert({**token, "sig": ""}, protocol.TokenRequest))
        case {"vouchers": vouchers}:
            raw = protocol.vouchers_message(given["chain"], vouchers, msgspec.convert(given["stamp"], stamp.Stamp))
        case {"seal_key": key}:
            raw = protocol.seal_key_message(key)
        case {"sealed": about}:
            raw = protocol.sealed_message(about["op"], about["com"])
        case {"rechain": request}:
            raw = protocol.rechain_message(msgspec.convert({**request, "sig": ""}, protocol.RechainRequest))
        case {"cert": body}:
            raw = protocol.cert_message(body)
        case _:
            raw = stamp.stamp_message(msgspec.convert(given["stamp"], stamp.Stamp))
    return {"text": raw.decode()}


def signatures_case(given: Json) -> Json:
    try:
        key = VerifyingKey(given["key"])
    except ValueError:
        return {"valid": False}
    return {"valid": key.verify(given["message"].encode(), given["sig"])}


def pages_case(given: Json) -> Json:
    store = page.PageStore()
    applied = []
    for step in given["steps"]:
        match step:
            case {"page": made}:
                applied.append(page.apply_page(store, _page(made)) is not None)
            case {"drop": scope} | {"reset": scope}:
                page.drop(store, scope)
    return {
        "applied": applied,
        "rows": {entity: [held.n, held.body] for entity, held in store.rows.items()},
        "scopes": {entity: sorted(held.scopes) for entity, held in store.rows.items()},
        "cursors": {scope: list(cursor) for scope, cursor in store.cursors.items()},
        "stamp": msgspec.to_builtins(store.stamp),
    }


def _page(given: Json) -> protocol.Page:
    return msgspec.json.decode(msgspec.json.encode(given), type=protocol.Page)


def refusals_case(given: Json) -> Json:
    code = given["code"]
    families = {"refused": refusals.REFUSED, "parked": refusals.PARKED}
    return {"family": next(name for name, codes in families.items() if code in codes)}


def convergence_case(given: Json) -> Json:
    body: apply.Body | None = None
    writes: list[merge.Write] = []
    decisions, told = [], []
    for arrival in given["ops"]:
        act, when = _op(arrival["op"]), msgspec.convert(arrival["t"], clock.Interval)
        met = {} if body is None else merge.conflicts(body, writes, act, arrival["device"], when.latest)
        decision = Decision("merged" if met else "applied", when, f=met)
        told += notices.notices(act, decision, body)
        body = apply.apply(body, act, decision)
        won = frozenset(name for name in act.head.touched if met.get(name, ("won", ""))[0] == "won")
        writes.append(merge.Write(act.head.id, act.head.actor, arrival["device"], when.earliest, won))
        decisions.append(decision)
    folded: apply.Body | None = None
    for arrival, decision in zip(given["ops"], decisions, strict=True):
        folded = apply.apply(folded, _op(arrival["op"]), decision)
    assert folded == body, "the fold of the decisions differs"
    return {"decisions": msgspec.to_builtins(decisions), "body": body, "notices": msgspec.to_builtins(told)}


def upcast_case(given: Json) -> Json:
    kind = msgspec.convert(given["kind"], Kind)
    op = _op(given["op"])
    kept = copy.deepcopy(op)
    try:
        read = upcast.upcast(op, kind, given.get("version"))
    except ops.MalformedError:
        return {"error": "malformed"}
    assert op == kept, "the given op was changed"
    return {"op": {"head": msgspec.to_builtins(read.head), "private": read.private}}


def sealed_case(given: Json) -> Json:
    once = given["once"]
    key = ec.derive_private_key(int.from_bytes(canon.unb64(once["d"]), "big"), ec.SECP256R1())
    part = Private(given["private"], given["salt"])
    return {"sealed": seal(given["server"], given["op"], given["com"], part, key)}


def course_case(given: Json) -> Json:
    made = course.Course(given["entity"])
    told: list[apply.Body] = []
    steps = []
    for leaf in given["leaves"]:
        decision = _decision(leaf["decision"])
        place = course.place_of(leaf["n"], decision, given["ended"])
        steps.append(course.Step(place, _op(leaf["op"]), leaf["device"], decision))
        made.add(steps[-1])
    for step in steps:
        if step.op.head.id == given["told_of"]:
            told = made.told(step.op, step.decision, step.place)
    return {"body": made.body(), "notices": msgspec.to_builtins(told)}


RUNNERS: dict[str, Callable[[Json], Json]] = {
    "apply": apply_case,
    "canon": canon_case,
    "chain": chain_case,
    "chain_repair": chain_repair_case,
    "check": check_case,
    "clock": clock_case,
    "commitment": commitment_case,
    "course": course_case,
    "convergence": convergence_case,
    "digest": digest_case,
    "ids": ids_case,
    "log": log_case,
    "merge": merge_case,
    "messages": messages_case,
    "notice_closing": notice_closing_case,
    "notices": notices_case,
    "pages": pages_case,
    "refusals": refusals_case,
    "scopes": scopes_case,
    "sealed": sealed_case,
    "shade": shade_case,
    "signatures": signatures_case,
    "upcast": upcast_case,
}
