"""The closed list of codes, by family."""

from cases.build import Case, case

SPEC = "6.4"
PATH = ("P6",)

REFUSED = (
    "malformed",
    "bad_seal",
    "unsendable",
    "op_id_reused",
    "wrong_org",
    "sign_in_needed",
    "not_entitled",
    "behind_refused",
    "wrong_entity",
    "entity_exists",
    "erased",
    "already_resolved",
    "not_yours",
    "unknown_reference",
    "already_done",
    "wrong_state",
    "not_asked",
    "own_matter",
    "shift_changed",
    "shift_started",
    "overlap",
    "not_available",
    "name_taken",
    "still_used",
    "superior_circle",
    "team_without_lead",
    "last_admin",
    "bad_segments",
    "bad_roster",
    "roster_stale",
    "too_much_at_once",
    "unknown_pack",
    "unknown_parameter",
    "bad_value",
    "bad_date",
    "leave_span",
    "leave_overlaps",
    "leave_in_person",
    "leave_swapped",
    "leave_holiday",
    "leave_night",
    "leave_night_noon",
    "leave_substitute",
    "substitute_busy",
    "level_skipped",
    "cross_line",
    "leave_begun",
    "leave_not_begun",
    "certificate_dates",
    "correction_off",
    "correction_early",
    "correction_late",
    "correction_claim",
    "correction_cap",
    "correction_there",
    "not_missing",
    "outing_span",
    "outing_late",
    "outage_span",
    "not_held",
)
PARKED = (
    "unknown_kind",
    "entity_unknown",
    "behind_parked",
    "dependency_missing",
    "server_fault",
    "other_device",
    "after_revocation",
    "after_dismissal",
    "contradicted",
    "voucher_unproven",
)


def cases() -> list[Case]:
    families = {**dict.fromkeys(REFUSED, "refused"), **dict.fromkeys(PARKED, "parked")}
    fault = {"refused": "the code forgotten, or an act held that is refused for good",
             "parked": "the code forgotten, or an act refused for good that may be released"}  # fmt: skip
    return [
        case(f"the code {code}", fault[family], {"code": code}, {"family": family}) for code, family in families.items()
    ]
