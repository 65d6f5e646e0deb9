"""What a client written from the protocol page alone met: answers the page promises, to the letter."""

from __future__ import annotations

import pytest
from tests.estate import Estate, Key, codes
from tests.frames import resigned

from gatehouse.errors import Problem
from gatehouse.replication.frame import decode
from gatehouse_sync import canon, protocol
from gatehouse_sync.chain import End
from gatehouse_sync.protocol import SentOp


async def test_what_follows_a_malformed_creation_is_refused_with_it(estate: Estate) -> None:
    phone = await estate.phone("G1")
    visit = phone.arrive()
    phone.amend(visit, unit="1-101")
    frame = phone.frame()
    assert frame is not None
    head = frame.ops[0].head
    assert head is not None
    broken = {**canon.decode(head), "values": {**canon.decode(head)["values"], "category": "nonsense"}}
    sent = [SentOp(head=canon.encode(broken).decode()), *frame.ops[1:]]
    reply = await estate.push(resigned(phone, frame, sent))
    assert codes(reply.results) == [("refused", "malformed"), ("refused", "behind_refused")]  # type: ignore[union-attr] # an accepted frame


async def test_a_chain_begun_twice_must_follow_the_same_end(estate: Estate) -> None:
    phone = await estate.phone("G1")
    new, chain = Key(estate.dice), estate.id()

    async def begin(n: int) -> None:
        follows = End(phone.device.chain, "0" * 64, n)
        bare = protocol.RechainRequest(phone.id, chain, new.public, follows, "")
        sig = phone.key.sign(protocol.rechain_message(bare))
        await estate.enrolment.rechain(protocol.RechainRequest(phone.id, chain, new.public, follows, sig))

    await begin(0)
    await begin(0)
    with pytest.raises(Problem, match="chain_known"):
        await begin(1)


@pytest.mark.parametrize(
    "follows",
    [
        '{"chain":"0199f0a0-0002-7000-8000-000000000001","link":"zz","n":0}',
        '{"chain":"0199f0a0-0002-7000-8000-000000000001","link":"%s","n":-1}' % ("0" * 64),
        '{"chain":"0199f0a0-0002-7000-8000-000000000001","link":"%s","n":9007199254740992}' % ("0" * 64),
        '{"chain":"here","link":"%s","n":0}' % ("0" * 64),
    ],
)
def test_an_end_that_is_none_is_no_frame(follows: str) -> None:
    raw = f'{{"login":"G1","password":"x","key":"{"A" * 87}","chain":"0199f0a0-0002-7000-8000-000000000001",'
    raw += f'"label":"","follows":{follows}}}'
    with pytest.raises(Problem, match="bad_frame"):
        decode(raw.encode(), protocol.EnrolRequest)


def test_a_label_has_no_control_characters() -> None:
    raw = f'{{"login":"G1","password":"x","key":"{"A" * 87}","chain":"0199f0a0-0002-7000-8000-000000000001",'
    with pytest.raises(Problem, match="bad_frame"):
        decode((raw + '"label":"a\\u0000b"}').encode(), protocol.EnrolRequest)
