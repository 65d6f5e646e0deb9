import type { Row, View } from '@gatehouse/sync/api';
import { describe, expect, test } from 'vitest';
import { bound } from './punches.ts';
import {
  AHEAD,
  BEHIND,
  boardOf,
  countOf,
  deviceOf,
  FRESH,
  GRACE,
  isOn,
  lineOf,
  narrowed,
  readBoard,
  tally,
} from './queries.ts';
import { at, found, gate, MINUTE, punch, row, shift, stateOf } from './testing.ts';

describe('a shift is on the board', () => {
  const { start, end } = shift();
  test.each([
    [start - AHEAD - 1, false],
    [start - AHEAD, true],
    [end + BEHIND, true],
    [end + BEHIND + 1, false],
  ])('at %d: %s', (now, on) => expect(isOn(shift(), now)).toBe(on));
});

describe('with nothing punched', () => {
  test('before its start it is due, whatever the devices say, or with none', () => {
    expect(stateOf(at('06:59:59'), [], [gate('kiosk', 0, 3)])).toEqual({ kind: 'due' });
    expect(stateOf(at('06:59:59'), [], [])).toEqual({ kind: 'due' });
  });

  test('from its start on, a post that no device is known of says so', () => {
    expect(stateOf(at('07:00'), [], [])).toEqual({ kind: 'unknown' });
    expect(stateOf(at('07:00'), [], [gate('elsewhere', at('07:00'), 0, 'west')])).toEqual({ kind: 'unknown' });
    expect(stateOf(at('20:00'), [], [])).toEqual({ kind: 'unknown' });
  });

  test('in its first minutes it stays due while the devices are well', () => {
    const start = at('07:00');
    expect(stateOf(start, [], [gate('kiosk', start - FRESH)])).toEqual({ kind: 'due' });
    expect(stateOf(start + GRACE, [], [gate('kiosk', start - FRESH)])).toEqual({ kind: 'due' });
  });

  test('in its first minutes it waits for a device that fell silent before', () => {
    const silent = gate('kiosk', at('07:00') - FRESH - 1);
    expect(stateOf(at('07:00'), [], [silent])).toEqual({ kind: 'waiting', behind: ['kiosk'] });
    expect(stateOf(at('07:10'), [], [silent])).toEqual({ kind: 'waiting', behind: ['kiosk'] });
  });

  test('after them it waits until the device has told past them, and no minute less', () => {
    const limit = at('07:00') + GRACE;
    expect(stateOf(limit + 1, [], [gate('kiosk', limit - 1)])).toEqual({ kind: 'waiting', behind: ['kiosk'] });
    expect(stateOf(limit + 1, [], [gate('kiosk', limit)])).toEqual({ kind: 'waiting', behind: ['kiosk'] });
    expect(stateOf(limit + 1, [], [gate('kiosk', limit + 1)])).toEqual({ kind: 'none', upTo: limit + 1 });
  });

  test('a kiosk that fell silent is waited for, all the shift and after it', () => {
    const silent = [gate('kiosk', at('05:40'), 3)];
    for (const now of ['07:00', '07:11', '12:00', '19:00', '21:00'])
      expect(stateOf(at(now), [], silent), now).toEqual({ kind: 'waiting', behind: ['kiosk'] });
  });

  test('of two devices one behind is enough to wait, and it alone is named', () => {
    const now = at('07:30');
    expect(stateOf(now, [], [gate('kiosk', now), gate('phone', at('06:00'))])).toEqual({
      kind: 'waiting',
      behind: ['phone'],
    });
    expect(stateOf(now, [], [gate('kiosk', now), gate('phone', at('07:11'))])).toEqual({
      kind: 'none',
      upTo: at('07:11'),
    });
  });

  test('a device that holds something is waited for, however far its data reach', () => {
    expect(stateOf(at('07:30'), [], [gate('kiosk', at('07:29'), 1)])).toEqual({ kind: 'waiting', behind: ['kiosk'] });
  });

  test('a device that nothing is known of is waited for', () => {
    const blank = deviceOf(row('gate', { post: 'east', label: 'new' }));
    expect(blank).toMatchObject({ upTo: 0, held: 0, label: 'new', id: expect.stringMatching('gate') });
    expect(stateOf(at('07:30'), [], [blank])).toMatchObject({ kind: 'waiting' });
  });

  test('what is known to hold something is named first, then what was heard of last', () => {
    const behind = [gate('old', at('01:00')), gate('new', at('06:00')), gate('holds', at('00:30'), 2)];
    expect(stateOf(at('07:30'), [], behind)).toEqual({ kind: 'waiting', behind: ['holds', 'new', 'old'] });
  });

  test('devices of other posts do not matter, unless they say that they hold something of the site', () => {
    const now = at('07:30');
    const elsewhere = gate('garage', at('01:00'), 0, 'garage');
    expect(stateOf(now, [], [gate('kiosk', now), elsewhere])).toMatchObject({ kind: 'none' });
    const holding = { ...elsewhere, held: 1 };
    expect(stateOf(now, [], [gate('kiosk', now), holding])).toMatchObject({ kind: 'waiting', behind: ['garage'] });
    const far = { ...holding, site: 'another' };
    expect(stateOf(now, [], [gate('kiosk', now), far])).toMatchObject({ kind: 'none' });
  });

  test('a device taken out of use, or silent for two days, is waited for no more', () => {
    const now = at('07:30');
    const days = (n: number) => at('07:00') - n * 86_400_000;
    expect(stateOf(now, [], [gate('kiosk', now), gate('old', days(2) - 1)])).toMatchObject({ kind: 'none' });
    expect(stateOf(now, [], [gate('kiosk', now), gate('old', days(2))])).toMatchObject({ kind: 'waiting' });
    const retired = { ...gate('broken', at('01:00'), 2), retired: true };
    expect(stateOf(now, [], [gate('kiosk', now), retired])).toMatchObject({ kind: 'none' });
  });
});

describe('with punches', () => {
  const silent = [gate('kiosk', at('05:40'), 3)];

  test('who came in is in, whatever the devices say', () => {
    expect(stateOf(at('08:00'), [punch('in', at('06:58'))], silent)).toEqual({
      kind: 'in',
      since: at('06:58'),
      over: false,
      behind: [],
    });
  });

  test('who came early is in before the start', () => {
    expect(stateOf(at('06:40'), [punch('in', at('06:35'))])).toMatchObject({ kind: 'in', since: at('06:35') });
  });

  test('who went is out', () => {
    const day = [punch('in', at('06:58')), punch('out', at('19:04'))];
    expect(stateOf(at('19:05'), day, silent)).toEqual({ kind: 'out', at: at('19:04'), cameIn: true, behind: [] });
  });

  test('of several the first coming and the last going count', () => {
    const twice = [punch('in', at('06:58')), punch('in', at('06:59'))];
    expect(stateOf(at('08:00'), twice)).toMatchObject({ kind: 'in', since: at('06:58') });
    const gone = [...twice, punch('out', at('19:01')), punch('out', at('19:04'))];
    expect(stateOf(at('19:05'), gone)).toMatchObject({ kind: 'out', at: at('19:04') });
  });

  test('who went and came back is in', () => {
    const day = [punch('in', at('06:58')), punch('out', at('12:00')), punch('in', at('12:30'))];
    expect(stateOf(at('13:00'), day)).toMatchObject({ kind: 'in', since: at('06:58') });
  });

  test('a going before the start is the wrong button: alone it says nothing, before a coming neither', () => {
    const wrong = punch('out', at('06:57'));
    expect(stateOf(at('06:58'), [wrong])).toEqual({ kind: 'due' });
    expect(stateOf(at('08:00'), [wrong])).toMatchObject({ kind: 'none' });
    expect(stateOf(at('08:00'), [wrong], silent)).toMatchObject({ kind: 'waiting' });
    expect(stateOf(at('08:00'), [wrong, punch('in', at('06:58'))])).toMatchObject({ kind: 'in', since: at('06:58') });
  });

  test('a going from the start on counts without a coming, which may still lie on a device', () => {
    expect(stateOf(at('19:05'), [punch('out', at('07:00'))])).toEqual({
      kind: 'out',
      at: at('07:00'),
      cameIn: false,
      behind: [],
    });
    expect(stateOf(at('19:05'), [punch('out', at('06:59:59'))])).toMatchObject({ kind: 'none' });
    expect(stateOf(at('19:05'), [punch('out', at('19:04'))], silent)).toMatchObject({
      cameIn: false,
      behind: ['kiosk'],
    });
  });

  test('a going after a coming counts before the start too', () => {
    const day = [punch('in', at('06:30')), punch('out', at('06:50'))];
    expect(stateOf(at('07:30'), day)).toMatchObject({ kind: 'out', at: at('06:50'), cameIn: true });
  });

  test('who came and has not gone is in for some minutes after the end, then the shift is over', () => {
    const came = [punch('in', at('06:58'))];
    const end = at('19:00');
    expect(stateOf(end + GRACE, came)).toMatchObject({ kind: 'in', over: false });
    expect(stateOf(end + GRACE + 1, came, [gate('kiosk', end + GRACE + 1)])).toMatchObject({ over: true, behind: [] });
    expect(stateOf(end + GRACE + 1, came, [gate('kiosk', end + GRACE)])).toMatchObject({
      over: true,
      behind: ['kiosk'],
    });
  });

  test('the line shows the punch its state rests on', () => {
    const [came, went] = [punch('in', at('06:58'), 's', { x: ['identity_unproven'] }), punch('out', at('19:04'))];
    const shown = (...punches: (typeof came)[]) => lineOf(shift(), punches, [], at('19:05')).shown;
    expect(shown(came, punch('in', at('07:30')))).toBe(came);
    expect(shown(came, went)).toBe(went);
    expect(shown()).toBeUndefined();
  });
});

describe('a punch belongs', () => {
  const owner = (shifts: ReturnType<typeof shift>[], ...punches: ReturnType<typeof punch>[]) =>
    [...bound(shifts, punches)].map(([id, made]) => [id, made.map((one) => one.at)]);

  test('to the shift it names', () => {
    const day = [shift(), shift({ id: 't', start: at('19:00'), end: at('23:00') })];
    expect(owner(day, punch('in', at('18:59'), 's'))).toEqual([['s', [at('18:59')]]]);
  });

  test('without one to its person’s shift around it, within 90 minutes before and 180 after', () => {
    const { start, end } = shift();
    expect(owner([shift()], punch('in', start - 90 * MINUTE, ''))).toHaveLength(1);
    expect(owner([shift()], punch('in', start - 90 * MINUTE - 1, ''))).toEqual([]);
    expect(owner([shift()], punch('out', end + 180 * MINUTE, ''))).toHaveLength(1);
    expect(owner([shift()], punch('out', end + 180 * MINUTE + 1, ''))).toEqual([]);
    expect(owner([shift({ person: 'li' })], punch('in', start, ''))).toEqual([]);
  });

  test('between two shifts that meet by its direction', () => {
    const both = [shift(), shift({ id: 't', start: at('19:00'), end: at('07:00', 1) })];
    expect(owner(both, punch('out', at('19:02'), ''), punch('in', at('19:02'), ''))).toEqual([
      ['s', [at('19:02')]],
      ['t', [at('19:02')]],
    ]);
  });

  test('to the later of two days’ shifts when it is nearer to its start', () => {
    const night = shift({ id: 'n', start: at('00:30', 1), end: at('08:00', 1) });
    expect(owner([shift(), night], punch('in', at('23:40'), ''))).toEqual([['n', [at('23:40')]]]);
  });

  test('by time when the shift it names has become a colleague’s, or is not known here', () => {
    const swapped = [shift({ id: 's', person: 'li' }), shift({ id: 't' })];
    expect(owner(swapped, punch('in', at('06:58'), 's'))).toEqual([['t', [at('06:58')]]]);
    expect(owner(swapped, punch('in', at('06:58'), 'gone'))).toEqual([['t', [at('06:58')]]]);
  });

  test('in the order of time, not of arrival', () => {
    expect(owner([shift()], punch('out', at('19:00')), punch('in', at('07:00')))).toEqual([
      ['s', [at('07:00'), at('19:00')]],
    ]);
  });
});

test('a night shift goes over midnight', () => {
  const night = shift({ start: at('19:00'), end: at('07:00', 1), night: true });
  const came = punch('in', at('18:55'), '');
  const went = punch('out', at('07:03', 1), '');
  const state = (now: number, ...made: (typeof came)[]) =>
    stateOf(now, bound([night], made).get('s') ?? [], [gate('kiosk', now)], night);
  expect(state(at('18:00'))).toEqual({ kind: 'due' });
  expect(state(at('00:10', 1))).toMatchObject({ kind: 'none' });
  expect(state(at('00:10', 1), came)).toMatchObject({ kind: 'in', since: at('18:55'), over: false });
  expect(state(at('07:05', 1), came, went)).toMatchObject({ kind: 'out', at: at('07:03', 1) });
});

describe('the board', () => {
  const names = new Map([
    ['wang', '王'],
    ['li', '李'],
  ]);
  const posts = new Map(
    [
      row('post', { site: 'lake', order: 2, name: 'East' }, { id: 'east' }),
      row('post', { site: 'lake', order: 1 }, { id: 'west' }),
      row('post', { site: 'hill', order: 1 }, { id: 'top' }),
    ].map((one): [string, Row] => [one.id, one]),
  );
  const sites = new Map(
    [row('site', { name: 'A Lake' }, { id: 'lake' }), row('site', { name: 'B Hill' }, { id: 'hill' })].map(
      (one): [string, Row] => [one.id, one],
    ),
  );
  const now = at('07:30');
  const all = [
    shift({ id: 'late', start: at('08:00') }),
    shift({ id: 'other team', team: 'b' }),
    shift({ id: 'yesterday', start: at('07:00', -1), end: at('05:29') }),
    shift({ id: 'wang', person: 'wang' }),
    shift({ id: 'li', person: 'li' }),
    shift({ id: 'west', post: 'west' }),
    shift({ id: 'top', post: 'top', site: 'hill' }),
    shift({ id: 'nowhere', post: 'no such post', site: 'lake' }),
  ];
  const board = boardOf(
    found({
      shifts: all,
      names,
      posts,
      sites,
      punches: [punch('in', at('07:02'), 'li', { by: 'li' })],
      devices: [gate('kiosk', now)],
    }),
    ['a'],
    now,
  );

  test('has the led teams’ shifts of now, by site and post in their order, the earliest first', () => {
    expect(board.map(({ site, post, lines }) => [site, post, lines.map((line) => line.shift.id)])).toEqual([
      ['lake', 'no such post', ['nowhere']],
      ['lake', 'west', ['west']],
      ['lake', 'east', expect.arrayContaining(['li', 'wang', 'late'])],
      ['hill', 'top', ['top']],
    ]);
    expect(board[2]?.lines.at(-1)?.shift.id).toBe('late');
  });

  test('counts each line once', () => {
    expect(tally(board.flatMap(({ lines }) => lines))).toEqual({ in: 1, due: 1, waiting: 3, none: 1, other: 0 });
    const over = lineOf(shift(), [punch('in', at('06:58'))], [], at('19:30'));
    const gone = lineOf(shift(), [punch('in', at('06:58')), punch('out', at('19:00'))], [], at('19:30'));
    expect([over, gone].map(countOf)).toEqual(['other', 'other']);
  });

  test('is narrowed by site, post and state, and has no empty post', () => {
    const ids = (...filter: [string, string, Parameters<typeof narrowed>[3]]) =>
      narrowed(board, ...filter).map(({ post }) => post);
    expect(ids('', '', '')).toHaveLength(4);
    expect(ids('hill', '', '')).toEqual(['top']);
    expect(ids('lake', 'west', '')).toEqual(['west']);
    expect(ids('', '', 'in')).toEqual(['east']);
    expect(ids('hill', '', 'in')).toEqual([]);
    expect(board[2]?.lines).toHaveLength(3);
  });

  test('of nobody’s teams is empty', () => {
    expect(boardOf(found({ shifts: all }), [], now)).toEqual([]);
  });
});

describe('reading', () => {
  /** A view of rows that answers as the engine's does: newest first, so many. */
  function viewOf(rows: Row[], asked: number[] = []): View {
    const order = (one: Row) => Number(one.f['start'] ?? one.f['punched'] ?? 0);
    const list = async (kind: string, { limit }: { limit: number }) => {
      asked.push(limit);
      return rows
        .filter((one) => one.kind === kind)
        .sort((a, b) => order(b) - order(a))
        .slice(0, limit);
    };
    return { list, all: async (kind: string) => rows.filter((one) => one.kind === kind) } as unknown as View;
  }
  const days = (kind: string, field: string, count: number) =>
    Array.from({ length: count }, (_, i) => row(kind, { [field]: at('07:00', -i), end: at('19:00', -i) }));

  test('goes back a day and a half, not a month', async () => {
    const read = await readBoard(viewOf([...days('shift', 'start', 30), ...days('punch', 'punched', 30)]), at('08:00'));
    expect(read.shifts.map(({ start }) => start)).toEqual([at('07:00', -1), at('07:00')]);
    expect(read.punches).toHaveLength(2);
  });

  test('asks for more while what it needs may lie further back', async () => {
    const crowd = Array.from({ length: 1_200 }, (_, i) => row('shift', { start: at('07:00') + i, end: at('19:00') }));
    const asked: number[] = [];
    const read = await readBoard(viewOf([...crowd, ...days('shift', 'start', 1)], asked), at('08:00'));
    expect(read.shifts).toHaveLength(1_201);
    expect(asked).toContain(2_000);
  });

  test('knows phones, names, posts, sites and devices', async () => {
    const rows = [
      row('person', { name: '王强', phone: '13800000000' }, { id: 'wang' }),
      row('post', { name: 'East', site: 'lake' }, { id: 'east' }),
      row('site', { name: 'Lake', zone: 'Asia/Shanghai' }, { id: 'lake' }),
      row('gate', { device: 'd', label: 'tablet', post: 'east', complete_to: 5, held: 1 }),
    ];
    const read = await readBoard(viewOf(rows), at('08:00'));
    expect(read.phones.get('wang')).toBe('13800000000');
    expect(read.names.get('east')).toBe('East');
    expect(read.posts.get('east')?.id).toBe('east');
    expect(read.sites.get('lake')?.id).toBe('lake');
    expect(read.devices).toEqual([
      { id: 'd', label: 'tablet', post: 'east', site: '', upTo: 5, held: 1, retired: false },
    ]);
  });
});
