/** What every browser holds in the end, for whoever holds it against the server's database. */

import { DEVICE, personName } from '../../schema.ts';
import { look } from './acts.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

const SHOWN = ['visit', 'shift', 'swap', 'punch'];

export interface Held {
  readonly name: string;
  readonly person: string | null;
  readonly recorded: readonly unknown[];
  /** By store. */
  readonly device: Record<string, unknown[]> | null;
  readonly own: Record<string, unknown[]> | null;
  /** Ids of people whose databases are here. */
  readonly people: readonly string[];
  /** What the screen shows of some kinds. */
  readonly view: readonly unknown[];
  readonly waiting: number;
  readonly tabs: number;
  readonly sockets: number;
}

export interface Dump {
  readonly now: number;
  readonly browsers: readonly Held[];
  readonly fresh: readonly Held[];
  /** What the browsers themselves were seen to do wrong. */
  readonly wrong: readonly string[];
  /** Acts that may be missing. */
  readonly gone: readonly string[];
}

export async function dumped(
  world: World,
  machines: readonly Machine[],
  fresh: readonly Machine[],
  wrong: readonly string[],
  gone: ReadonlySet<string>,
): Promise<Dump> {
  const faults = [...machines, ...fresh].flatMap(({ reports }) =>
    reports.map(({ where, what }) => `${where}: ${what}`),
  );
  const browsers: Held[] = [];
  for (const machine of [...machines, ...fresh]) browsers.push(await held(machine));
  await world.settle();
  for (const machine of fresh) machine.kill();
  return {
    now: world.now,
    browsers: browsers.slice(0, machines.length),
    fresh: browsers.slice(machines.length),
    wrong: [...wrong, ...faults],
    gone: [...gone],
  };
}

async function held(machine: Machine): Promise<Held> {
  const { disk, tab, network } = machine;
  const person = tab?.engine.who.value?.person ?? null;
  const names = (await disk.factory.databases()).map(({ name = '' }) => name);
  const view =
    tab === undefined
      ? []
      : await look(tab, async (shown) => (await Promise.all(SHOWN.map((kind) => shown.all(kind)))).flat());
  return {
    name: machine.name,
    person,
    recorded: machine.recorded,
    device: await disk.dump(DEVICE),
    own: person === null ? null : await disk.dump(personName(person)),
    people: names.filter((name) => name !== DEVICE).map((name) => name.slice(DEVICE.length + 1)),
    view: view ?? [],
    waiting: tab?.engine.status.value?.waiting ?? -1,
    tabs: machine.tabs.length,
    sockets: network.open,
  };
}
