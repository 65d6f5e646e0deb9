"""The bytes under each signature."""

from typing import Any

from cases import by_hand
from cases.build import CHAIN, NOON, ORG, TABLET, Case, Json, case, op_id, uid

SPEC = "3.4, 4, 6, 7.1, 9.3"
SHOWS = ("P4", "P28")

LINK, PREV = by_hand.sha256("last").hex(), by_hand.sha256("prev").hex()
STAMP: Json = {"epoch": "e1", "hash": by_hand.sha256("log").hex(), "n": 7, "org": ORG, "sig": "c2ln"}
FOLLOWS: Json = {"chain": uid(6, 9), "link": PREV, "n": 4}
KEY = by_hand.public(by_hand.KEY)


def cases() -> list[Case]:
    return [*pushes(), *results(), *others()]


def push(name: str, fault: str, *, count: int = 2, certs: bool = False, **changes: Any) -> Case:
    frame: Json = {
        "device": TABLET, "chain": {"id": CHAIN, "follows": None}, "first": 5, "prev": PREV,
        "ops": [{"head_hash": by_hand.sha256(str(number)).hex()} for number in range(count)],
        "end": {"n": 9, "anchor": f"{NOON}.nonce.sig"}, "echo": STAMP,
    }  # fmt: skip
    frame.update(changes)
    last = LINK if count else frame["prev"]
    signed = {
        **{key: frame[key] for key in ("chain", "device", "echo", "end", "first", "prev")},
        "count": count,
        "last": last,
    }
    sent = {**frame, "certs": [{"body": "{}", "sig": "c2ln"}]} if certs else frame
    return case(name, fault, {"push": sent, "last": last}, {"text": "gh-push-1" + by_hand.canon(signed)})


def pushes() -> list[Case]:
    return [
        push("a push of two ops", "bodies under the signature, or keys unsorted"),
        push("a push of no op", "count left out when zero", count=0),
        push(
            "a push of a first chain's first op",
            "null left out",
            count=1,
            first=1,
            echo=None,
            end={"n": 1, "anchor": None},
        ),
        push(
            "a push of a chain that follows another",
            "the end that it follows not signed",
            chain={"id": CHAIN, "follows": FOLLOWS},
        ),
        push("a push with certificates", "certificates under the signature", certs=True),
        push("a push with an echo of another log", "the echo not signed", echo={**STAMP, "hash": PREV}),
    ]


def results() -> list[Case]:
    def one(name: str, fault: str, rows: list[Any]) -> Case:
        signed = {"chain": CHAIN, "results": rows, "stamp": STAMP}
        return case(
            name,
            fault,
            {"results": rows, "chain": CHAIN, "stamp": STAMP},
            {"text": "gh-results-1" + by_hand.canon(signed)},
        )

    applied = [5, op_id(1), "applied", None]
    return [
        one("results of an empty push", "an empty list left out", []),
        one(
            "an applied and a refused op", "null left out of a row", [applied, [6, op_id(2), "refused", "not_entitled"]]
        ),
        one("a stub", "an id made up for a stub", [[5, None, "refused", "unsendable"]]),
        one(
            "results in the order of the ops",
            "rows sorted by id",
            [[5, op_id(2), "parked", "behind_parked"], [6, op_id(1), "applied", None]],
        ),
    ]


def others() -> list[Case]:
    token = {"device": TABLET, "chain": CHAIN, "anchor": f"{NOON}.nonce.sig"}
    rechain = {"device": TABLET, "chain": uid(6, 2), "key": KEY, "follows": FOLLOWS}
    body = by_hand.canon(
        {"at": NOON, "device": TABLET, "id": uid(7, 1), "org": ORG, "person": uid(4, 1), "type": "sign_in"}
    )
    unsigned = {key: value for key, value in STAMP.items() if key != "sig"}
    return [
        case("a time anchor", "quotes around the text", {"anchor": {"ms": NOON, "nonce": "abc_-"}},
            {"text": f"gh-anchor-1{NOON}.abc_-"}),
        case("a device token", "the signature under itself", {"token": token},
            {"text": "gh-token-1" + by_hand.canon(token)}),
        case("a new chain", "the new key not signed", {"rechain": rechain},
            {"text": "gh-rechain-1" + by_hand.canon(rechain)}),
        case("the vouchers of a reply", "the vouchers without their chain", {"vouchers": ["dg", ""], "chain": CHAIN,
            "stamp": STAMP}, {"text": "gh-vouchers-1" + by_hand.canon({"chain": CHAIN, "stamp": STAMP,
            "vouchers": ["dg", ""]})}),
        case("the sealing key", "quotes around the key", {"seal_key": KEY}, {"text": "gh-seal-key-1" + KEY}),
        case("what a sealed part is bound to", "the op alone", {"sealed": {"op": op_id(1), "com": LINK}},
            {"text": "gh-sealed-1" + by_hand.canon({"com": LINK, "op": op_id(1)})}),
        case("a certificate", "the body encoded again", {"cert": body}, {"text": "gh-cert-1" + body}),
        case("a stamp", "the signature under itself", {"stamp": STAMP},
            {"text": "gh-stamp-1" + by_hand.canon(unsigned)}),
    ]  # fmt: skip
