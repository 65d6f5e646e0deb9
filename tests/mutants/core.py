"""Faults of the pure core that change what a whole server decides; tests/sync/mutants.py has those of single rules."""

from __future__ import annotations

from tests.mutants.fault import Control, Fault

CORE = "sync/gatehouse_sync"
T = "tests/backend"


def fault(name: str, file: str, old: str, new: str, *tests: str) -> Fault:
    return Fault(name, "core", f"{CORE}/{file}", old, new, tests)


FAULTS = [
    fault(
        "base version ignored", "merge.py",
        "base = next((i for i, write in enumerate(writes) if write.op == head.base), -1)", "base = len(writes) - 1",
        f"{T}/test_merge.py::test_the_later_arrival_wins_and_the_other_person_is_told_both_values[sqlite]",
    ),
    fault(
        "every base taken for the oldest", "merge.py", "if write.op == head.base), -1)", "if False), -1)",
        "tests/sync/test_vectors.py",
    ),
    fault(
        "own earlier write treated as a conflict", "merge.py",
        " if (write.actor, write.device) != (head.actor, device)]", "]",
        f"{T}/test_merge.py::test_ones_own_writes_from_an_older_chain_are_no_conflict[sqlite]",
    ),
    fault(
        "lww between neighbours", "merge.py",
        "greatest = max(write.earliest for write in writes if name in write.fields)",
        "greatest = [write.earliest for write in writes if name in write.fields][-1]",
        "tests/sync/test_vectors.py", f"{T}/test_merge.py",
    ),
    fault(
        "a whole record's last writer wins", "apply.py", " or (decision.f and not _won(decision, name))", "",
        "tests/sync/test_vectors.py",
    ),
    fault(
        "commitment unchecked", "ops.py", "canon.commit(salt_bytes, raw) != head.com", "False",
        f"{T}/test_bad_input.py::test_private_parts_that_do_not_match",
    ),
    fault(
        "the wall clock believed", "clock.py", "at = min(max(stated, earliest), received)", "at = stated",
        f"{T}/test_merge.py::test_no_clock_blocks_an_act",
    ),
    fault(
        "off by one in the sequence: a gap of one filled in", "chain.py", "if first > held + 1:",
        "if first > held + 2:",
        f"{T}/test_push.py::test_a_gap_is_named_and_nothing_behind_it_is_taken[sqlite]",
    ),
    fault(
        "a fork taken for a repeat", "chain.py", "if (links[skip - 1] if skip else prev) != link_at[at]:", "if False:",
        f"{T}/test_push.py::test_a_cloned_profile_forks_and_nobody_is_frozen_out[sqlite]",
    ),
    fault(
        "erasing leaves the values", "apply.py", "for name, value in body[\"f\"].items() if name not in private}",
        "for name, value in body[\"f\"].items()}",
        f"{T}/test_merge.py::test_erasure_leaves_the_proofs_and_no_personal_value[sqlite]",
    ),
    fault(
        "a swap kept from those who are asked", "scopes.py",
        'asked = [f"person:{one}" for one in fields["asked"]] or [f"team:{fields[\'team\']}"]', "asked: list[str] = []",
        "tests/sync/test_vectors.py",
    ),
]  # fmt: skip

CONTROLS = [
    Control(
        "a server that answers before it commits", "server",
        "tests/crash/test_crash.py::test_a_server_that_answers_before_it_commits_is_seen_through",
    ),
    Control("histories of swaps that are no histories", "server", "tests/servers/test_elle.py"),
    Control("stories under a planted fault", "server", f"{T}/test_planted_faults.py::test_a_planted_fault_is_seen"),
    Control(
        "histories under a planted fault", "server", "tests/simulator/test_histories.py::test_a_planted_fault_is_seen"
    ),
    Control("two databases that differ", "server", f"{T}/test_planted_faults.py::test_another_merge_gives_other_bytes"),
    Control(
        "a database changed by hand", "server",
        f"{T}/test_planted_faults.py::test_a_database_changed_by_hand_does_not_verify",
    ),
    Control(
        "what is kept beside the log", "server",
        f"{T}/test_planted_faults.py::test_what_is_kept_beside_the_log_must_follow_from_it",
    ),
    Control(
        "history written anew", "server",
        f"{T}/test_planted_faults.py::test_history_written_anew_contradicts_the_stamps_of_devices",
    ),
    Control(
        "a serial number for a cursor", "server",
        f"{T}/test_concurrency.py::test_the_same_poller_behind_a_serial_number_does_skip",
    ),
    Control(
        "a restore without a new epoch", "server",
        f"{T}/backup/test_restore.py::test_without_a_new_epoch_a_phone_would_keep_rows_that_are_gone",
    ),
    Control("giving back under a planted fault", "server", f"{T}/test_readmit.py::test_a_fault_planted_there_is_seen"),
    Control(
        "rules of the core, one by one", "core",
        "tests/sync/test_vectors_themselves.py::test_a_planted_fault_is_caught_by_the_case_that_is_for_it",
    ),
]  # fmt: skip
