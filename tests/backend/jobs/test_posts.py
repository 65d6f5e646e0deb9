"""A tablet that moves: an act without a sign-in counts for the post where the tablet stood as the act was made."""

from __future__ import annotations

import pytest
from tests.backend.test_lost_key import enrolled_again
from tests.dump import ask
from tests.estate import DAY, HOUR, Estate, Phone, codes
from tests.schema import step_back
from tests.team import Team

from gatehouse.db.migrate import migrate
from gatehouse.db.steps import Steps
from gatehouse.replication import device_posts, facts
from gatehouse.replication.device_posts import Placed, stood
from gatehouse_sync import ops
from gatehouse_sync.clock import Interval
from gatehouse_sync.device import Clocks, Person

APPLIED, REFUSED = [("applied", None)], [("refused", "sign_in_needed")]


@pytest.fixture
async def team(estate: Estate) -> Team:
    """B1 may be picked at both gates."""
    made = await Team(estate).build()
    await made.assign("B1", 3)
    await made.assign("B1", 4, post=made.estate.west)
    return made


async def put(team: Team, tablet: Phone, post: str | None) -> None:
    """The admin moves the tablet, an hour after what was before; nothing is heard of it there."""
    team.estate.clock.forward(HOUR)
    given = {"device": tablet.id} if post is None else {"device": tablet.id, "post": post}
    team.estate.admin.act("device.kiosk", given)
    assert set(codes(await team.estate.admin.drain())) == set(APPLIED)
    team.estate.clock.forward(HOUR)


async def tablet_at(team: Team, post: str) -> Phone:
    """A tablet at a post, with nobody signed in, that has heard of it."""
    made = await team.estate.phone("M1", "平板")
    await put(team, made, post)
    made.session = None
    await made.pull()
    return made


def punch(tablet: Phone, person: str, post: str) -> str:
    """B1 clocks in there without a sign-in; an hour goes by."""
    tablet.device.people.setdefault(person, Person(person, ops.NO_AUTH, None))
    made = tablet.device.act(
        person, "punch.record", {"direction": "in", "site": tablet.estate.site, "post": post, "again": True}
    )
    tablet.estate.clock.forward(HOUR)
    return made


async def flags(team: Team, made: str) -> list[str]:
    """Those of a punch, as its supervisor sees it, without the one that it names no shift."""
    await team.phones["S1"].pull()
    row = team.phones["S1"].row(made)
    assert row is not None
    return [flag for flag in row["x"] if flag != "no_shift"]


async def test_a_punch_made_before_the_tablet_moved_counts_when_it_arrives(team: Team) -> None:
    """Both posts in one frame, each act for the post of its hour; the first may have been made after the move."""
    estate, person = team.estate, team.person("B1")
    tablet = await tablet_at(team, estate.east)
    before = punch(tablet, person, estate.east)
    await put(team, tablet, estate.west)
    await tablet.pull()
    after = punch(tablet, person, estate.west)
    assert codes(await tablet.drain()) == APPLIED * 2
    assert await flags(team, before) == ["identity_unproven", "straddle"]
    assert await flags(team, after) == ["identity_unproven"]


async def test_a_tablet_that_has_not_heard_of_its_move_still_takes_punches(team: Team) -> None:
    """It was offline when the admin moved it: people go on clocking at the gate where it hangs."""
    estate, person = team.estate, team.person("B1")
    tablet = await tablet_at(team, estate.east)
    await put(team, tablet, estate.west)
    made = punch(tablet, person, estate.east)
    assert codes(await tablet.drain()) == APPLIED
    assert await flags(team, made) == ["identity_unproven", "straddle"]
    await tablet.pull()
    punch(tablet, person, estate.east)
    assert codes(await tablet.drain()) == REFUSED


async def test_a_punch_made_before_the_tablet_became_personal_counts(team: Team) -> None:
    estate, person = team.estate, team.person("B1")
    tablet = await tablet_at(team, estate.east)
    made = punch(tablet, person, estate.east)
    await put(team, tablet, None)
    await tablet.pull()
    punch(tablet, person, estate.east)  # it is nobody's tablet, and has heard so
    assert codes(await tablet.drain()) == APPLIED + REFUSED
    assert await flags(team, made) == ["identity_unproven", "straddle"]


async def test_a_tablet_that_moved_back_has_stood_at_each_post_in_its_time(team: Team) -> None:
    estate, person = team.estate, team.person("B1")
    tablet = await tablet_at(team, estate.east)
    first = punch(tablet, person, estate.east)
    await put(team, tablet, estate.west)
    await tablet.pull()
    between = punch(tablet, person, estate.west)
    punch(tablet, person, estate.east)  # it stands at the other gate, and has heard so
    await put(team, tablet, estate.east)
    await tablet.pull()
    last = punch(tablet, person, estate.east)
    assert codes(await tablet.drain()) == APPLIED * 2 + REFUSED + APPLIED
    assert [await flags(team, one) for one in (first, between, last)] == [
        ["identity_unproven", "straddle"],
        ["identity_unproven", "straddle"],
        ["identity_unproven"],
    ]


async def test_a_punch_at_a_post_that_is_not_yet_the_tablets_is_refused(team: Team) -> None:
    estate, person = team.estate, team.person("B1")
    tablet = await tablet_at(team, estate.east)
    punch(tablet, person, estate.west)
    await put(team, tablet, estate.west)
    assert codes(await tablet.drain()) == REFUSED


async def test_a_move_the_server_has_not_heard_of_moves_no_tablet(team: Team) -> None:
    """The admin was offline; the tablet cannot have known before the server did."""
    estate, person = team.estate, team.person("B1")
    tablet = await tablet_at(team, estate.east)
    estate.admin.act("device.kiosk", {"device": tablet.id, "post": estate.west})
    estate.clock.forward(HOUR)
    made = punch(tablet, person, estate.east)
    assert codes(await estate.admin.drain()) == APPLIED
    estate.clock.forward(HOUR)
    assert codes(await tablet.drain()) == APPLIED
    assert await flags(team, made) == ["identity_unproven", "straddle"]


@pytest.mark.parametrize("post", ["east", "west"])
async def test_where_the_clock_leaves_both_posts_open_a_punch_counts_with_a_flag(team: Team, post: str) -> None:
    """Started anew, the tablet knows no more than that it was after its last word from the server."""
    estate, person = team.estate, team.person("B1")
    tablet = await tablet_at(team, estate.east)
    tablet.device.clocks = Clocks(tablet.wall, lambda: 0, "run-2")
    made = punch(tablet, person, getattr(estate, post))
    await put(team, tablet, estate.west)
    assert codes(await tablet.drain()) == APPLIED
    assert await flags(team, made) == ["identity_unproven", "straddle"]


async def test_a_tablet_never_asked_for_answers_for_nobody(team: Team) -> None:
    """An open clock opens no post where the tablet never stood, and no person who may not be picked there."""
    estate = team.estate
    await team.assign("B2", 3, post=estate.west)
    tablet = await tablet_at(team, estate.east)
    other = estate.admin.act("post.create", {"site": estate.site, "name": "北门岗", "order": 3})
    await estate.admin.drain()
    await team.assign("B1", 6, post=other)
    tablet.device.clocks = Clocks(tablet.wall, lambda: 0, "run-2")
    punch(tablet, team.person("B1"), other)
    punch(tablet, team.person("B2"), estate.east)
    await put(team, tablet, None)
    assert codes(await tablet.drain()) == REFUSED * 2


async def test_a_badge_answers_for_acts_of_its_time_when_that_is_over(team: Team) -> None:
    tablet = await tablet_at(team, team.estate.east)
    punch(tablet, team.person("B1"), team.estate.east)
    await put(team, tablet, None)
    team.estate.clock.forward(30 * DAY)
    assert codes(await tablet.drain()) == APPLIED


async def test_a_held_punch_is_judged_by_its_own_time_when_it_is_released(team: Team) -> None:
    """Held for its person's dismissal, let go when the tablet has long been elsewhere."""
    estate, person = team.estate, team.person("B1")
    tablet = await tablet_at(team, estate.east)
    held = punch(tablet, person, estate.east)
    estate.admin.act("person.dismiss", {"dismissed": estate.clock.ms}, person)
    await estate.admin.drain()
    assert codes(await tablet.drain()) == [("parked", "after_dismissal")]
    await put(team, tablet, estate.west)
    team.phones["S1"].act("op.release", {"op": held})
    assert codes(await team.phones["S1"].sync()) == APPLIED
    assert await flags(team, held) == ["identity_unproven"], "it came before the tablet moved"


async def test_a_tablet_revoked_after_it_moved_is_held_and_counts_once_released(team: Team) -> None:
    estate, person = team.estate, team.person("B1")
    tablet = await tablet_at(team, estate.east)
    held = punch(tablet, person, estate.east)
    punch(tablet, person, estate.west)
    await put(team, tablet, estate.west)
    estate.admin.act("device.revoke", {"device": tablet.id})
    await estate.admin.drain()
    assert codes(await tablet.drain()) == [("parked", "after_revocation"), *REFUSED]
    team.phones["S1"].act("op.release", {"op": held})
    assert codes(await team.phones["S1"].sync()) == APPLIED
    assert await flags(team, held) == ["identity_unproven", "straddle"]


async def test_punches_of_a_tablet_that_enrolled_anew_are_held_for_someone_in_charge(team: Team) -> None:
    """Its key was lost with its name, its outbox was not: what people clocked on it is theirs."""
    estate, person = team.estate, team.person("B1")
    tablet = await tablet_at(team, estate.east)
    held, stray = punch(tablet, person, estate.east), punch(tablet, person, estate.west)
    anew = await enrolled_again(estate, tablet, "M1")
    assert codes(await anew.drain()) == [("parked", "other_device"), *REFUSED]
    team.phones["S1"].act("op.release", {"op": held})
    team.phones["S1"].act("op.release", {"op": stray})
    assert codes(await team.phones["S1"].sync()) == [("applied", None), ("refused", "not_held")]
    assert await flags(team, held) == ["identity_unproven"]


async def test_only_frames_with_unsigned_acts_ask_and_they_ask_once(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def load(device: str) -> Steps[list[Placed]]:
        asked.append(device)
        return (yield from device_posts.load_posts(device))

    tablet = await tablet_at(team, team.estate.east)
    monkeypatch.setattr(facts, "load_posts", load)
    phone = team.phones["B1"]
    for _ in range(3):
        phone.act("punch.record", {"direction": "in", "site": team.estate.site, "post": team.estate.east})
    assert codes(await phone.drain()) == APPLIED * 3
    assert asked == []
    for _ in range(3):
        punch(tablet, team.person("B1"), team.estate.east)
    assert codes(await tablet.drain()) == APPLIED * 3
    assert asked == [tablet.id]


async def test_an_older_database_learns_where_its_tablets_stood(team: Team) -> None:
    estate = team.estate
    tablet, phone = await tablet_at(team, estate.east), await estate.phone("M1", "手机")
    await put(team, tablet, estate.east)  # no move
    estate.admin.act("device.kiosk", {"device": tablet.id, "post": estate.west})
    await put(team, tablet, None)  # an hour later, with the one before
    await put(team, phone, None)  # a new label at most
    rows = "SELECT device, n, post, since, known FROM device_post ORDER BY n"
    before = await ask(estate.database, rows)
    assert [(row[0], row[2]) for row in before] == [
        (tablet.id, estate.east),
        (tablet.id, estate.west),
        (tablet.id, None),
    ]
    assert [row[4] - row[3] for row in before] == [0, HOUR, 0]
    await step_back(estate.database, "0004")
    assert "0004_device_post" in await migrate(estate.database)
    assert await ask(estate.database, rows) == before


A = [Placed("a", 100, 100), Placed("b", 180, 200), Placed("a", 300, 300), Placed(None, 400, 400)]


@pytest.mark.parametrize(
    ("post", "t", "expected"),
    [
        ("a", Interval(120, 150, 130, "anchored"), (True, False)),
        ("a", Interval(100, 200, 130, "anchored"), (True, False)),
        ("a", Interval(120, 220, 130, "anchored"), (True, True)),
        ("a", Interval(200, 220, 210, "anchored"), (True, True)),
        ("a", Interval(201, 290, 210, "anchored"), (False, False)),
        ("a", Interval(201, 350, 210, "anchored"), (False, False)),
        ("a", Interval(201, 350, 210, "unanchored"), (True, True)),
        ("a", Interval(201, 350, 210, "live"), (True, True)),
        ("a", Interval(0, 450, 0, "contradictory"), (True, True)),
        ("a", Interval(401, 450, 410, "unanchored"), (False, False)),
        ("b", Interval(120, 220, 179, "anchored"), (False, False)),
        ("b", Interval(120, 220, 180, "anchored"), (True, True)),
        ("b", Interval(180, 300, 250, "anchored"), (True, False)),
        ("c", Interval(0, 450, 0, "contradictory"), (False, False)),
    ],
)
def test_an_interval_against_the_posts_of_a_tablet(post: str, t: Interval, expected: tuple[bool, bool]) -> None:
    """A post lasts from the act that gave it until the next one is known; both ends count."""
    assert stood(A, post, t, t.earliest) == expected


def test_a_tablet_out_of_reach_stands_where_it_last_heard_that_it_does() -> None:
    late = Interval(250, 290, 260, "anchored")
    assert stood(A, "a", late, 200) == (True, True)
    assert stood(A, "a", late, 201) == (False, False)
