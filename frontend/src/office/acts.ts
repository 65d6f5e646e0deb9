// How the office changes things: an act is recorded, and its form waits for what the server decides about it.

import type { Act, Engine, OwnAct, Row, View, Watch } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { reason } from '../ui/badge.tsx';
import { answered, problemWords } from '../ui/problem.ts';

/** How long a form waits for a decision before it says that the act is recorded and on its way. */
const PATIENCE = 15_000;
/** How long a refusal that was shown in its form is looked for in the inbox, where it need not be shown again. */
const NOTICE = 60_000;

export interface Settled {
  /** `applied` · `refused` or kept off the disk, nothing was changed · `waiting` for the server, or held by it. */
  readonly d: 'applied' | 'refused' | 'waiting';
  /** The record: of a creating act the new one. */
  readonly id: string;
  /** What to tell the person; '' when it was applied. */
  readonly said: string;
  /** Why it was refused or is held. */
  readonly code?: string;
}

/** Records the act and waits for its decision. */
export async function change(engine: Engine, act: Act): Promise<Settled> {
  const answer = await answered(engine.act(act));
  if ('problem' in answer) return { d: 'refused', id: act.entity ?? '', said: problemWords(answer.problem) };
  const { id, entity } = answer.ok;
  const own = await met(engine.watch([], mine(id)), (found) => found !== undefined && isDecided(found), PATIENCE);
  const settled = decisionOf(own);
  if (settled.d === 'refused') hush(engine, id);
  return { ...settled, id: entity };
}

/** Several changes, each decided for itself: how many were applied, and the first thing that was said about another. */
export async function changeAll(
  engine: Engine,
  acts: readonly Act[],
  progress: (done: number) => void,
): Promise<{ readonly applied: number; readonly said: string }> {
  const ids: string[] = [];
  let said = '';
  for (const act of acts) {
    const answer = await answered(engine.act(act));
    if ('problem' in answer) said ||= problemWords(answer.problem);
    else ids.push(answer.ok.id);
  }
  const wanted = new Set(ids);
  const read = async (view: View) => view.ownActs().filter((act) => wanted.has(act.id));
  const all = (found: readonly OwnAct[]) => {
    const decided = found.filter(isDecided).length;
    progress(decided);
    return decided === ids.length;
  };
  const found = (await met(engine.watch([], read), all, PATIENCE + 200 * acts.length)) ?? [];
  const settled = ids.map((id) => ({ id, ...decisionOf(found.find((act) => act.id === id)) }));
  for (const { id, d } of settled) if (d === 'refused') hush(engine, id);
  said ||= settled.find((one) => one.said)?.said ?? '';
  return { applied: settled.filter(({ d }) => d === 'applied').length, said };
}

/** One change at a time, from a button that stands by itself: `said` is what to show beside it. */
export function useChange(engine: Engine): {
  readonly busy: boolean;
  readonly said: string;
  make(act: Act): Promise<Settled | undefined>;
} {
  const [busy, setBusy] = useState(false);
  const [said, say] = useState('');
  const make = async (act: Act) => {
    if (busy) return undefined;
    setBusy(true);
    say('');
    const settled = await change(engine, act);
    setBusy(false);
    say(settled.said);
    return settled;
  };
  return { busy, said, make };
}

export function isDecided({ state }: OwnAct): boolean {
  return state !== 'waiting' && state !== 'sending' && state !== 'draft';
}

/** What the state of one's own act says about its decision. */
export function decisionOf(act: OwnAct | undefined): Omit<Settled, 'id'> {
  if (act === undefined || !isDecided(act)) return { d: 'waiting', said: sayOffice().onItsWay };
  if (act.state === 'delivered') {
    return act.code === undefined ? { d: 'applied', said: '' } : { d: 'waiting', said: reason(act.code) };
  }
  return { d: 'refused', said: reason(act.code ?? ''), ...(act.code === undefined ? {} : { code: act.code }) };
}

function mine(id: string) {
  return async (view: View) => view.ownActs().find((act) => act.id === id);
}

/** What a watch shows once it is `such`, or what it shows when patience is at its end. */
function met<T>(watch: Watch<T>, such: (value: T) => boolean, patience: number): Promise<T | undefined> {
  return new Promise((done) => {
    let leave: () => void = () => undefined;
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      done(watch.value);
      leave();
    };
    const timer = setTimeout(end, patience);
    leave = watch.subscribe((value) => such(value) && end());
    if (over) leave();
  });
}

/** The refusal stood in the form, where its author read it: its notice is closed as it arrives. */
function hush(engine: Engine, op: string): void {
  const read = async (view: View): Promise<Row | undefined> =>
    (await view.all('notice')).find(({ f }) => f['op'] === op && f['state'] === 'open');
  met(engine.watch(['notice'], read), (notice) => notice !== undefined, NOTICE)
    .then((notice) => notice && engine.act({ kind: 'notice.close', values: { notice: notice.id } }))
    .catch(console.error);
}
