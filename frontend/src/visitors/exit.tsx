import type { Problem } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { pulse } from '../device/cue.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useRows } from '../ui/context.ts';
import { useDraft } from '../ui/draft.ts';
import { SaveBar } from '../ui/fields.tsx';
import { Heading, Loading } from '../ui/panel.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { back } from '../ui/route.ts';
import { clock } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import { exit } from './actions.ts';
import { blank } from './fields.ts';
import { CategoryChips, MainFields } from './form.tsx';
import { leaveNow } from './leave.ts';
import { filedAt } from './orders.ts';
import { matching, readHabits } from './queries.ts';
import { VisitRow } from './row.tsx';
import { whoWords } from './words.ts';

/** Somebody goes out whom the list does not show. Looks once more among those inside before it records an exit alone. */
export function Exit() {
  const app = useApp();
  const { engine, duty } = app;
  const words = saySignedIn().exit;
  const draft = useDraft(engine, 'visit.exit', blank);
  const habits = useRows(engine, duty.site, ['visit'], (view) => readHabits(view, duty.site));
  const [problem, setProblem] = useState<Problem>();
  const entry = draft.value;
  if (!entry || !habits) return <Loading />;

  const finish = async () => {
    await draft.clear();
    back('/visitors');
  };
  const save = async (event: Event) => {
    event.preventDefault();
    const answer = await answered(exit(engine, duty, entry));
    pulse('problem' in answer);
    if ('problem' in answer) {
      setProblem(answer.problem);
      tell(problemWords(answer.problem), { bad: true });
      return;
    }
    tell(words.done(clock(engine.now(), duty.zone)));
    await finish();
  };
  const near = matching(habits.inside, entry);
  const fields = { entry, change: draft.change, problem };
  return (
    <form class="page stack" onSubmit={save}>
      <Heading title={words.title} up="/visitors" />
      <p class="soft">{words.lead}</p>
      <MainFields {...fields} units={habits.units} province={habits.province} />
      <CategoryChips {...fields} />
      {near.length > 0 && (
        <section class="card heed">
          <h2>{words.match}</h2>
          <ul>
            {near.map((row) => (
              <VisitRow key={row.id} row={row} at={filedAt(row)}>
                <Button
                  label={saySignedIn().inside.leaveName(whoWords(row))}
                  onClick={() => leaveNow(app, row).then(finish)}
                >
                  {saySignedIn().inside.leave}
                </Button>
              </VisitRow>
            ))}
          </ul>
        </section>
      )}
      <SaveBar>{words.save}</SaveBar>
    </form>
  );
}
