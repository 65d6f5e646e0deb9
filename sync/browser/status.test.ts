/** The status line: it never says less than is still here. */

import { expect, it } from 'vitest';
import { acted, arrival, drained, signedIn, until } from './testing/device.ts';
import { setting } from './testing/setting.ts';

const at = setting();

it('counts an act that is being sent until its decision is here [P18]', async () => {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  await drained(engine);
  let answer: () => void = () => undefined;
  const held = new Promise<undefined>((done) => {
    answer = () => done(undefined);
  });
  at.server.fault = { instead: ({ path }) => (path === '/api/sync/push' ? held : undefined) };
  await acted(engine, arrival('on its way'));
  await until(engine, (status) => status.sending === 1);
  expect(engine.status.value).toMatchObject({ waiting: 1, sending: 1 });
  answer();
  await until(engine, (status) => status.waiting === 0 && status.sending === 0);
});
