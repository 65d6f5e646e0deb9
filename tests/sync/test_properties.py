"""What holds for every input: the laws behind the vectors."""

from __future__ import annotations

import json
import random
import unicodedata
from itertools import zip_longest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse_sync import canon, chain, digest, page, shade
from gatehouse_sync.apply import Body, apply
from gatehouse_sync.clock import AnchorReading, Evidence, Interval, interval
from gatehouse_sync.decision import Decision
from gatehouse_sync.ids import is_uuid, uuid7
from gatehouse_sync.merge import Write, conflicts
from gatehouse_sync.ops import Head, Op, Value

texts = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
keys = st.text(st.characters(max_codepoint=126, min_codepoint=32), max_size=6)
numbers = st.integers(-canon.MAX_INT, canon.MAX_INT)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
instants = st.integers(0, 2**41)


@given(values)
def test_what_is_encoded_is_decoded_again(value: Any) -> None:
    text = canon.encode(value)
    assert canon.decode(text) == value
    assert text.decode() == json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@given(st.binary(max_size=40) | values.map(canon.encode), st.integers(0, 39), st.integers(0, 255))
def test_a_text_is_refused_or_the_only_text_of_its_value(text: bytes, place: int, byte: int) -> None:
    changed = text[:place] + bytes([byte]) + text[place + 1 :]
    try:
        value = canon.decode(changed)
    except canon.NotCanonicalError:
        return
    assert canon.encode(value) == changed


@given(st.binary(max_size=70))
def test_base64url_goes_both_ways(raw: bytes) -> None:
    assert canon.unb64(canon.b64(raw)) == raw


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10), st.integers(0, 2**48 - 1))
def test_ids_of_later_instants_sort_later(ms: int, noise: bytes, other: int) -> None:
    one, two = uuid7(ms, noise), uuid7(other, noise)
    assert is_uuid(one)
    assert one[14] == "7"
    assert one[19] in "89ab"
    assert (one < two) is (ms < other)


ENTITY, ORG, AUTH = uuid7(1, bytes(10)), uuid7(2, bytes(10)), uuid7(3, bytes(10))
PEOPLE = [uuid7(4, bytes([number]) * 10) for number in range(3)]


def op(number: int, kind: str, public: dict[str, Value], private: dict[str, Value] | None = None, actor: int = 0) -> Op:
    made = ENTITY if number == 0 else uuid7(100 + number, bytes(10))
    head = Head(
        actor=PEOPLE[actor], auth=AUTH, base=None if number == 0 else ENTITY, com=None if private is None else "0" * 64,
        depends_on=[], entity=ENTITY, id=made, kind=kind, kv=1, org=ORG, t=Evidence(None, 0, "r", 0),
        touched=sorted({*public, *(private or {})}), values=public,
    )  # fmt: skip
    return Op(head, private)


def applied(at: int, **more: Any) -> Decision:
    return Decision("applied", Interval(at, at, at, "live"), **more)


ARRIVE = op(0, "visit.arrive", {"category": "courier", "post": ORG, "site": ORG})
BORN = apply(None, ARRIVE, applied(5))
items = st.lists(st.text("ab＃𠮷", min_size=1, max_size=2), min_size=1, max_size=3, unique=True).map(sorted)
public_fields = st.fixed_dictionaries({}, optional={"unit": st.none() | st.just("1"), "companions": st.integers(0, 9)})
private_fields = st.none() | st.fixed_dictionaries(
    {}, optional={"name": st.none() | st.just("李"), "note": st.just("x"), "items": items}
)


@st.composite
def amendments(draw: st.DrawFn) -> list[tuple[Op, Decision]]:
    """A few acts on one visit, with any decisions."""
    made = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        private: Any = draw(private_fields)
        public: Any = draw(public_fields)
        act = op(number, "visit.amend", public, private, draw(st.integers(0, 2)))
        results = st.sampled_from(["won", "lost", "ask"]).map(lambda result: (result, ENTITY))
        met: Any = draw(st.dictionaries(st.sampled_from(["unit", "companions", "name"]), results, max_size=2))
        outcome: Any = draw(st.sampled_from(["applied", "merged", "refused", "parked", "returned"]))
        at = draw(st.integers(0, 20))
        made.append(
            (
                Op(act.head, private if draw(st.booleans()) else None),
                Decision(outcome, Interval(at, at, at, "live"), f=met),
            )
        )
    return made


@given(amendments())
@pytest.mark.path("P15")
def test_an_act_applied_twice_is_applied_once(acts: list[tuple[Op, Decision]]) -> None:
    body = BORN
    for act, how in acts:
        before = json.dumps(body)
        after = apply(body, act, how)
        assert json.dumps(body) == before, "the entity given was changed"
        assert apply(after, act, how) == after
        body = after


@given(amendments())
def test_acts_without_effect_change_nothing(acts: list[tuple[Op, Decision]]) -> None:
    for act, how in acts:
        if how.d not in {"applied", "merged"}:
            assert apply(BORN, act, how) is BORN
            assert apply(None, act, how) is None


@given(st.lists(st.tuples(st.integers(0, 9), items, st.integers(0, 2)), min_size=1, max_size=6), st.randoms())
def test_lists_and_sets_do_not_depend_on_the_order_of_arrival(
    given_acts: list[tuple[int, list[str], int]], chance: random.Random
) -> None:
    acts = [
        (op(number, "visit.amend", {}, {"note": "x", "items": list(names)}, actor), applied(at))
        for number, (at, names, actor) in enumerate(given_acts, 1)
    ]
    shuffled = list(acts)
    chance.shuffle(shuffled)
    assert grown(acts) == grown(shuffled)


def grown(acts: list[tuple[Op, Decision]]) -> tuple[Any, Any]:
    body = BORN
    for act, how in acts:
        body = apply(body, act, how)
    assert body is not None
    return body["f"]["note"], body["f"]["items"]


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(1, 50), st.sampled_from(["1", "2", "3", None])),
        min_size=2,
        max_size=5,
    ),
    st.randoms(),
)
def test_writes_at_disjoint_times_end_the_same_in_any_order(
    steps: list[tuple[int, int, str | None]], chance: random.Random
) -> None:
    """The last in time wins, whatever arrives when: every write was made on the same base by another device."""
    instant, arrivals = 10, []
    for number, (length, gap, unit) in enumerate(steps, 1):
        when = Interval(instant, instant + length, instant, "anchored")
        arrivals.append((op(number, "visit.amend", {"unit": unit}, actor=number % 3), f"device {number}", when))
        instant += length + gap
    chance.shuffle(arrivals)
    body, log = BORN, [Write(ENTITY, PEOPLE[0], "device 0", 5, frozenset(ARRIVE.head.touched))]
    for act, device, when in arrivals:
        assert body is not None
        met = conflicts(body, log, act, device, when.latest)
        body = apply(body, act, Decision("merged" if met else "applied", when, f=met))
        won = frozenset(name for name in act.head.touched if met.get(name, ("won", ""))[0] == "won")
        log.append(Write(act.head.id, act.head.actor, device, when.earliest, won))
    assert body is not None
    assert body["f"].get("unit") == steps[-1][2]


@given(st.lists(st.integers(0, 3), max_size=8))
def test_a_store_sums_its_rows_by_scope_and_expiry_day(days: list[int]) -> None:
    """Day 0 is still open; a visit left on day d goes on day d + 30."""
    store = page.PageStore(cursors={"a": ("e", 9), "b": ("e", 9), "empty": ("e", 9)})
    assert BORN is not None
    for number, day in enumerate(days):
        left = {"left": day * 86_400_000} if day else {}
        body = {**BORN, "id": uuid7(number, bytes(10)), "f": {**BORN["f"], **left}}
        store.rows[body["id"]] = page.Held(number, body, {"a", "b"} if number % 2 else {"a"})
    for scope, sums in page.digests(store).items():
        held = [row.body for row in store.rows.values() if scope in row.scopes]
        assert sum(count for count, _ in sums.values()) == len(held)
        for day_text, (count, total) in sums.items():
            due = [body for body in held if str(body["f"].get("left", -30 * 86_400_000) // 86_400_000 + 30) == day_text]
            weights = [int(canon.sha256(f"{body['id']}{body['ver']}".encode()).hex()[:12], 16) for body in due]
            assert (count, total) == (len(due), sum(weights) % 2**48)
    assert page.digests(store).keys() == store.cursors.keys()


@given(st.lists(st.tuples(texts, texts), max_size=8), st.randoms())
def test_a_digest_does_not_depend_on_the_order_and_is_undone_by_subtraction(
    rows: list[tuple[str, str]], chance: random.Random
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    total = sum(digest.weight(*row) for row in rows) % digest.MODULUS
    running = 0
    for row in shuffled:
        running = (running + digest.weight(*row)) % digest.MODULUS
    assert running == total
    for row in rows:
        running = (running - digest.weight(*row)) % digest.MODULUS
    assert running == 0


readings = st.none() | st.builds(
    AnchorReading, mono=numbers, run=st.sampled_from(["a", "b"]), token=st.just("1.n.s"), wall=numbers
)
evidence = st.builds(Evidence, anchor=readings, mono=numbers, run=st.sampled_from(["a", "b"]), wall=numbers)


@given(evidence, st.none() | instants, instants, instants)
def test_every_act_has_an_interval_whatever_its_clocks_say(
    t: Evidence, anchor_ms: int | None, received: int, floor: int
) -> None:
    made = interval(t, anchor_ms, received, floor)
    assert 0 <= made.earliest <= made.at <= made.latest == received
    assert made.earliest >= min(floor, received)


@given(st.lists(st.binary(min_size=1, max_size=3), max_size=6), st.integers(0, 6), st.integers(0, 6), st.integers(0, 8))
def test_a_frame_of_the_same_history_is_never_a_fork(sent: list[bytes], held: int, begin: int, count: int) -> None:
    """A server that holds any part of a chain takes any frame of that chain that leaves no gap."""
    root = chain.root(ENTITY, ORG, None)
    all_links = [root, *chain.links(root, [canon.sha256(item) for item in sent])]
    held, begin = min(held, len(sent)), min(begin, len(sent))
    frame = all_links[begin + 1 : begin + 1 + count]
    judged = chain.judge(held, dict(enumerate(all_links[: held + 1])), begin + 1, all_links[begin], frame)
    if begin > held:
        assert judged == chain.Need(held + 1)
    else:
        assert judged == chain.Continue(min(held - begin, len(frame)))


@given(st.lists(st.sampled_from("李aB1é𠮷"), max_size=8), st.lists(st.sampled_from(" -·\u3000\u00a0"), max_size=8))
def test_marks_between_letters_and_their_case_are_folded_away(letters: list[str], marks: list[str]) -> None:
    apart = "".join(letter + mark for letter, mark in zip_longest(letters, marks, fillvalue=""))
    assert shade.fold(apart) == shade.fold("".join(letters)) == shade.fold(shade.fold(apart))


@given(st.text("李欧阳abc𠮷", min_size=2, max_size=9), st.text("粤A1", min_size=1, max_size=9), st.integers(0, 200))
def test_a_shade_never_holds_the_name_and_never_returns(name: str, plate: str, hours: int) -> None:
    assert BORN is not None
    closed: Body = {**BORN, "f": {**BORN["f"], "name": name, "plate": plate, "host": "赵", "left": 0}}
    later = shade.shade(closed, b"key", hours * 3_600_000)
    assert later is not None
    assert shade.shade(later, b"key", hours * 3_600_000) == later
    assert shade.full_until(BORN) == 0
    assert shade.full_until(closed) == 12 * 3_600_000
    if hours >= 12:
        assert name not in later["f"]["name"]
        assert plate != later["f"]["plate"]
        assert "host" not in later["f"]


@pytest.mark.parametrize("raw", [b"\xff", b'"\xed\xa0\x80"', b"[" * 100_000, b"1" * 100_000, b"", b"\x00"])
def test_hostile_bytes_are_refused_in_words(raw: bytes) -> None:
    with pytest.raises(canon.NotCanonicalError):
        canon.decode(raw)
