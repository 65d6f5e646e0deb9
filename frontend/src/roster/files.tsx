import type { Problem } from '@gatehouse/sync/api';
import { useId, useState } from 'preact/hooks';
import { save } from '../device/save.ts';
import { sayRoster } from '../messages/roster/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useWatch } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { Sheet } from '../ui/sheet.tsx';
import { tell } from '../ui/toast.tsx';
import { bring, type Reading, remember, take } from './actions.ts';
import { filled } from './filled.ts';
import { daysOf, type Key, keyOf, REST, type Work } from './month.ts';
import type { Plan } from './queries.ts';

interface Props {
  plan: Plan;
  team: string;
  month: string;
  here: ReadonlyMap<Key, Work>;
  post: string;
  onTake: (cells: readonly (readonly [Key, Work])[]) => void;
}

const FORMATS = '.xlsx,.csv,.txt,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const SHOWN = 20;
const LEAVE = '';

/** The month as a sheet, out and in: over the network. What comes in becomes a draft, and is published like any other. */
export function Files(props: Props) {
  const { plan, team, month } = props;
  const { engine } = useApp();
  const words = sayRoster();
  const id = useId();
  const offline = useWatch(engine.status)?.network === 'offline';
  const [busy, setBusy] = useState(false);
  const [read, setRead] = useState<Reading>();
  const [problem, setProblem] = useState<Problem>();
  const [open, setOpen] = useState(false);
  const run = async <T,>(asked: Promise<{ ok: T } | { problem: Problem }>, then: (ok: T) => void) => {
    setBusy(true);
    setProblem(undefined);
    const answer = await answered(asked);
    setBusy(false);
    if ('ok' in answer) then(answer.ok);
    else setProblem(answer.problem);
  };
  return (
    <>
      <Button icon="out" onClick={() => setOpen(true)}>
        {words.file}
      </Button>
      {open && (
        <Sheet
          title={words.file}
          onClose={() => {
            setOpen(false);
            setRead(undefined);
          }}
        >
          <div class="stack">
            {offline && <p class="soft">{words.offlineFile}</p>}
            <div class="row wrap">
              <Button
                icon="out"
                disabled={busy || offline}
                onClick={() =>
                  run(take(engine, team, month), (file) => {
                    save(file, `${plan.names.get(team) ?? 'roster'}-${month}.xlsx`);
                    tell(words.taken);
                  })
                }
              >
                {words.take}
              </Button>
              <label class="button" for={id}>
                <Icon name="in" />
                {words.bring}
              </label>
              <input
                id={id}
                class="unseen"
                type="file"
                accept={FORMATS}
                disabled={busy || offline}
                onChange={(event) => {
                  const file = event.currentTarget.files?.[0];
                  event.currentTarget.value = '';
                  if (file) run(bring(engine, team, month, file), setRead).catch(console.error);
                }}
              />
            </div>
            {busy && <p aria-busy="true">{words.reading}</p>}
            {problem && (
              <p class="wrong" role="alert">
                {problemWords(problem)}
              </p>
            )}
            {read && <Found {...props} read={read} onDone={() => setOpen(false)} />}
          </div>
        </Sheet>
      )}
    </>
  );
}

/** What a file says, before it becomes a draft: what is wrong, what its symbols mean, how it differs. */
function Found({ plan, team, month, here, post, read, onTake, onDone }: Props & { read: Reading; onDone: () => void }) {
  const { engine } = useApp();
  const words = sayRoster();
  const [meant, setMeant] = useState<Readonly<Record<string, string>>>({});
  const symbols = { ...read.known, ...meant };
  const days = daysOf(month);
  const set = new Map<Key, Work>();
  for (const { person, cells } of read.lines) {
    cells.forEach((cell, i) => {
      const it = symbols[cell];
      const key = keyOf(person, days[i] ?? '');
      if (!cell || !it) return;
      // A shift that stands there stays where it is: a sheet does not say at which post.
      const same = (here.get(key) ?? '').split('+').find((pair) => pair.startsWith(`${it}:`));
      const work = it === '-' ? REST : (same ?? `${it}:${post}`);
      if (work !== (here.get(key) ?? REST)) set.set(key, work);
    });
  }
  const unknown = Object.entries(read.unknown);
  const go = () => {
    const chosen = Object.fromEntries(Object.entries(meant).filter(([, it]) => it !== LEAVE));
    if (Object.keys(chosen).length > 0) answered(remember(engine, team, chosen)).catch(console.error);
    onTake([...set]);
    onDone();
  };
  return (
    <div class="stack">
      <p class="strong">{words.found(read.lines.length, read.sheet)}</p>
      {read.errors > 0 && (
        <section class="stack tight">
          <h3 class="wrong">{words.fix}</h3>
          <ul class="roster-said">
            {read.told.slice(0, SHOWN).map((one) => {
              const where = [one.row > 0 && words.row(one.row), one.column && words.column(one.column)];
              const text = filled(words.told[one.code] ?? one.code, one.data ?? {});
              return <li key={`${one.row} ${one.column} ${text}`}>{[...where.filter(Boolean), text].join(' · ')}</li>;
            })}
          </ul>
          {read.errors > SHOWN && <p class="soft">{words.more(read.errors - SHOWN)}</p>}
        </section>
      )}
      {unknown.length > 0 && (
        <section class="stack tight">
          <h3>{words.unknown}</h3>
          {unknown.map(([symbol, count]) => (
            <label key={symbol} class="row">
              <b class="mark off">{symbol}</b>
              <span class="soft grow">{words.times(count)}</span>
              <select
                class="input"
                value={meant[symbol] ?? LEAVE}
                onChange={(event) => setMeant({ ...meant, [symbol]: event.currentTarget.value })}
              >
                <option value={LEAVE}>{words.leave}</option>
                <option value="-">{words.restWords}</option>
                {[...plan.templates.values()].map(({ id, label, name }) => (
                  <option key={id} value={id}>{`${label} ${name}`}</option>
                ))}
              </select>
            </label>
          ))}
        </section>
      )}
      <p>{set.size > 0 ? words.differs(set.size) : words.same}</p>
      <Button look="primary" disabled={read.errors > 0 || set.size === 0} onClick={go}>
        {words.toDraft}
      </Button>
    </div>
  );
}
