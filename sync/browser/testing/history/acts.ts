/** What people do at their browsers, by what these show them. */

import type { Act, Row, View } from '../../api.ts';
import type { Dice } from './dice.ts';
import type { Machine, Tab } from './machine.ts';

/** The estate of one history, as it was founded. */
export interface Estate {
  readonly org: string;
  readonly site: string;
  readonly posts: readonly string[];
  readonly password: string;
  /** Ids by staff number: guards G1 to G3, agents B1 and B2, their supervisor S1, manager M1, admin A001. */
  readonly people: Readonly<Record<string, string>>;
}

/** Where people act. */
export interface Scene {
  readonly estate: Estate;
  readonly dice: Dice;
  /** Devices that the admin may make a post's tablet, or revoke: as they are now. */
  tablet(): string | undefined;
  phone(): string | undefined;
}

interface Shown {
  readonly visits: readonly Row[];
  readonly notices: readonly Row[];
  readonly shifts: readonly Row[];
  readonly swaps: readonly Row[];
  readonly roles: readonly Row[];
}

const KINDS = ['visit', 'notice', 'shift', 'swap', 'role'];
/** How many visits people write about at a time: few, so that they meet. */
const BUSY = 3;

/** What the screen shows now; null when the tab died, or nobody is signed in. */
export async function look<T>(tab: Tab, read: (view: View) => Promise<T>): Promise<T | null> {
  if (tab.engine.who.value == null) return null;
  let leave: () => void = () => undefined;
  const seen = new Promise<T>((resolve) => {
    leave = tab.engine.watch(KINDS, read).subscribe(resolve);
  });
  // A database that cannot be opened shows nothing.
  return tab.outlived(seen).finally(() => leave());
}

async function shown(view: View): Promise<Shown> {
  const all = (kind: string) => view.all(kind);
  return {
    visits: (await view.list('visit', { prefix: [], limit: BUSY })).filter((row) => !row.sh),
    notices: (await all('notice')).filter((row) => row.f['state'] === 'open'),
    shifts: await all('shift'),
    swaps: await all('swap'),
    roles: await all('role'),
  };
}

/** One act of whoever is signed in. */
export async function act(machine: Machine, tab: Tab, scene: Scene): Promise<void> {
  const wanted = await planned(tab, scene);
  if (wanted !== null) await record(machine, tab, wanted);
  else if (tab.alive && tab.engine.who.value == null) await punchUnsigned(machine, tab, scene);
}

/** Several acts in one moment, in all tabs of a browser. */
export async function actTogether(machine: Machine, scene: Scene): Promise<void> {
  const wanted: [Tab, Act][] = [];
  for (const tab of machine.tabs) {
    for (const one of [await planned(tab, scene), await planned(tab, scene)]) if (one !== null) wanted.push([tab, one]);
  }
  await Promise.all(wanted.map(([tab, one]) => tab.alive && record(machine, tab, one)));
}

/** What whoever is signed in does next, by what the screen shows. */
async function planned(tab: Tab, scene: Scene): Promise<Act | null> {
  const person = tab.alive ? tab.engine.who.value?.person : undefined;
  if (person === undefined) return null;
  const seen = await look(tab, shown);
  return seen === null ? null : intended(person, seen, scene, tab.engine.now());
}

/** At a post's tablet nobody needs to sign in to clock. */
async function punchUnsigned(machine: Machine, tab: Tab, { estate, dice }: Scene): Promise<void> {
  const kiosk = tab.engine.kiosk.value;
  if (kiosk == null) return;
  const values = { direction: dice.pick(['in', 'out']), site: kiosk.site, post: kiosk.post };
  await record(machine, tab, { kind: 'punch.record', values }, estate.people[dice.pick(['B1', 'B2'])] ?? '');
}

/** Records, and believes what the app says; for `unsigned`, who has not signed in. */
async function record(machine: Machine, tab: Tab, wanted: Act, unsigned?: string): Promise<void> {
  const person = unsigned ?? tab.engine.who.value?.person;
  const { engine } = tab;
  const answer = await tab.outlived(unsigned === undefined ? engine.act(wanted) : engine.actFor(unsigned, wanted));
  const { world } = machine;
  if (answer === null || person === undefined) return;
  if ('problem' in answer) {
    world.saw(`not_recorded_${answer.problem.code}`);
    world.tell(`${machine.name}: ${wanted.kind} not recorded, ${answer.problem.code} ${answer.problem.detail ?? ''}`);
    return;
  }
  world.saw(unsigned === undefined ? wanted.kind : 'unsigned_punch');
  world.tell(`${machine.name}: ${wanted.kind} recorded as ${answer.ok.id}`);
  machine.recorded.push({ op: answer.ok.id, person, kind: wanted.kind });
}

function intended(person: string, seen: Shown, scene: Scene, now: number): Act | null {
  const { estate, dice } = scene;
  const { people } = estate;
  const staff = Object.keys(people).find((one) => people[one] === person) ?? '';
  if (staff === 'A001') return adminAct(seen, scene, now);
  if (staff === 'S1') return bossAct(seen, dice);
  if (staff.startsWith('B') && dice.chance(0.75)) return agentAct(person, seen, estate, dice);
  return guardAct(seen, estate, dice);
}

/** A role of a guard ends, or comes back: a scope is lost or gained. Or a device becomes a post's, or is revoked. */
function adminAct({ roles }: Shown, { estate, dice, tablet, phone }: Scene, now: number): Act {
  const { people, site, posts } = estate;
  const [made, lost] = [tablet(), phone()];
  if (made !== undefined && dice.chance(0.2)) {
    const post = dice.chance(0.8) ? { post: posts[0] ?? '' } : {};
    return { kind: 'device.kiosk', values: { device: made, label: '东门平板', ...post } };
  }
  if (lost !== undefined && dice.chance(0.08)) return { kind: 'device.revoke', values: { device: lost } };
  const person = people[dice.pick(['G2', 'G3'])] ?? '';
  const held = roles.find((row) => row.f['person'] === person && row.f['until'] == null);
  if (held !== undefined) return { kind: 'role.end', entity: held.id, values: { until: now } };
  return { kind: 'role.grant', values: { person, role: 'guard', site, since: now } };
}

function bossAct({ swaps }: Shown, dice: Dice): Act | null {
  const accepted = swaps.filter((row) => row.f['state'] === 'accepted');
  const open = swaps.filter((row) => row.f['state'] === 'requested');
  if (accepted.length === 0 && open.length === 0) return null;
  const swap = dice.pick(accepted.length > 0 ? accepted : open);
  return { kind: dice.chance(0.8) ? 'swap.approve' : 'swap.reject', entity: swap.id };
}

function agentAct(person: string, { shifts, swaps }: Shown, { site, posts, people }: Estate, dice: Dice): Act | null {
  const other = people['B1'] === person ? people['B2'] : people['B1'];
  const open = swaps.filter((row) => ['requested', 'accepted'].includes(String(row.f['state'])));
  const offered = open.filter((row) => row.by !== person);
  const own = open.filter((row) => row.by === person);
  const mine = shifts.filter((row) => row.f['person'] === person);
  if (offered.length > 0 && dice.chance(0.6)) {
    return { kind: dice.chance(0.8) ? 'swap.accept' : 'swap.decline', entity: dice.pick(offered).id };
  }
  if (own.length > 0 && dice.chance(0.25)) return { kind: 'swap.withdraw', entity: dice.pick(own).id };
  if (mine.length > 0 && other !== undefined && dice.chance(0.5)) {
    const shift = dice.pick(mine);
    return {
      kind: 'swap.request',
      values: { give: shift.id, give_ver: shift.ver, mode: 'give_away', asked: [other] },
      private: dice.chance(0.5) ? { reason: '家里有事' } : {},
    };
  }
  return { kind: 'punch.record', values: { direction: dice.pick(['in', 'out']), site, post: dice.pick(posts) } };
}

function guardAct({ visits, notices }: Shown, { site, posts }: Estate, dice: Dice): Act {
  const asking = notices.filter((row) => Array.isArray(row.f['fields']) && row.f['fields'].length > 0);
  if (notices.length > 0 && dice.chance(0.3)) return settled(dice.pick(asking.length > 0 ? asking : notices), dice);
  const post = dice.pick(posts);
  if (visits.length === 0 || dice.chance(0.2)) {
    const unit = `${dice.int(1, 9)}-101`;
    const words = { name: `访客${dice.int(1, 99)}` };
    return { kind: 'visit.arrive', values: { site, post, category: 'courier', unit }, private: words };
  }
  const visit = dice.pick(visits);
  const what = dice.weigh({ amend: 12, leave: 2, exit: 1, join: 1, erase: 0.3, nowhere: 0.5, punch: 2 });
  switch (what) {
    case 'leave':
      return { kind: 'visit.leave', entity: visit.id, values: { left_post: post } };
    case 'exit':
      return { kind: 'visit.exit', values: { site, left_post: post } };
    case 'join':
      return { kind: 'visit.join', entity: visit.id, values: { joined: dice.pick(visits).id } };
    case 'erase':
      return { kind: 'visit.erase', entity: visit.id, values: { reason: 'request' } };
    case 'nowhere': // no such gate: refused
      return { kind: 'visit.arrive', values: { site, post: site, category: 'courier' } };
    case 'punch':
      return { kind: 'punch.record', values: { direction: dice.pick(['in', 'out']), site, post } };
    default:
      return amendment(visit.id, dice);
  }
}

function amendment(visit: string, dice: Dice): Act {
  const fields = {
    note: `备注${dice.int(1, 99)}`,
    plate: `粤B${dice.int(10_000, 99_999)}`,
    phone: `1380000${dice.int(1000, 9999)}`,
  };
  const chosen = new Set([dice.pick(['plate', 'note', 'plate', 'phone']), dice.pick(['plate', 'note'])]);
  const words = Object.fromEntries(Object.entries(fields).filter(([name]) => chosen.has(name)));
  const values = {
    ...(dice.chance(0.6) ? { unit: `${dice.int(1, 9)}-${dice.int(101, 105)}` } : {}),
    ...(dice.chance(0.3) ? { id_kind: dice.pick(['none', 'id_card', 'permit']) } : {}),
  };
  return { kind: 'visit.amend', entity: visit, values, private: words };
}

function settled(notice: Row, dice: Dice): Act {
  const [field, yours] = (notice.f['fields'] as [string, string | null][])[0] ?? ['', null];
  const about = notice.f['about'];
  if (yours === null || typeof about !== 'string' || !['unit', 'plate'].includes(field) || dice.chance(0.5)) {
    return { kind: 'notice.close', values: { notice: notice.id } };
  }
  const choice = dice.pick(['mine', 'theirs']);
  const values = { notice: notice.id, choice };
  if (field === 'unit') return { kind: 'conflict.resolve', entity: about, values: { ...values, unit: yours } };
  return { kind: 'conflict.resolve', entity: about, values, private: { [field]: yours } };
}
