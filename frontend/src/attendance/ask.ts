// A month asked of the server, for whoever holds no stream of the team: clerks, managers, admins.

import type { Answer, Engine, Problem, Row } from '@gatehouse/sync/api';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { downloaded, fetched } from '../ui/server.ts';
import type { Given } from './desk.ts';
import { monthOf } from './month.ts';

export interface Asked extends Given {
  readonly team: string;
  /** When the server read it, UTC ms. */
  readonly at: number;
}

/** What the server says of a team's month (PROTOCOL §18): people with their days as judged. */
interface Matrix {
  readonly team: string;
  readonly month: string;
  readonly at: number;
  readonly people: readonly (Pick<Row['f'], 'days' | 'proposals' | 'settled'> & {
    readonly person: string;
    readonly name: string;
  })[];
  readonly closed: Readonly<Record<string, { readonly id: string; readonly at: number }>>;
}

/** The month of a team; of one person with the sentences that explain each day. */
export async function fetchMonth(engine: Engine, team: string, month: string, person = ''): Promise<Answer<Asked>> {
  const asked = new URLSearchParams({ team, month, ...(person ? { person } : {}) });
  const answer = await fetched<Matrix>(engine, `/api/attendance/months?${asked}`);
  return 'ok' in answer ? { ok: given(answer.ok) } : answer;
}

function given({ team, month, at, people, closed }: Matrix): Asked {
  const months = people.map(({ person, days = [], proposals = [], settled = [] }) => {
    const id = `${person} ${month} ${team}`;
    const f = { person, month, days, proposals, settled, teams: [team] };
    return monthOf({ id, ver: id, kind: 'month', f });
  });
  const since = closed[month];
  return {
    team,
    at,
    months: months.filter((one) => one !== undefined),
    names: new Map(people.map(({ person, name }) => [person, name])),
    closed: new Map(since ? [[`${team} ${month}`, { id: since.id, at: since.at }]] : []),
  };
}

/** The sheet of a team's month as a spreadsheet. */
export function fetchSheet(engine: Engine, month: string, team: string): Promise<Answer<Blob>> {
  const asked = new URLSearchParams({ team, month });
  return downloaded(engine, `/api/attendance/months.xlsx?${asked}`);
}

interface Kept {
  readonly key: string;
  readonly asked: Asked | undefined;
  readonly problem: Problem | undefined;
}

/** What the server gave for a team's month, and asking anew; nothing is asked without a team. */
export function useAsked(engine: Engine, team: string, month: string) {
  const key = `${team} ${month}`;
  const [kept, keep] = useState<Kept>({ key, asked: undefined, problem: undefined });
  const again = useCallback(async () => {
    const answer = await fetchMonth(engine, team, month).catch(() => ({ problem: { code: 'unreachable' } }));
    keep((before) => ({
      key,
      asked: 'ok' in answer ? answer.ok : before.key === key ? before.asked : undefined,
      problem: 'problem' in answer ? answer.problem : undefined,
    }));
  }, [engine, team, month, key]);
  useEffect(() => {
    if (team) void again();
  }, [team, again]);
  const fresh = kept.key === key ? kept : undefined;
  return { asked: fresh?.asked, problem: fresh?.problem, again };
}
