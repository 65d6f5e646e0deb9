"""The closed list of codes a decision can carry (PROTOCOL 6.4). Codes never change meaning."""

from __future__ import annotations

from typing import Final

REFUSED: Final = {
    "malformed": "the act is not well formed",
    "bad_seal": "the sealed private part is damaged, or another act's",
    "unsendable": "the act could not be sent; only its hash is known",
    "op_id_reused": "the id belongs to another act",
    "wrong_org": "the act names another organisation",
    "sign_in_needed": "this kind of act needs a signed-in person",
    "not_entitled": "the person had no role for this at that time",
    "behind_refused": "the act that would have created this record was refused",
    "wrong_entity": "the record is of another kind",
    "entity_exists": "the record exists already",
    "erased": "the record was erased",
    "already_resolved": "the conflict was settled before",
    "not_yours": "the act concerns another person's matter",
    "unknown_reference": "the act names something that does not exist",
    "already_done": "the act asks for what already holds",
    "wrong_state": "the matter has moved on: the notice names who, when and to what",
    "not_asked": "the person was not asked",
    "own_matter": "nobody decides a matter of their own",
    "shift_changed": "the shift is no longer as it was seen",
    "shift_started": "the shift has begun",
    "overlap": "a person would have two shifts at the same time",
    "not_available": "who would have the shift has left, or is not of its team",
    "name_taken": "another one there has this name or number",
    "still_used": "something still stands on what is to be closed",
    "superior_circle": "the person would be above themselves",
    "team_without_lead": "the team would have people and nobody in charge",
    "last_admin": "nobody could run the organisation any more",
    "bad_segments": "the times of the shift are not in order",
    "bad_roster": "what was published is no month of a team",
    "roster_stale": "the roster has a newer version than the one that was edited",
    "too_much_at_once": "one publication cannot change so many shifts",
    "unknown_pack": "there is no such regulation",
    "unknown_parameter": "regulations set no such thing",
    "bad_value": "the value cannot stand for what is to be set",
    "bad_date": "the date is none, or ends what never began",
    "not_held": "the act to release or return is not held",
}
PARKED: Final = {
    "unknown_kind": "the kind of act, or its version, is newer than the server",
    "entity_unknown": "the record has not arrived yet",
    "behind_parked": "an earlier act of this device on the same record is held",
    "dependency_missing": "a record this act depends on has not arrived yet",
    "server_fault": "the server failed on this act alone",
    "other_device": "the act was made under a sign-in on the device that this one replaced",
    "after_revocation": "the act may lie after the device was revoked",
    "after_dismissal": "the act may lie after the person left",
    "contradicted": "what was decided about the act no longer fits what was done since the server went back in time",
    "voucher_unproven": "the decision that came with the act is not one this server made about it",
}
CODES: Final = {**REFUSED, **PARKED}
