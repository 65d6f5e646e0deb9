/**
 * One history: people at three to five browsers of one estate, and everything that can go wrong around them; then it
 * heals. The seed fixes who does what, which fault strikes and what the clocks say.
 */

import { DEVICE, type OutboxOp } from '../../schema.ts';
import { act, actTogether, type Estate, type Scene } from './acts.ts';
import { Dice } from './dice.ts';
import { type Dump, dumped } from './dump.ts';
import { Machine, type Tab } from './machine.ts';
import { KILLS, PARTITIONS } from './network.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Exchanges after which every outbox is empty once the network is well (I7). */
const DRAIN = 20;
/** Real time in which the server has worked out what months changed (it looks every 50 ms), and told its sockets. */
const SERVER_MS = 500;
/** Longer than any of the engine's own waits. */
const ROUND_MS = 45_000;
/** People that sit at each browser; of the shared ones they take turns. */
const SEATS = [['G1'], ['G2', 'G3'], ['B1', 'B2', 'G1'], ['S1', 'M1'], ['A001']] as const;

const DEEDS = {
  act: 40,
  acts: 6,
  together: 4,
  seconds: 14,
  minutes: 4,
  storm: 5,
  partition: 4,
  doom: 8,
  power: 3,
  reload: 4,
  tab: 4,
  close: 2,
  switch: 6,
  sign_out: 2,
  full: 2,
  clock: 3,
  night: 1,
  silence: 3,
  server: 1.5,
  clone: 1.5,
  rollback: 1.5,
  evict: 1.2,
} as const;
export const DEED_NAMES = Object.keys(DEEDS) as (keyof typeof DEEDS)[];

export interface Told {
  readonly estate: Estate;
  readonly seed: number;
  readonly steps: number;
  readonly proxy: string;
}

export class History {
  readonly machines: Machine[] = [];
  readonly #world: World;
  readonly #dice: Dice;
  readonly #told: Told;
  /** Acts that went with a storage that was emptied, or with a profile that was put back: those may be missing. */
  readonly #gone = new Set<string>();
  readonly #wrong: string[] = [];
  readonly #scene: Scene;
  #nights = 0;

  constructor(world: World, told: Told) {
    this.#world = world;
    this.#told = told;
    this.#dice = new Dice(told.seed);
    const device = (i: number) => this.machines[i]?.tab?.engine.who.value?.device;
    this.#scene = { estate: told.estate, dice: this.#dice, tablet: () => device(2), phone: () => device(1) };
  }

  async run(): Promise<Dump> {
    const seats = SEATS.slice(0, this.#dice.int(3, SEATS.length));
    for (const [i, [first]] of seats.entries()) {
      const machine = this.#machine(`browser ${i + 1}`);
      machine.skew = this.#dice.pick([0, 0, -3 * HOUR, 26 * HOUR, -20_000 * HOUR]);
      await this.#present(machine, first);
    }
    if (seats.length === SEATS.length && this.#dice.chance(0.6)) await this.#makeTablet();
    for (let step = 0; step < this.#told.steps; step += 1) await this.#deed();
    await this.#heal();
    const dump = await dumped(this.#world, this.machines, await this.#fresh(), this.#wrong, this.#gone);
    for (const machine of this.machines) machine.kill();
    await this.#world.settle();
    return dump;
  }

  #machine(name: string): Machine {
    const dice = new Dice(this.#told.seed * 31 + this.machines.length + 7);
    const machine = new Machine(this.#world, dice, this.#told.proxy, name);
    this.machines.push(machine);
    return machine;
  }

  /** The third browser becomes a post's tablet, at which nobody needs to sign in to clock. */
  async #makeTablet(): Promise<void> {
    const [admin, tablet, device] = [this.machines[4]?.tab, this.machines[2]?.tab, this.#scene.tablet()];
    if (admin === undefined || tablet === undefined || device === undefined) return;
    const values = { device, label: '东门平板', post: this.#told.estate.posts[0] ?? '' };
    await admin.outlived(admin.engine.act({ kind: 'device.kiosk', values }));
    await this.#world.pass(1_000);
    await tablet.outlived(tablet.engine.signOut());
    await this.#world.pass(60_000);
  }

  /** A tab of the browser with somebody signed in, if the network lets them. */
  async #present(machine: Machine, staff: string): Promise<void> {
    const tab = machine.tab ?? (await machine.open());
    if (tab === undefined) return;
    await this.#signIn(machine, tab, staff);
  }

  async #signIn(machine: Machine, tab: Tab, staff: string): Promise<boolean> {
    const { estate } = this.#told;
    const answer = await tab.outlived(tab.engine.signIn(staff, estate.password, estate.org));
    const said = answer === null ? 'the tab died' : 'problem' in answer ? answer.problem.code : 'in';
    this.#world.tell(`${machine.name}: ${staff} signs in: ${said}`);
    return said === 'in';
  }

  async #deed(): Promise<void> {
    const dice = this.#dice;
    const machine = dice.pick(this.machines);
    const tab = machine.tabs.length > 0 ? dice.pick(machine.tabs) : await machine.open();
    const deed = dice.weigh(DEEDS);
    if (deed !== 'act') this.#world.tell(`${machine.name}: ${deed}`);
    this.#world.saw(`deed_${deed}`);
    if (tab !== undefined) await this.#do(deed, machine, tab);
    // Half of the time the next thing happens while the last is still on its way.
    if (dice.chance(0.5)) await this.#world.settle();
  }

  async #do(deed: keyof typeof DEEDS, machine: Machine, tab: Tab): Promise<void> {
    const dice = this.#dice;
    const world = this.#world;
    const { network, disk } = machine;
    switch (deed) {
      case 'act':
        return act(machine, tab, this.#scene);
      case 'acts':
        for (let i = dice.int(2, 5); i > 0 && tab.alive; i -= 1) await act(machine, tab, this.#scene);
        return;
      case 'together':
        if (machine.tabs.length < 2) await machine.open();
        return actTogether(machine, this.#scene);
      case 'seconds':
        return world.pass(dice.int(200, 20_000));
      case 'minutes':
        return world.pass(dice.int(30_000, 3 * MINUTE));
      case 'storm':
        network.badness = network.badness > 0 ? 0 : dice.pick([0.2, 0.5, 0.9]);
        return;
      case 'partition':
        return this.#partition(machine);
      case 'doom':
        tab.dieAfter = dice.int(1, 60);
        return;
      case 'power':
        return this.#cutPower(machine);
      case 'reload':
        machine.kill();
        await machine.open();
        return;
      case 'tab':
        if (machine.tabs.length < 3) await machine.open(dice.chance(0.3) ? dice.int(1, 80) : undefined);
        return;
      case 'close':
        await tab.outlived(tab.engine.close());
        tab.kill();
        return;
      case 'switch':
        await this.#signIn(machine, tab, dice.pick(this.#seat(machine)));
        return;
      case 'sign_out':
        await tab.outlived(tab.engine.signOut());
        return;
      case 'full':
        disk.full = disk.full === null ? dice.pick(['put', 'commit']) : null;
        return;
      case 'clock':
        machine.skew += dice.pick([-HOUR, HOUR, -30 * 24 * HOUR, 400 * 24 * HOUR]);
        return;
      case 'night':
        this.#nights += 1;
        return this.#nights > 2 ? undefined : world.sleep(dice.int(1, 14) * HOUR);
      case 'silence':
        return network.silence();
      case 'server':
        network.next = dice.pick(KILLS);
        tab.engine.syncNow();
        return;
      case 'clone':
        return this.#clone(machine);
      case 'rollback':
        return this.#rollBack(machine);
      case 'evict':
        return this.#evict(machine);
    }
  }

  #seat(machine: Machine): readonly string[] {
    return SEATS[Number(machine.name.split(' ')[1]) - 1] ?? ['G1'];
  }

  #partition(machine: Machine): void {
    const { network } = machine;
    const was = network.partition;
    network.partition = was === null ? this.#dice.pick(PARTITIONS) : null;
    this.#world.tell(`${machine.name}: network ${network.partition ?? 'back'}`);
    network.silence();
    if (was === 'radio' || network.partition === 'radio') machine.wake();
  }

  async #cutPower(machine: Machine): Promise<void> {
    machine.kill();
    await this.#world.settle();
    const undone = machine.disk.cutPower((of) => this.#dice.int(0, of));
    this.#world.tell(`${machine.name}: ${undone} transactions never reached the disk`);
    if (undone > 0) this.#world.saw('power_undid');
    await machine.open();
  }

  /** The same profile on a second machine; both go on. */
  async #clone(machine: Machine): Promise<void> {
    if (this.machines.length > 6 || machine.disk.full !== null) return;
    machine.kill();
    await this.#world.settle();
    const copy = this.#machine(`${machine.name} (copy)`);
    copy.skew = machine.skew;
    copy.marker = machine.marker;
    copy.disk.factory = await machine.disk.copied();
    await machine.open();
    await copy.open();
  }

  /** The profile as it was some while ago takes the place of what has been done since. */
  async #rollBack(machine: Machine): Promise<void> {
    if (machine.disk.full !== null) return;
    machine.kill();
    await this.#world.settle();
    const before = await machine.disk.copied();
    const { marker } = machine;
    const known = new Set(machine.recorded.map(({ op }) => op));
    let tab = await machine.open();
    for (let i = this.#dice.int(1, 5); i > 0 && tab?.alive; i -= 1) await act(machine, tab, this.#scene);
    await this.#world.pass(this.#dice.int(0, 5_000));
    tab = undefined;
    machine.kill();
    await this.#world.settle();
    for (const op of await this.#unsent(machine)) if (!known.has(op)) this.#gone.add(op);
    machine.disk.evict();
    machine.disk.factory = before;
    machine.marker = marker;
    await machine.open();
  }

  /** Acts of which the browser knows no decision. */
  async #unsent(machine: Machine): Promise<string[]> {
    const { ops = [] } = (await machine.disk.dump(DEVICE)) ?? {};
    return (ops as OutboxOp[]).filter((op) => op.open === 1).map((op) => op.id);
  }

  /** The browser gives the storage to others: what was not sent is lost, and the app must say so. */
  async #evict(machine: Machine): Promise<void> {
    if (machine.tab === undefined || machine.disk.full !== null) return;
    await this.#world.settle();
    machine.kill();
    await this.#world.settle();
    const lost = await this.#unsent(machine);
    for (const op of lost) this.#gone.add(op);
    machine.disk.evict();
    const opened = await machine.open();
    const trouble = opened?.engine.status.value?.trouble;
    if (lost.length > 0) {
      this.#world.saw('loss_shown');
      if (trouble !== 'storage_lost') this.#wrong.push(`${machine.name} lost ${lost.length} acts and says ${trouble}`);
    }
    await this.#present(machine, this.#dice.pick(this.#seat(machine)));
  }

  /** Everything works again. Nobody presses a button: the engines must find out by themselves. */
  async #heal(): Promise<void> {
    const world = this.#world;
    world.tell('everything heals');
    for (const machine of this.machines) {
      const { network, disk } = machine;
      disk.full = null;
      for (const tab of machine.tabs) tab.dieAfter = Number.POSITIVE_INFINITY;
      const wake = network.partition === 'radio';
      network.heal();
      if (wake) machine.wake();
    }
    const tabs: [Machine, Tab][] = [];
    for (const machine of this.machines) {
      const tab = machine.tab ?? (await machine.open());
      if (tab === undefined) throw new Error(`${machine.name} does not open`);
      tabs.push([machine, tab]);
    }
    let rounds = 0;
    for (; rounds < DRAIN && tabs.some(([, tab]) => (tab.engine.status.value?.waiting ?? 1) > 0); rounds += 1) {
      await world.pass(ROUND_MS);
    }
    for (const [machine, tab] of tabs) {
      const status = tab.engine.status.value;
      if (status === undefined || status.waiting > 0)
        this.#wrong.push(`${machine.name} is stuck: ${JSON.stringify(status)}`);
    }
    // A revocation may have been among what was sent only now.
    await world.pass(95_000);
    for (const [machine, tab] of tabs) {
      const { trouble } = tab.engine.status.value ?? {};
      if (tab.engine.who.value != null && trouble === null) continue;
      const staff = this.#seat(machine)[0] ?? 'G1';
      if (!(await this.#signIn(machine, tab, staff))) this.#wrong.push(`${machine.name}: nobody can sign in`);
    }
  }

  /** New browsers of the people signed in, which pull everything; then all have time to hear of all. */
  async #fresh(): Promise<Machine[]> {
    const { people } = this.#told.estate;
    const present = new Set(this.machines.map((machine) => machine.tab?.engine.who.value?.person));
    const fresh: Machine[] = [];
    for (const [staff, person] of Object.entries(people)) {
      if (!present.has(person)) continue;
      const machine = new Machine(this.#world, new Dice(this.#told.seed * 37 + fresh.length), this.#told.proxy, staff);
      machine.network.heal();
      const tab = await machine.open();
      if (tab === undefined || !(await this.#signIn(machine, tab, staff))) throw new Error(`${staff} cannot sign in`);
      fresh.push(machine);
    }
    // Twice the longest wait between two looks: a pull renews the device's own row, which others see after that.
    for (let i = 0; i < 2; i += 1) {
      // The server works months out beside the acts, and it is not this clock that it waits by.
      await this.#world.linger(SERVER_MS);
      await this.#world.pass(95_000);
    }
    // What the server says over its sockets of the last pull comes when it comes.
    await this.#world.linger(SERVER_MS);
    return fresh;
  }
}
