/** What counts as an answer of the server, and what does not. */

import { expect, it, vi } from 'vitest';
import { Browser } from './testing/device.ts';
import { TestServer } from './testing/server.ts';
import { Transport } from './transport.ts';

async function transport(answer: (signal: AbortSignal | null | undefined) => Promise<Response>) {
  const browser = new Browser(await TestServer.start());
  const heard: boolean[] = [];
  const fetched = vi.fn((_path: string, init: RequestInit) => answer(init.signal));
  const ports = { ...browser.ports(), fetch: fetched };
  return { browser, heard, fetched, transport: new Transport(ports, (answered) => heard.push(answered)) };
}

const reply = (body: string, status: number, headers: Record<string, string>) => async () =>
  new Response(body, { status, headers });
const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };

it('JSON of any status below 500 is an answer, a problem too [T10]', async () => {
  const { transport: sound, heard } = await transport(reply('{"a":1}', 200, JSON_TYPE));
  expect(await sound.get('/x')).toEqual({ status: 200, body: { a: 1 } });
  const type = { 'Content-Type': 'application/problem+json' };
  const { transport: refusing } = await transport(reply('{"code":"no"}', 403, type));
  expect(await refusing.post('/x', {})).toEqual({ status: 403, body: { code: 'no' } });
  expect(heard).toEqual([true]);
});

it.each([
  [
    'JSON under another name',
    reply('{"a":1}', 200, { 'Content-Type': 'text/html' }),
    { code: 'not_json', status: 200 },
  ],
  ['no media type', async () => new Response(new Uint8Array([123, 125])), { code: 'not_json' }],
  ['a list', reply('[1]', 200, JSON_TYPE), { code: 'not_json' }],
  ['half a text', reply('{"a":', 200, JSON_TYPE), { code: 'not_json' }],
  ['an error of the server', reply('{"a":1}', 500, JSON_TYPE), { code: 'unreachable', status: 500 }],
  ['no network', () => Promise.reject(new TypeError('offline')), { code: 'unreachable' }],
])('%s is none [T10]', async (_name, answer, expected) => {
  const { transport: lost, heard } = await transport(answer);
  await expect(lost.get('/x')).rejects.toMatchObject(expected);
  expect(heard).toEqual([false]);
});

it.each([
  [503, { 'Retry-After': '7' }, 7000],
  [429, { 'Retry-After': '1' }, 1000],
  [503, {}, undefined],
  [503, { 'Retry-After': 'Wed, 21 Oct 2015 07:28:00 GMT' }, undefined],
])('%i means busy, and how long [T38]', async (status, headers, retryAfter) => {
  const { transport: busy, heard } = await transport(reply('{}', status, { ...JSON_TYPE, ...headers }));
  await expect(busy.get('/x')).rejects.toMatchObject({ code: 'busy', retryAfter });
  expect(heard).toEqual([true]);
});

it('a request that hangs is given up after ten seconds', async () => {
  const hanging = (signal: AbortSignal | null | undefined) =>
    new Promise<Response>((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new DOMException('gone', 'AbortError')));
    });
  const { transport: stuck, browser, heard } = await transport(hanging);
  const asked = stuck.get('/x');
  const outcome = expect(asked).rejects.toMatchObject({ code: 'unreachable' });
  browser.pass(9_999);
  expect(heard).toEqual([]);
  browser.pass(1);
  await outcome;
});

it('follows no redirect, keeps no copy, sends no cookie [T33]', async () => {
  const { transport: sound, fetched } = await transport(reply('{}', 200, JSON_TYPE));
  await sound.get('/x');
  expect(fetched.mock.calls[0]?.[1]).toMatchObject({ redirect: 'error', cache: 'no-store', credentials: 'omit' });
});
