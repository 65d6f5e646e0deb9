/** A fresh server with two people and a browser, before each test; no fault of our own may be left after it. */

import { afterEach, beforeEach, expect, vi } from 'vitest';
import { Browser, SITE } from './device.ts';
import { TestServer } from './server.ts';

export interface Setting {
  server: TestServer;
  browser: Browser;
}

export function setting(): Setting {
  vi.setConfig({ testTimeout: 30_000 });
  const now = {} as Setting;
  beforeEach(async () => {
    now.server = await TestServer.start();
    now.server.hire('amy', `site:${SITE}`);
    now.server.hire('bob', `site:${SITE}`);
    now.browser = new Browser(now.server);
  });
  afterEach(async () => {
    await now.browser.shut();
    expect(now.browser.reports).toEqual([]);
  });
  return now;
}
