"""Sums that find silent divergence."""

from cases import by_hand
from cases.build import Case, Json, case, op_id

SPEC = "8.8"
SHOWS = ("P26",)


def weight(entity: str, version: str) -> int:
    return int(by_hand.sha256(entity, version).hex()[:12], 16)


def heavy(count: int) -> list[list[str]]:
    """Pairs whose sum passes 2^48."""
    pairs = [[op_id(n), op_id(n + 1)] for n in range(400) if weight(op_id(n), op_id(n + 1)) > 2**47]
    return pairs[:count]


def cases() -> list[Case]:
    a, b, c = [op_id(1), op_id(1)], [op_id(1), op_id(2)], [op_id(2), op_id(1)]
    return [
        *[case(name, fault, {"entity": entity, "version": version}, {"weight": weight(entity, version)})
          for name, fault, (entity, version) in [
              ("an entity at its first version", "other bytes than the first six, or their order turned", a),
              ("an entity at its second version", "the version left out", b),
              ("entity and version swapped", "a sum in which the two may change places", c)]],
        *[case(name, fault, {"sum": pairs}, {"count": len(pairs), "sum": sum(weight(*pair) for pair in pairs) % 2**48})
          for name, fault, pairs in [
              ("nothing", "a count of one for nothing", []),
              ("two entities", "hashes joined instead of added", [a, c]),
              ("two entities in the other order", "a sum that depends on the order", [c, a]),
              ("a sum beyond 2^48", "no modulus", heavy(3)),
              ("a sum beyond 2^53", "sums in doubles, reduced at the end", heavy(80))]],
        *differing(),
    ]  # fmt: skip


def differing() -> list[Case]:
    def one(name: str, fault: str, server: Json, device: Json, expected: list[str], today: int = 20_000) -> Case:
        return case(name, fault, {"server": server, "device": device, "today": today}, {"days": expected})

    return [
        one("nothing on both sides", "an empty scope that differs", {}, {}, []),
        one(
            "the same", "lists compared by identity", {"0": [2, 5], "20010": [1, 7]}, {"0": [2, 5], "20010": [1, 7]}, []
        ),
        one("another sum of open records", "open records never compared", {"0": [2, 5]}, {"0": [2, 6]}, ["0"]),
        one("another count, the same sum", "sums alone compared", {"0": [2, 5]}, {"0": [3, 5]}, ["0"]),
        one("a day that the device lacks", "days of the device alone compared", {"20010": [1, 7]}, {}, ["20010"]),
        one("a day that the server lacks", "days of the server alone compared", {}, {"20010": [1, 7]}, ["20010"]),
        one("a day of nothing and a day left out", "nothing taken for something", {"20010": [0, 0]}, {}, []),
        one("a day left out and a day of nothing", "nothing taken for something", {}, {"20010": [0, 0]}, []),
        one("a day that expired on one side", "a reset each time a day expires", {"19990": [1, 7]}, {}, []),
        one("today", "a clock a little ahead has expired it", {"20000": [1, 7]}, {}, []),
        one("tomorrow", "a clock an hour ahead expires it", {"20001": [1, 7]}, {}, []),
        one("the day after tomorrow", "a limit one too high", {"20002": [1, 7]}, {}, ["20002"]),
        one(
            "several days",
            "days sorted as numbers, or not at all",
            {"9": [1, 1], "10": [1, 1], "0": [1, 1]},
            {},
            ["0", "10", "9"],
            1,
        ),
    ]
