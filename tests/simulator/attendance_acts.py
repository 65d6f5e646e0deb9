"""What people decide about months in a history: proposals, closed months, devices nobody waits for."""

from __future__ import annotations

from tests.estate import DAY
from tests.simulator.gate_acts import person_phone, rows
from tests.simulator.world import World


async def attendance(world: World) -> None:
    """Somebody in charge settles a proposal, closes a month or opens it again, or calls a device silent."""
    phone = person_phone(world, "S1", "M1", "A1")
    if phone is None:
        return
    dice, places, now = world.dice, world.places, world.estate.clock.ms
    choice = dice.random()
    periods, penalties = rows(phone, "period"), rows(phone, "penalty")
    if choice < 0.2:
        # The estate begins in March: that month is not over, the one before is.
        phone.record("period.close", {"team": places.team, "month": dice.choice(("2026-02", "2026-02", "2026-03"))})
    elif choice < 0.45 and periods:
        phone.record("period.reopen", {"reason": "漏了"}, dice.choice(periods)["id"])
    elif choice < 0.65 and penalties:
        phone.record("penalty.reverse", {"reason": "改判"}, dice.choice(penalties)["id"])
    elif choice < 0.72:
        device = dice.choice(list(world.phones.values())).device.id
        phone.record(
            "silence.declare", {"device": device, "until": now - dice.choice((-DAY, 0, DAY)), "reason": "坏了"}
        )
    else:
        months = [body for body in rows(phone, "month") if body["f"]["proposals"]]
        month = dice.choice(months)["f"] if months else {"person": places.people["B1"], "month": "2026-03"}
        proposal = dice.choice(month["proposals"])["id"] if months else "absence:nothing"
        named = {"person": month["person"], "month": month["month"], "proposal": proposal}
        if dice.random() < 0.6:
            phone.record("penalty.confirm", named)
        else:
            phone.record("penalty.dismiss", {**named, "reason": "说得通"})
