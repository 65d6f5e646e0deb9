// The changes that take more than one act, or other words than the common ones when they are refused.

import type { Engine, Json } from '@gatehouse/sync/api';
import { sayStaff } from '../messages/staff/index.ts';
import { change, type Settled } from './acts.ts';
import type { RoleName } from './people.ts';

/** What was decided, said in the words about people where these say more than the common ones. */
export async function worded(settling: Promise<Settled>): Promise<Settled> {
  const settled = await settling;
  const said = sayStaff().refused[settled.code ?? ''];
  return settled.d === 'refused' && said !== undefined ? { ...settled, said } : settled;
}

export interface Granted {
  readonly role: RoleName;
  /** '' for all sites. */
  readonly site: string;
  /** For a supervisor the team they lead; '' else. */
  readonly team: string;
  readonly since: number;
}

export function grant(engine: Engine, person: string, { role, site, team, since }: Granted): Promise<Settled> {
  const values = { person, role, since, ...(site ? { site } : {}), ...(team ? { team } : {}) };
  return change(engine, { kind: 'role.grant', values });
}

/**
 * A new person, with a role when one was chosen. They are two acts: when the role is not given the person is there all
 * the same, and that is said by `onlyPerson`.
 */
export async function hire(
  engine: Engine,
  known: Record<'values' | 'private', Record<string, Json>>,
  granted: Granted | undefined,
  onlyPerson: (said: string) => void,
): Promise<Settled> {
  const hired = await worded(change(engine, { kind: 'person.create', ...known }));
  if (hired.d !== 'applied' || !granted) return hired;
  const role = await grant(engine, hired.id, granted);
  if (role.d !== 'applied') onlyPerson(role.said);
  return hired;
}
