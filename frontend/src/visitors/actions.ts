// One function per intention. Each resolves when the act is on this device's disk, or with the problem that kept it off.

import type { Answer, Engine, Row } from '@gatehouse/sync/api';
import { type Duty, textOf } from '../ui/context.ts';
import { changesOf, type Entry, entryOf, split, valuesOf } from './fields.ts';

export type Recorded = Promise<Answer<{ readonly id: string; readonly entity: string }>>;

/** A visitor comes in at the post being kept. */
export function arrive(engine: Engine, duty: Duty, entry: Entry): Recorded {
  const values = { ...valuesOf(entry, engine.now(), duty.zone), site: duty.site, post: duty.post };
  return engine.act({ kind: 'visit.arrive', ...split(values) });
}

/** Changes only what the person changed; null when that is nothing. */
export function amend(engine: Engine, duty: Duty, row: Row, before: Entry, after: Entry): Recorded | null {
  const changes = changesOf(row, before, after, engine.now(), duty.zone);
  if (Object.keys(changes).length === 0) return null;
  return engine.act({ kind: 'visit.amend', entity: row.id, ...split(changes) });
}

/** A visitor goes out by the post being kept. */
export function leave(engine: Engine, duty: Duty, row: Row): Recorded {
  return engine.act({ kind: 'visit.leave', entity: row.id, values: { left_post: duty.post } });
}

/** Somebody goes out whom no gate has on record. */
export function exit(engine: Engine, duty: Duty, entry: Entry): Recorded {
  const values = { ...valuesOf(entry, engine.now(), duty.zone), site: duty.site, left_post: duty.post };
  return engine.act({ kind: 'visit.exit', ...split(values) });
}

/**
 * Two records are one visitor: the second is joined to the first. Of the two, what stays open that should not is closed:
 * the duplicate when both are entries, the entry when the second is its exit.
 */
export async function join(engine: Engine, duty: Duty, first: Row, second: Row): Recorded {
  const joined = await engine.act({
    kind: 'visit.join',
    entity: second.id,
    values: { joined: first.id },
    dependsOn: [first.id],
  });
  if ('problem' in joined) return joined;
  const open = second.f['left'] === undefined ? second : first;
  if (open.f['left'] !== undefined) return joined;
  // An exit that was seen at another gate stays that gate's.
  return leave(engine, { ...duty, post: textOf(second, 'left_post') || duty.post }, open);
}

/** An exit was recorded by mistake. It stays on record; the visitor is entered again, with a note that says why. */
export function bringBack(engine: Engine, duty: Duty, row: Row, note: string): Recorded {
  return arrive(engine, duty, { ...entryOf(row), note });
}
