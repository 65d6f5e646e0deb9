/**
 * Runs histories one after the other: `node main.ts <clock file> <proxy>`, with one history a line on standard input and
 * what came of it a line on standard output. The next begins when the next line comes, so time stands still between.
 */

import 'fake-indexeddb/auto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { install } from './disk.ts';
import { DEED_NAMES, History, type Told } from './history.ts';
import { FAULT_NAMES, PARTITIONS, SOCKET_NAMES } from './network.ts';
import { countCrypto, World } from './world.ts';

const [, , clock = '', proxy = ''] = process.argv;
let world: World;
const strays: string[] = [];
/** What code of a tab that was killed, or whose disk was full, may leave to nobody. */
const EXPECTED = new Set(['AbortError', 'InvalidStateError', 'TransactionInactiveError', 'QuotaExceededError']);

process.on('unhandledRejection', (error) => {
  if (!EXPECTED.has((error as Error)?.name)) strays.push(String((error as Error)?.stack ?? error));
});

async function one(line: string): Promise<void> {
  const told = JSON.parse(line) as Omit<Told, 'proxy'>;
  world = new World(clock, Number(readFileSync(clock).readBigInt64LE(0)));
  let dump: unknown = null;
  let failed: string | null = null;
  try {
    dump = await new History(world, { ...told, proxy }).run();
  } catch (error) {
    failed = String((error as Error)?.stack ?? error);
  }
  const seen = Object.fromEntries(world.seen);
  const answer = { seed: told.seed, dump, failed, strays: strays.splice(0), seen, story: world.story };
  // Bytes of keys mean nothing to whoever reads this.
  process.stdout.write(`${JSON.stringify(answer, (_key, value) => (value instanceof CryptoKey ? 'key' : value))}\n`);
}

/** What must also have come about in a whole run. */
const OUTCOMES = [
  'killed_at_request',
  'killed_at_commit',
  'power_undid',
  'loss_shown',
  'asked_rechain',
  'unsigned_punch',
];

install();
countCrypto(() => world);
const deeds = DEED_NAMES.map((name) => `deed_${name}`);
const sockets = SOCKET_NAMES.map((name) => `socket_${name}`);
process.stdout.write(
  `${JSON.stringify({ faults: [...FAULT_NAMES, ...PARTITIONS, ...sockets, ...deeds, ...OUTCOMES] })}\n`,
);
for await (const line of createInterface({ input: process.stdin })) await one(line);
process.exit(0);
