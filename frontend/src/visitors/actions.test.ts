import type { Act, Answer, Engine, Row } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { amend, arrive, bringBack, exit, join, leave } from './actions.ts';
import { blank, entryOf } from './fields.ts';

const NOW = 1_000_000;
const duty = { site: 's', siteName: '', post: 'p', postName: '', zone: 'UTC' };

/** Keeps what it was asked to record; refuses an act of the kind named. */
function recorder(refused = ''): { acts: Act[]; engine: Engine } {
  const acts: Act[] = [];
  const act = async (asked: Act): Promise<Answer<{ id: string; entity: string }>> => {
    acts.push(asked);
    return asked.kind === refused
      ? { problem: { code: 'malformed' } }
      : { ok: { id: 'o', entity: asked.entity ?? 'o' } };
  };
  return { acts, engine: { act, now: () => NOW } as unknown as Engine };
}

const row = (id: string, f: Row['f']): Row => ({ id, kind: 'visit', at: 1, by: 'm', ver: id, n: 1, f });

test('an arrival names the post being kept', async () => {
  const { acts, engine } = recorder();
  await arrive(engine, duty, { ...blank(), category: 'courier', name: '王五' });
  expect(acts).toEqual([
    { kind: 'visit.arrive', values: { category: 'courier', site: 's', post: 'p' }, private: { name: '王五' } },
  ]);
});

test('an exit with no entry names where it was seen', async () => {
  const { acts, engine } = recorder();
  await exit(engine, duty, { ...blank(), plate: '粤B12345' });
  expect(acts).toEqual([{ kind: 'visit.exit', values: { site: 's', left_post: 'p' }, private: { plate: '粤B12345' } }]);
});

test('an amendment without a change records nothing', async () => {
  const { acts, engine } = recorder();
  const visit = row('v', { unit: '1' });
  const seen = entryOf(visit);
  expect(amend(engine, duty, visit, seen, seen)).toBeNull();
  await amend(engine, duty, visit, seen, { ...seen, unit: '2' });
  expect(acts).toEqual([{ kind: 'visit.amend', entity: 'v', values: { unit: '2' } }]);
});

test('of two entries the second is joined and closed', async () => {
  const { acts, engine } = recorder();
  await join(engine, duty, row('a', { arrived: 1 }), row('b', { arrived: 2 }));
  expect(acts).toEqual([
    { kind: 'visit.join', entity: 'b', values: { joined: 'a' }, dependsOn: ['a'] },
    { kind: 'visit.leave', entity: 'b', values: { left_post: 'p' } },
  ]);
});

test('an exit joined to its entry closes the entry, at the gate where it was seen', async () => {
  const { acts, engine } = recorder();
  await join(engine, duty, row('a', { arrived: 1 }), row('b', { left: 2, left_post: 'q' }));
  expect(acts.map(({ kind, entity, values }) => [kind, entity, values])).toEqual([
    ['visit.join', 'b', { joined: 'a' }],
    ['visit.leave', 'a', { left_post: 'q' }],
  ]);
});

test('a join that was not recorded closes nothing', async () => {
  const { acts, engine } = recorder('visit.join');
  expect(await join(engine, duty, row('a', {}), row('b', {}))).toHaveProperty('problem');
  expect(acts).toHaveLength(1);
});

test('a mistaken exit stays; the visitor is entered again with what is known', async () => {
  const { acts, engine } = recorder();
  const visit = row('v', { category: 'agent', name: '王五', left: 5, left_post: 'p', note: [['o', 'm', 1, 'old']] });
  await bringBack(engine, duty, visit, 'why');
  expect(acts[0]).toMatchObject({ kind: 'visit.arrive', private: { name: '王五', note: 'why' } });
  await leave(engine, duty, visit);
  expect(acts[1]).toEqual({ kind: 'visit.leave', entity: 'v', values: { left_post: 'p' } });
});
