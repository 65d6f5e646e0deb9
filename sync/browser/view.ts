/** What a screen reads: base rows ⊕ the person's own unconfirmed acts, shaded and expired by anchored time. */

import type { OwnAct, RecordState, Row, View } from './api.ts';
import { apply, type Body } from './apply.ts';
import { unb64 } from './canon.ts';
import type { Core } from './core.ts';
import { assumed } from './decision.ts';
import { opKind } from './entities.ts';
import { blank, close } from './notices.ts';
import type { Own, OwnActs } from './own.ts';
import { keyOf } from './rows.ts';
import type { HeldRow } from './schema.ts';
import { matcher } from './search.ts';
import { shade } from './shade.ts';
import { noticesIn, ownAct, recordState, stateOf } from './states.ts';
import { type RowsDb, rowsDb } from './store.ts';

/** Up to this many rows are read one by one. */
const FEW = 100;

/** `IDBIndex.getAllRecords`, newer than the types: Chromium 141, Firefox 147. */
interface Backwards {
  getAllRecords?(options: { query: IDBKeyRange; count: number; direction: 'prev' }): Promise<{ value: HeldRow }[]>;
}

async function newest(index: object, query: IDBKeyRange, count: number): Promise<HeldRow[] | undefined> {
  const records = await (index as Backwards).getAllRecords?.({ query, count, direction: 'prev' });
  return records?.map(({ value }) => value);
}

type Key = readonly (string | number)[];
interface Seen {
  readonly row: Row;
  readonly siteKey: string | undefined;
}

/** The view of one person at this moment; of the device itself (a kiosk's post) with null. */
export async function openView(core: Core, person: string | null, acts: OwnActs): Promise<View> {
  const db = rowsDb(person === null ? await core.store.device() : await core.store.person(person));
  const own = await (person === null ? acts.unsigned() : acts.of(person));
  const tx = db.transaction(['keys', 'cursors']);
  const store = tx.objectStore('keys');
  const cursors = tx.objectStore('cursors').getAllKeys();
  const [scopes, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
  const keys = new Map(scopes.map((scope, i) => [scope, values[i] ?? '']));
  const view = new RowsView(core, db, own, keys, await cursors);
  await view.prepare();
  return view;
}

class RowsView implements View {
  readonly #core: Core;
  readonly #db: RowsDb;
  readonly #own: readonly Own[];
  readonly #keys: ReadonlyMap<string, string>;
  readonly #scopes: readonly string[];
  readonly #now: number;
  /** Acts to replay, by the entity they change. */
  readonly #pending = new Map<string, Own[]>();
  readonly #closings = new Map<string, Own>();
  #acts: readonly OwnAct[] = [];
  #openAbout: ReadonlySet<string> = new Set();

  constructor(
    core: Core,
    db: RowsDb,
    own: readonly Own[],
    keys: ReadonlyMap<string, string>,
    scopes: readonly string[],
  ) {
    this.#scopes = scopes;
    this.#core = core;
    this.#db = db;
    this.#own = own;
    this.#keys = keys;
    this.#now = core.time.atLeast();
    for (const one of own.filter((each) => each.replays)) {
      const { entity, values, kind } = one.op.head;
      if (opKind(kind)?.entity != null) this.#pending.set(entity, [...(this.#pending.get(entity) ?? []), one]);
      const notice = values['notice'];
      if (typeof notice === 'string') this.#closings.set(notice, one);
    }
  }

  /** Notices are few and decide how acts stand, which screens ask for without waiting. */
  async prepare(): Promise<void> {
    const notices = noticesIn(await this.all('notice'));
    const { sending } = this.#core.memory;
    this.#acts = this.#own.map((one) => ownAct(one, stateOf(one.out, sending, notices)));
    this.#openAbout = notices.openAbout;
  }

  async get(id: string): Promise<Row | undefined> {
    return this.#see(await this.#db.get('rows', id), id)?.row;
  }

  async all(kind: string): Promise<Row[]> {
    return this.list(kind, { prefix: [], limit: Number.POSITIVE_INFINITY });
  }

  async list(kind: string, { prefix, limit }: { prefix: Key; limit: number }): Promise<Row[]> {
    return this.#find(kind, prefix, limit, limit > FEW, () => true);
  }

  async search(kind: string, query: { prefix: Key; term: string; limit: number }): Promise<Row[]> {
    const matches = matcher(query.term);
    return this.#find(kind, query.prefix, query.limit, true, ({ row, siteKey }) => matches(row, siteKey));
  }

  scopes(): readonly string[] {
    return this.#scopes;
  }

  ownActs(): readonly OwnAct[] {
    return this.#acts;
  }

  state(entity: string): RecordState | undefined {
    const acts = this.#acts.filter((act) => act.entity === entity);
    return recordState(acts, this.#openAbout.has(entity));
  }

  /** Newest first: own changed rows beside those of the order index. */
  async #find(kind: string, prefix: Key, limit: number, many: boolean, such: (seen: Seen) => boolean): Promise<Row[]> {
    const { databases } = this.#core.ports;
    const found: { key: Key; row: Row }[] = [];
    for (const [entity, acts] of this.#pending) {
      if (opKind(acts[0]?.op.head.kind ?? '')?.entity !== kind) continue;
      const seen = this.#see(await this.#db.get('rows', entity), entity);
      const key = seen === undefined ? [] : keyOf(seen.row, this.#core.options.orders);
      const within = prefix.every((part, i) => databases.cmp(part, key[i + 1] ?? []) === 0);
      if (seen !== undefined && within && such(seen)) found.push({ key, row: seen.row });
    }
    const enough = limit + found.length;
    await this.#newestFirst(kind, prefix, many ? Number.POSITIVE_INFINITY : enough + this.#pending.size, (base) => {
      const seen = this.#pending.has(base.id) ? undefined : this.#see(base, base.id);
      if (seen !== undefined && such(seen)) found.push({ key: base.key, row: seen.row });
      return found.length < enough;
    });
    found.sort((a, b) => databases.cmp([...b.key], [...a.key]));
    return found.slice(0, limit).map(({ row }) => row);
  }

  /**
   * Base rows from the greatest key down, until `next` says no. One reading is several times as quick as a cursor; the
   * cursor stays for browsers that cannot read backwards, and for when `likely` rows were too few.
   */
  async #newestFirst(kind: string, prefix: Key, likely: number, next: (held: HeldRow) => boolean): Promise<void> {
    const index = this.#db.transaction('rows').store.index('order');
    const range = IDBKeyRange.bound([kind, ...prefix], [kind, ...prefix, []]);
    if (likely > FEW) {
      (await index.getAll(range)).reverse().every(next);
      return;
    }
    const first = await newest(index, range, likely);
    if (first !== undefined && (!first.every(next) || first.length < likely)) return;
    let at = await index.openCursor(range, 'prev');
    if (at !== null && first !== undefined) at = await at.advance(first.length);
    while (at !== null && next(at.value)) at = await at.continue();
  }

  #see(held: HeldRow | undefined, id: string): Seen | undefined {
    const siteKey = held?.scopes.map((scope) => this.#keys.get(scope)).find((key) => key !== undefined);
    const base = held && shade(held.body, siteKey === undefined ? null : unb64(siteKey), this.#now);
    const body = this.#settled(this.#replayed(base ?? null, id));
    return body === null ? undefined : { row: { ...body, n: held?.n ?? 0 }, siteKey };
  }

  #replayed(base: Body | null, id: string): Body | null {
    const acts = this.#pending.get(id) ?? [];
    // The version says how far the base has come; a creating act is in it by being there.
    const known = acts.findIndex(({ out }) => out.id === base?.ver);
    const missing = acts.filter(
      ({ out }, i) => (i > known || out.d === 'parked') && !(base !== null && out.id === base.id),
    );
    return missing.reduce((body: Body | null, { op, out }) => apply(body, op, assumed(out.at)), base);
  }

  /** A notice that an act of one's own settles is closed at once; one about a record being erased goes blank. */
  #settled(body: Body | null): Body | null {
    if (body?.kind !== 'notice') return body;
    const closing = this.#closings.get(body.id);
    const closed = closing === undefined ? body : close(body, closing.op);
    const acts = this.#pending.get(String(body.f['about'])) ?? [];
    const erasing = acts.find(({ op }) => op.head.kind === 'visit.erase');
    return erasing === undefined ? closed : blank(closed, 'visit');
  }
}
