import type { Engine, Json } from '@gatehouse/sync/api';
import { expect, test } from 'vitest';
import { askResidents } from './residents.ts';

/** The engine's question, answered with a body. */
function answering(body: Record<string, unknown>) {
  const asked: [string, Json][] = [];
  const online: Engine['online'] = async (path, sent, read) => {
    asked.push([path, sent]);
    const ok = read(body);
    return ok === undefined ? { problem: { code: 'not_json' } } : { ok };
  };
  return { engine: { online }, asked };
}

test('the residents of one unit are asked for', async () => {
  const found = [{ id: 'r', f: { name: 'x' } }];
  const { engine, asked } = answering({ residents: found });
  expect(await askResidents(engine, 'u')).toEqual({ ok: found });
  expect(asked).toEqual([['/api/units/u/residents', null]]);
});

test('an answer that is none is no answer', async () => {
  expect(await askResidents(answering({ residents: 'many' }).engine, 'u')).toEqual({ problem: { code: 'not_json' } });
});
