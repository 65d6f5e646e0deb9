/** The exchange goes on, whatever goes wrong in it. */

import { expect, it, vi } from 'vitest';
import { acted, arrival, drained, eventually, signedIn, until } from './testing/device.ts';
import { setting } from './testing/setting.ts';

const at = setting();
const pulls = () => at.server.frames('/api/sync/pull').length;

it('a full disk on which the end of a session cannot be noted does not end the exchange [T30]', async () => {
  const engine = await at.browser.open();
  await signedIn(engine, 'amy');
  await drained(engine);
  const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  at.server.sessionsEnded = true;
  const before = pulls();
  engine.syncNow();
  await eventually(() => expect(pulls()).toBeGreaterThan(before));
  await until(engine, (status) => status.trouble === 'storage_full');
  full.mockRestore();
  await at.browser.passing(() => until(engine, (status) => status.trouble === 'signed_out_elsewhere'));
});

it('a browser that refuses its lock is asked again', async () => {
  const sound = at.browser.ports().locks;
  let asked = 0;
  const request = (...given: Parameters<LockManager['request']>) =>
    ++asked === 1 ? Promise.reject(new DOMException('not now', 'AbortError')) : sound?.request(...given);
  const engine = await at.browser.open(undefined, { locks: { request } as unknown as LockManager });
  await at.browser.passing(() => signedIn(engine, 'amy'));
  await acted(engine, arrival('still sent'));
  await at.browser.passing(() => until(engine, (status) => status.waiting === 0));
  expect(asked).toBeGreaterThan(1);
});
