"""What rules ask of swaps: whose they are, in which month they count, and what is still to be repaid."""

from typing import Final

ID: Final = "0016_swap_terms"

_COLUMNS: Final = ("person", "accepted_by", "team", "month", "mode", "repays", "repaid")
_ADD: Final = "".join(f"ALTER TABLE swap ADD COLUMN {name} text;\n" for name in _COLUMNS)
_INDEXES: Final = """
CREATE INDEX swap_person ON swap (person, month);
CREATE INDEX swap_accepted_by ON swap (accepted_by, month);
CREATE INDEX swap_team ON swap (team, month);
CREATE INDEX shift_post_starts ON shift (post, starts);
"""


def _fill(by: str, field: str) -> str:
    """Of swaps that are on record: ``by`` and ``field`` read the person and a field of the record ``e``."""
    read = {name: field.format(name) for name in _COLUMNS} | {"person": by}
    own = "FROM entity e WHERE e.id = swap.id"
    sets = ", ".join(f"{name} = (SELECT {sql} {own})" for name, sql in read.items())
    return f"UPDATE swap SET {sets};\n"  # noqa: S608  # names of ours


UP_SQLITE: Final = _ADD + _fill("json_extract(e.body, '$.by')", "json_extract(e.body, '$.f.{}')") + _INDEXES
UP_POSTGRES: Final = _ADD + _fill("e.body::jsonb ->> 'by'", "e.body::jsonb -> 'f' ->> '{}'") + _INDEXES
