import type { Problem } from '@gatehouse/sync/api';
import { useEffect, useState } from 'preact/hooks';
import { sayRoster } from '../messages/roster/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useWatch } from '../ui/context.ts';
import { answered, problemWords } from '../ui/problem.ts';
import { Sheet } from '../ui/sheet.tsx';
import { clock } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import type { Names } from '../ui/values.ts';
import { type Checked, check, publish, type Said } from './actions.ts';
import { filled } from './filled.ts';
import { type Draft, values } from './month.ts';
import type { Plan } from './queries.ts';

const SHOWN = 12;

/** Publishes the draft, after what speaks against it was shown. */
export function Publish({
  plan,
  team,
  month,
  draft,
  stale,
  onDone,
}: {
  plan: Plan;
  team: string;
  month: string;
  draft: Draft;
  stale: boolean;
  onDone: () => Promise<void>;
}) {
  const words = sayRoster();
  const [open, setOpen] = useState(false);
  const count = Object.keys(draft.cells).length;
  return (
    <>
      <Button look="primary" disabled={count === 0 || stale} onClick={() => setOpen(true)}>
        {count === 0 ? words.none : `${words.publish} · ${words.changes(count)}`}
      </Button>
      {open && (
        <Sheet title={words.publishTitle(month)} onClose={() => setOpen(false)}>
          <Confirm
            names={plan.names}
            team={team}
            month={month}
            draft={draft}
            onDone={async () => {
              await onDone();
              setOpen(false);
            }}
          />
        </Sheet>
      )}
    </>
  );
}

function Confirm(props: { names: Names; team: string; month: string; draft: Draft; onDone: () => Promise<void> }) {
  const { names, team, month, draft, onDone } = props;
  const { engine } = useApp();
  const words = sayRoster();
  const offline = useWatch(engine.status)?.network === 'offline';
  const [checked, setChecked] = useState<Checked>();
  const [failed, setFailed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const said = values(team, month, draft);
  const count = Object.keys(draft.cells).length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once about what stood here when it was opened
  useEffect(() => {
    if (offline || !said) return;
    answered(check(engine, team, said)).then((answer) => {
      if ('ok' in answer) setChecked(answer.ok);
      else setFailed(true);
    }, console.error);
  }, [engine, offline]);
  if (!said) return <p class="wrong">{words.tooMuch}</p>;
  const go = async () => {
    if (busy) return;
    setBusy(true);
    const answer = await answered(publish(engine, said));
    setBusy(false);
    if ('problem' in answer) return setProblem(answer.problem);
    tell(words.published);
    await onDone();
  };
  const forbidden = checked !== undefined && checked.violations.length > 0;
  return (
    <div class="stack">
      <p class="soft">{words.publishHint}</p>
      {(offline || failed) && <p class="soft">{words.unchecked}</p>}
      {!offline && !failed && checked === undefined && <p aria-busy="true">{words.checking}</p>}
      {checked && checked.violations.length + checked.warned.length === 0 && <p>{words.fine}</p>}
      {forbidden && <List title={words.forbidden} said={checked.violations} names={names} bad />}
      {checked && checked.warned.length > 0 && <List title={words.warned} said={checked.warned} names={names} />}
      {problem && (
        <p class="wrong" role="alert">
          {problemWords(problem)}
        </p>
      )}
      <Button look="primary" big disabled={busy || forbidden} onClick={go}>
        {words.publishGo(count)}
      </Button>
    </div>
  );
}

function List({ title, said, names, bad }: { title: string; said: readonly Said[]; names: Names; bad?: boolean }) {
  const { duty } = useApp();
  const words = sayRoster();
  return (
    <section class="stack tight">
      <h3 class={bad ? 'wrong' : undefined}>{title}</h3>
      <ul class="roster-said">
        {said.slice(0, SHOWN).map((one) => {
          const key = one.key ?? one.code ?? '';
          const text = filled(words.warn[key] ?? key, one.facts ?? {}, names, (at) => clock(at, duty.zone));
          return (
            <li key={`${key} ${text}`}>
              {text}
              {one.clause && <span class="tag">{one.clause}</span>}
            </li>
          );
        })}
      </ul>
      {said.length > SHOWN && <p class="soft">{words.more(said.length - SHOWN)}</p>}
    </section>
  );
}
