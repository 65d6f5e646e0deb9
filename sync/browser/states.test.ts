/** The six states of an act (P18): each act is in one of them, always, and its author sees which. */

import { expect, it } from 'vitest';
import type { OwnAct } from './api.ts';
import { derived } from './ids.ts';
import { acted, arrival, drained, eventually, signedIn } from './testing/device.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const PUSH = '/api/sync/push';

const DECISIONS = {
  good: { d: 'applied' },
  won: { d: 'merged' },
  bad: { d: 'refused', code: 'not_entitled' },
  held: { d: 'parked', code: 'after_dismissal' },
} as const;

it('a recorded act is in exactly one of them at every moment, whatever is decided about it [T9][P18]', async () => {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  await drained(engine);
  at.server.decide = (op) => DECISIONS[String(op.private?.['name']) as keyof typeof DECISIONS];
  const recorded: string[] = [];
  const faults: string[] = [];
  let shown: readonly OwnAct[] = [];
  const own = engine.watch([], async (view) => {
    // What is recorded while the view is being read may be in it or not.
    const before = [...recorded];
    return { before, acts: await view.ownActs() };
  });
  const stop = own.subscribe(({ before, acts }) => {
    const seen = acts.map((act) => act.id);
    for (const id of before) if (seen.filter((one) => one === id).length !== 1) faults.push(`${id} is not shown once`);
    shown = acts;
  });
  const states = () => Object.fromEntries(shown.map((act) => [String(act.private?.['name']), act.state]));
  const all = (state: string) => Object.fromEntries(Object.keys(DECISIONS).map((name) => [name, state]));

  await engine.drafts.put('visit', { name: 'typed and not recorded' });
  expect(await engine.drafts.get('visit')).toEqual({ name: 'typed and not recorded' });
  at.browser.online = false;
  for (const name of Object.keys(DECISIONS)) recorded.push((await acted(engine, arrival(name))).id);
  await eventually(() => expect(states()).toEqual(all('waiting')));

  let answer: () => void = () => undefined;
  const replied = new Promise<undefined>((done) => {
    answer = () => done(undefined);
  });
  at.server.fault = { instead: ({ path }) => (path === PUSH ? replied : undefined) };
  at.browser.online = true;
  at.browser.wake();
  await eventually(() => expect(states()).toEqual(all('sending')));
  answer();
  const decided = { good: 'delivered', won: 'delivered', bad: 'needs_you', held: 'delivered' };
  await eventually(() => expect(states()).toEqual(decided));

  // Somebody in charge sends the held one back; its author hears by a pull.
  const op = recorded[3] ?? '';
  const f = { op, d: 'returned', device: engine.who.value?.device ?? '' };
  const outcome = { at: at.server.now, by: op, f, id: derived('outcome', op), kind: 'outcome' };
  at.server.put({ ...outcome, ver: derived('outcome', 'returned') });
  await drained(engine);
  await eventually(() => expect(states()).toEqual({ ...decided, held: 'returned' }));
  expect((await at.browser.ops()).map((one) => one.id)).toEqual(recorded);
  expect(faults).toEqual([]);
  stop();
});
