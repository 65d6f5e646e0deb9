import type { Problem } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { pulse } from '../device/cue.ts';
import { askOnce } from '../device/persist.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { StateBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useApp, useRows } from '../ui/context.ts';
import { useDraft } from '../ui/draft.ts';
import { SaveBar } from '../ui/fields.tsx';
import { Banner, Heading, Loading } from '../ui/panel.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { Said } from '../ui/said.tsx';
import { clock } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import { arrive } from './actions.ts';
import { blank } from './fields.ts';
import { CategoryChips, Fold, MainFields, MoreFields } from './form.tsx';
import { filedAt } from './orders.ts';
import { matching, readHabits } from './queries.ts';
import { VisitRow } from './row.tsx';

const EMPTY = JSON.stringify(blank());

/** A visitor comes in: a category and a tap are enough, the rest is for whoever has it. */
export function Arrive() {
  const { engine, duty } = useApp();
  const words = saySignedIn().arrive;
  const draft = useDraft(engine, 'visit.arrive', blank);
  const habits = useRows(engine, duty.site, ['visit'], (view) => readHabits(view, duty.site));
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const entry = draft.value;
  if (!entry || !habits) return <Loading />;

  const save = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    if (!entry.category) {
      setProblem({ code: 'malformed', field: 'category' });
      return;
    }
    setBusy(true);
    const answer = await answered(arrive(engine, duty, entry));
    setBusy(false);
    if ('problem' in answer) {
      setProblem(answer.problem);
      tell(problemWords(answer.problem), { bad: true });
      pulse(true);
      return;
    }
    pulse();
    const what = [saySignedIn().visit.category[entry.category], entry.unit || entry.plate || entry.name].filter(
      Boolean,
    );
    tell(words.done(clock(engine.now(), duty.zone), what.join(' ')));
    setProblem(undefined);
    setOpen(false);
    scrollTo(0, 0);
    await draft.recorded(entry);
    askOnce(() => engine.persist());
  };
  const same = matching(habits.inside, entry);
  const fields = { entry, change: draft.change, problem };
  return (
    <form class="page stack" onSubmit={save}>
      <Heading title={words.title}>
        {JSON.stringify(entry) === EMPTY ? (
          <Said class="soft" text={duty.postName} />
        ) : (
          <StateBadge state={{ state: 'draft', ops: [] }} />
        )}
      </Heading>
      {draft.restored && (
        <Banner action={<Button onClick={draft.clear}>{words.clear}</Button>}>{words.restored}</Banner>
      )}
      <CategoryChips {...fields} />
      <MainFields {...fields} units={habits.units} province={habits.province} />
      {same.length > 0 && (
        <section class="card heed">
          <p>{words.known}</p>
          <ul>
            {same.slice(0, 3).map((row) => (
              <VisitRow key={row.id} row={row} at={filedAt(row)} />
            ))}
          </ul>
        </section>
      )}
      <Fold open={open} onToggle={() => setOpen(!open)} />
      {open && <MoreFields {...fields} />}
      <SaveBar disabled={busy}>{words.save}</SaveBar>
    </form>
  );
}
