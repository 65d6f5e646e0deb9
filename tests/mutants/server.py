"""Faults of the server: its transactions, the push, the feed, the pull, the socket, what a restore leaves."""

from __future__ import annotations

from tests.mutants.fault import Fault

DB, REPLICATION = "backend/gatehouse/db", "backend/gatehouse/replication"
T = "tests/backend"


def fault(name: str, file: str, old: str, new: str, *tests: str) -> Fault:
    return Fault(name, "server", file, old, new, tests)


STORAGE = [
    fault(
        "acknowledged though the commit failed", f"{DB}/sqlite_transaction.py",
        "self._doomed = True\n            raise\n        self._committed",
        "self._doomed = True\n        self._committed",
        f"{T}/db/test_sqlite.py::test_a_failed_commit_gives_the_write_lock_back_at_once",
    ),
    fault(
        "a ROLLBACK taken for a commit", f"{DB}/postgres_transaction.py", 'if answer != "COMMIT":', "if False:",
        "tests/contracts/test_engine.py::test_a_swallowed_error_can_not_be_committed[postgres]",
    ),
    fault(
        "a deferred transaction", f"{DB}/sqlite_transaction.py", '"BEGIN IMMEDIATE"', '"BEGIN"',
        f"{T}/db/test_sqlite.py::test_a_transaction_that_only_reads_so_far_holds_the_write_lock",
    ),
    fault(
        "synchronous NORMAL", f"{DB}/sqlite_connection.py", "PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL",
        f"{T}/db/test_sqlite.py::test_what_is_committed_is_on_disk_and_private",
    ),
    fault(
        "a serialisation failure told as a refusal", f"{DB}/rerun.py",
        "return isinstance(failure, _POSTGRES_WAITS)", "return False",
        f"{T}/test_push_faults.py::test_a_push_that_postgres_turns_away_is_run_again", f"{T}/db/test_rerun.py",
    ),
    fault(
        "no snapshot on SQLite", f"{DB}/sqlite.py", 'connection.execute("BEGIN")', 'connection.execute("SELECT 1")',
        "tests/contracts/test_engine.py::test_a_read_keeps_its_snapshot_while_a_writer_commits[sqlite]",
    ),
    fault(
        "heads read after rows: each statement its own snapshot", f"{DB}/postgres_transaction.py",
        "LEVEL REPEATABLE READ READ ONLY", "LEVEL READ COMMITTED READ ONLY",
        "tests/contracts/test_engine.py::test_a_read_keeps_its_snapshot_while_a_writer_commits[postgres]",
    ),
]  # fmt: skip

PUSH = [
    fault(
        "no dedupe", f"{REPLICATION}/push.py",
        "known = batch.facts.known.get(head.id) if head is not None else None", "known = None",
        f"{T}/test_push.py::test_acts_already_taken_may_come_again_in_the_new_chain[sqlite]",
    ),
    fault(
        "an id's second body taken for the first", f"{REPLICATION}/push.py", " and known.hash == one.hash", "",
        f"{T}/test_push.py::test_the_same_id_with_another_body_is_refused_and_the_first_stands[sqlite]",
    ),
    fault(
        "acknowledged one too many", f"{REPLICATION}/push.py",
        "ack = max(held, frame.first - 1 + len(self.parsed))", "ack = max(held, frame.first + len(self.parsed))",
        f"{T}/test_push.py::test_a_frame_that_overlaps_what_is_held_adds_only_the_rest[sqlite]",
    ),
    fault(
        "signature skipped", "backend/gatehouse/devices/chains.py", "if not known[1].verify(message, sig):",
        "if False:",
        f"{T}/test_bad_input.py::test_signatures_of_another_shape",
    ),
    fault(
        "certificate unchecked", "backend/gatehouse/audit/signer.py",
        "if not self.key.verify(protocol.cert_message(certificate.body), certificate.sig):", "if False:",
        f"{T}/test_push.py::test_a_forged_certificate_proves_nothing_and_stores_nothing[sqlite]",
    ),
    fault(
        "another org's act let in", f"{REPLICATION}/decide.py", "if act.op.head.org != facts.org:", "if False:",
        f"{T}/test_push_faults.py::test_an_act_behind_one_of_another_org_is_no_way_in[sqlite]",
    ),
    fault(
        "another's sign-in believed", f"{REPLICATION}/decide.py",
        "if person_then != head.actor or (device != act.device and not vouched):",
        "if device != act.device and not vouched:",
        f"{T}/test_push.py::test_an_act_under_anothers_sign_in_on_the_same_device_is_refused[sqlite]",
    ),
    fault(
        "acts behind a revocation counted", f"{REPLICATION}/decide.py",
        "if revoked is not None and t.latest >= revoked:", "if False:",
        f"{T}/test_pull_grants.py::test_a_revoked_phone_reads_nothing_and_its_acts_are_held[sqlite]",
    ),
    fault(
        "savepoint fallback dropped", f"{REPLICATION}/push.py", "raise _OneByOne from error", "raise",
        f"{T}/test_push_faults.py::test_an_act_whose_handler_raises_is_held_alone",
    ),
    fault(
        "nothing undone to the savepoint", f"{REPLICATION}/push.py",
        'yield Savepoint("ROLLBACK TO")', 'yield Savepoint("RELEASE")\n                yield Savepoint("SAVEPOINT")',
        f"{T}/test_push_faults.py::test_a_statement_that_fails_is_undone_to_its_savepoint[sqlite]",
    ),
    fault(
        "what was absent not looked at again", f"{REPLICATION}/commit.py", "if still != freed or any(",
        "if False and any(",
        f"{T}/test_concurrency.py::test_an_act_and_the_record_it_waits_for_never_miss_each_other",
        f"{T}/test_concurrency.py::test_a_record_that_arrives_between_two_looks_is_not_missed",
    ),
    fault(
        "parked never released", f"{REPLICATION}/batch.py", "in self.facts.holds.pop(cause, []):", "in []:",
        f"{T}/test_held.py::test_what_waits_for_a_record_comes_free_with_it[sqlite]",
    ),
    fault(
        "notice not written", f"{REPLICATION}/batch.py",
        "told = [notice for notice in made if self._has_inbox(notice)]", "told = []",
        f"{T}/test_merge.py::test_the_later_arrival_wins_and_the_other_person_is_told_both_values[sqlite]",
    ),
    fault(
        "a device not told what became of its act", f"{REPLICATION}/batch.py",
        'if decision.d != "applied" or head.id in self.freed:', "if False:",
        f"{T}/test_pull_grants.py::test_with_nobody_signed_in_a_phone_gets_its_own_outcomes_only[sqlite]",
    ),
    fault(
        "erased private part kept", f"{REPLICATION}/batch_rows.py",
        "None if erased else arrival.private,", "arrival.private,",
        f"{T}/test_merge.py::test_erasure_in_the_frame_that_brings_the_record[sqlite]",
    ),
    fault(
        "a second who accepts has the swap too", "backend/gatehouse/swaps/ops.py",
        'if swap["f"]["state"] not in MOVES[act.op.head.kind]:', "if False:",
        f"{T}/jobs/test_swaps.py::"
        "test_of_two_who_accept_offline_the_first_to_arrive_has_it_and_the_other_is_told_who[sqlite]",
    ),
]  # fmt: skip

FEED = [
    fault(
        "cursor past an uncommitted row: heads of scopes unlocked", f"{REPLICATION}/feed.py",
        "ORDER BY scope\", (names,), lock=True)", "ORDER BY scope\", (names,))",
        f"{T}/test_concurrency.py::test_a_cursor_never_skips_a_row_committed_late[postgres]",
    ),
    fault(
        "the log's head unlocked", f"{REPLICATION}/feed.py", "WHERE org = ?\", (org,), lock=True)",
        "WHERE org = ?\", (org,))",
        f"{T}/test_concurrency.py::test_commits_that_share_no_stream_take_turns_at_the_logs_head[postgres]",
    ),
    fault(
        "feed number reused", f"{REPLICATION}/feed.py", "upto = seq + len(changes)", "upto = seq + len(changes) - 1",
        f"{T}/test_pull.py::test_pages_of_every_size_end_at_transactions_and_give_the_same_rows",
    ),
    fault(
        "a page that claims more than it read", f"{REPLICATION}/feed.py",
        "upto = stretch.head if whole else rows[-1][2]", "upto = stretch.head",
        f"{T}/test_pull.py::test_pages_of_every_size_end_at_transactions_and_give_the_same_rows",
    ),
    fault(
        "a page that splits a transaction", f"{REPLICATION}/feed.py", "whole and rows[-1][2] > rows[-1][0]:",
        "whole and False:",
        f"{T}/test_pull.py::test_pages_of_every_size_end_at_transactions_and_give_the_same_rows",
    ),
    fault(
        "gone rows not sent", f"{REPLICATION}/feed.py", "if left:\n            gone.append(entity)\n",
        "if left:\n            pass\n",
        f"{T}/test_pull.py::test_digests_agree_when_a_phone_works_at_two_sites[sqlite]",
    ),
    fault(
        "leaving a scope not written", f"{REPLICATION}/feed.py", "for scope in old - new:", "for scope in ():",
        f"{T}/test_pull.py::test_digests_agree_when_a_phone_works_at_two_sites[sqlite]",
    ),
    fault(
        "the old version left in the digest", f"{REPLICATION}/feed.py",
        "total[1] -= digest.weight(entity, before.ver)", "total[1] -= 0",
        f"{T}/test_pull.py::test_digests_agree_when_a_phone_works_at_two_sites[sqlite]",
    ),
    fault(
        "sent full what is due to be shaded", f"{REPLICATION}/feed.py",
        "encode(keep(_json.decode(body)))", "body.encode()",
        f"{T}/test_pull.py::test_a_closed_visit_is_shaded_then_gone[sqlite]",
    ),
]  # fmt: skip

PULL = [
    fault(
        "scope filter missing on pull: ended roles count", f"{REPLICATION}/grants.py", "if not role.holds(now):",
        "if False:",
        f"{T}/test_pull_grants.py::test_a_role_with_dates_begins_and_ends_by_itself[sqlite]",
    ),
    fault(
        "a dismissed person's scopes", f"{REPLICATION}/grants.py",
        "if person is not None and (person.dismissed is None or now < person.dismissed):", "if person is not None:",
        f"{T}/test_pull_grants.py::test_a_dismissal_in_the_future_is_not_yet_one[sqlite]",
    ),
    fault(
        "a lost scope not named", f"{REPLICATION}/pull.py",
        "drop=sorted(request.cursors.keys() - set(found.scopes)),", "drop=[],",
        f"{T}/test_pull_grants.py::test_a_lost_role_takes_every_row_of_the_site[sqlite]",
    ),
    fault(
        "revoked device still pulls", f"{REPLICATION}/pull.py", "if device.revoked is not None:", "if False:",
        f"{T}/test_pull_grants.py::test_a_revoked_phone_reads_nothing_and_its_acts_are_held[sqlite]",
    ),
    fault(
        "a session of another device", f"{REPLICATION}/pull.py",
        'WHERE token = ? AND device = ? AND ended IS NULL", (session, device))',
        'WHERE token = ? AND ended IS NULL", (session,))',
        f"{T}/test_pull_grants.py::test_a_session_counts_on_its_own_device_only[sqlite]",
    ),
    fault(
        "digest not compared", f"{REPLICATION}/pull.py",
        "if digest.differing(server, request.digests[scope], now // DAY):", "if False:",
        f"{T}/test_pull.py::test_a_digest_finds_what_went_astray_and_that_scope_alone_comes_again[sqlite]",
    ),
    fault(
        "a cursor below the floor goes on", f"{REPLICATION}/pull.py", " or seq < floor:", ":",
        f"{T}/test_pull.py::test_pruning_takes_from_feeds_what_every_phone_has_dropped[sqlite]",
    ),
    fault(
        "complete to the time of arrival", f"{REPLICATION}/completeness.py",
        "max(device.complete_to, anchor or 0) if not missing", "max(device.complete_to, now) if not missing",
        f"{T}/test_pull.py::test_a_quiet_phone_renews_its_row_and_others_see_it[sqlite]",
    ),
    fault(
        "complete though acts are missing", f"{REPLICATION}/completeness.py",
        "max(device.complete_to, anchor or 0) if not missing else device.complete_to",
        "max(device.complete_to, anchor or 0)",
        f"{T}/test_pull.py::test_what_a_phone_still_holds_is_shown_as_held[sqlite]",
    ),
]  # fmt: skip

LIVE = [
    fault(
        "poke under an old grants version", f"{REPLICATION}/live.py",
        "if not again.same(standing):", "if False:",
        f"{T}/test_live.py::test_a_change_during_the_greeting_is_not_missed[sqlite]",
    ),
    fault(
        "rows under grants that are not known to hold", f"{REPLICATION}/hub.py",
        "known = subscriber.granted >= one.granted", "known = True",
        f"{T}/test_live_processes.py::test_a_process_that_was_not_told_sends_no_rows_and_closes_what_it_must",
    ),
    fault(
        "nobody poked after a lost LISTEN", f"{REPLICATION}/hub_postgres.py", "self._hub.poke_all()", "pass",
        f"{T}/test_live_processes.py::test_a_lost_listen_connection_comes_back_and_everybody_is_poked",
    ),
    fault(
        "LISTEN waited for without end", f"{REPLICATION}/hub_postgres.py", "command_timeout=ANSWER_S,",
        "command_timeout=None,",
        f"{T}/test_live_processes.py::test_a_new_listen_connection_that_goes_silent_at_its_first_word_is_given_up",
    ),
    fault(
        "the hello not answered with heads", f"{REPLICATION}/live.py", '{"heads": heads, "ready": version}',
        '{"ready": version}',
        f"{T}/test_live.py::test_the_first_answer_tells_what_came_after_the_last_pull[sqlite]",
    ),
]  # fmt: skip

BACK = [
    fault(
        "a voucher tells of an act's return as its arrival", f"{REPLICATION}/decided.py",
        "positions[entry], arrival.received or received)", "positions[entry], received)",
        f"{T}/test_readmit.py::"
        "test_an_act_decided_afresh_after_a_restore_had_arrived_when_it_first_did_after_the_next[sqlite]",
    ),
    fault(
        "epoch not minted on restore", "backend/gatehouse/backup/restore.py",
        "yield from mint(head, lost.get(org, set()) - ended, new_epoch(random), now)", "pass",
        f"{T}/backup/test_restore.py::test_restoring_the_same_copy_twice_mints_twice_and_keeps_both",
    ),
    fault(
        "an echo from ahead believed", f"{REPLICATION}/echo.py", "if echo.n > rows[0][1]:\n        return False",
        "if echo.n > rows[0][1]:\n        return True",
        f"{T}/test_pull.py::test_a_database_that_went_back_is_noticed_once",
    ),
    fault(
        "a voucher of the epoch that goes on", f"{REPLICATION}/readmit.py",
        "if voucher is None or voucher.epoch not in facts.ended:", "if voucher is None:",
        f"{T}/test_vouchers.py::test_a_voucher_of_the_epoch_that_goes_on_proves_nothing_about_an_act_it_does_not_hold",
    ),
    fault(
        "given back what somebody has changed since", f"{REPLICATION}/readmit.py",
        'return park(signed.t, "contradicted") if _contradicted(act, signed, facts, handler) else signed',
        "return signed",
        f"{T}/test_vouchers.py::test_what_was_done_since_holds_an_act_that_says_otherwise",
    ),
    fault(
        "a withdrawal not in the ledger before the reply", f"{REPLICATION}/push.py",
        "await core.keep(key.device, pushed.withdrawn)", "pass",
        f"{T}/test_withdrawn.py::test_the_line_is_on_disk_before_the_reply_and_names_nobody",
    ),
    fault(
        "which act a repeat is not noted", f"{REPLICATION}/push.py", "[(self.key.chain, n, link, known.id)]",
        "[(self.key.chain, n, link, None)]",
        f"{T}/test_lost_key.py::test_acts_of_a_device_that_the_database_has_lost_verify_in_the_chain_of_the_next[sqlite]",
    ),
    fault(
        "a job that fails once ends for good", f"{REPLICATION}/recurring.py",
        "_log.error(failed, error=type(error).__name__, trace=where(error))",
        "raise",
        f"{T}/test_recurring.py::test_a_failure_is_logged_and_tried_again",
    ),
]  # fmt: skip

FAULTS = [*STORAGE, *PUSH, *FEED, *PULL, *LIVE, *BACK]
