// A month asked of the server, for whoever holds no stream of the team: clerks, managers, admins.

import type { Answer, Engine, Problem, Row } from '@gatehouse/sync/api';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { locale } from '../messages/index.ts';
import type { Given } from './desk.ts';

export interface Asked extends Given {
  /** When the server read it, UTC ms. */
  readonly at: number;
}

export async function fetchMonth(engine: Engine, month: string): Promise<Answer<Asked>> {
  const answer = await engine.file(`/api/attendance/months?month=${month}`, { language: locale.value });
  if ('problem' in answer) return answer;
  if (answer.ok.type !== 'application/json') return { problem: { code: 'unreachable' } };
  const { at, rows } = JSON.parse(await answer.ok.data.text()) as { at: number; rows: Omit<Row, 'n'>[] };
  return { ok: { at, rows: rows.map((row) => ({ ...row, n: 1 })) } };
}

/** The sheet of a team's month as a spreadsheet; '' for every team. */
export async function fetchSheet(engine: Engine, month: string, team: string): Promise<Answer<Blob>> {
  const asked = new URLSearchParams({ month, ...(team ? { team } : {}) });
  const answer = await engine.file(`/api/attendance/sheet.xlsx?${asked}`, { language: locale.value });
  return 'ok' in answer ? { ok: answer.ok.data } : answer;
}

interface Kept {
  readonly month: string;
  readonly asked: Asked | undefined;
  readonly problem: Problem | undefined;
}

/** What the server gave for the month, and asking anew; nothing is asked unless it is needed. */
export function useAsked(engine: Engine, month: string, needed: boolean) {
  const [kept, keep] = useState<Kept>({ month, asked: undefined, problem: undefined });
  const again = useCallback(async () => {
    const answer = await fetchMonth(engine, month).catch(() => ({ problem: { code: 'unreachable' } }));
    keep((before) => ({
      month,
      asked: 'ok' in answer ? answer.ok : before.month === month ? before.asked : undefined,
      problem: 'problem' in answer ? answer.problem : undefined,
    }));
  }, [engine, month]);
  useEffect(() => {
    if (needed) void again();
  }, [needed, again]);
  const fresh = kept.month === month ? kept : undefined;
  return { asked: fresh?.asked, problem: fresh?.problem, again };
}
