// What the person signed in is here, from rows of their own: it decides which tiles and ways there are.

import type { Engine, View, Who } from '@gatehouse/sync/api';
import { numberOf, type Standing, textOf, useRows } from '../ui/context.ts';

const LEAD = 'lead:';

export async function readStanding(view: View, person: string, now: number): Promise<Standing> {
  const roles = (await view.all('role')).filter(
    (row) =>
      row.f['person'] === person &&
      (numberOf(row, 'since') ?? 0) <= now &&
      now < (numberOf(row, 'until') ?? Number.POSITIVE_INFINITY),
  );
  const scopes = view.scopes();
  const leads = scopes.filter((scope) => scope.startsWith(LEAD));
  return {
    team: textOf(await view.get(person), 'team') || undefined,
    leads: leads.map((scope) => scope.slice(LEAD.length)),
    roles: new Set(roles.map((row) => textOf(row, 'role'))),
    office: scopes.some((scope) => scope.startsWith('office:')),
  };
}

/** Undefined until this device's rows were read. */
export function useStanding(engine: Engine, who: Who): Standing | undefined {
  return useRows(engine, who.person, ['role', 'deputy', 'person', 'shift', 'swap'], (view) =>
    readStanding(view, who.person, engine.now()),
  );
}
