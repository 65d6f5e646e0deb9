import type { Problem, Row } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useRows } from '../ui/context.ts';
import { useDraft } from '../ui/draft.ts';
import { SaveBar } from '../ui/fields.tsx';
import { Banner, Empty, Heading, Loading } from '../ui/panel.tsx';
import { back } from '../ui/route.ts';
import { tell } from '../ui/toast.tsx';
import { amend } from './actions.ts';
import { type Entry, entryOf } from './fields.ts';
import { CategoryChips, MainFields, MoreFields } from './form.tsx';
import { settle } from './leave.ts';
import { readHabits, readPage } from './queries.ts';

/** Changes a record. Only fields that were touched travel, so that two guards can amend it at once. */
export function Amend({ id }: { id: string }) {
  const { engine } = useApp();
  const page = useRows(engine, id, ['visit'], (view) => readPage(view, id));
  if (page === undefined) return <Loading />;
  return page === null ? <Empty icon="search" title={saySignedIn().page.gone} /> : <AmendForm row={page.row} />;
}

function AmendForm({ row }: { row: Row }) {
  const { engine, duty } = useApp();
  const words = saySignedIn().amend;
  // Kept with what the author saw: a change that arrives meanwhile must not look like one of theirs.
  const draft = useDraft(engine, `visit.amend ${row.id}`, () => ({ seen: entryOf(row), entry: entryOf(row) }));
  const habits = useRows(engine, duty.site, ['visit'], (view) => readHabits(view, duty.site));
  const [problem, setProblem] = useState<Problem>();
  if (!draft.value || !habits) return <Loading />;
  const { seen, entry } = draft.value;

  const up = `/visitors/of/${row.id}`;
  const save = async (event: Event) => {
    event.preventDefault();
    const act = amend(engine, duty, row, seen, entry);
    if (!act) {
      tell(words.nothing);
      return;
    }
    const answer = await act;
    if ('problem' in answer) setProblem(answer.problem);
    if (!(await settle(act, words.done))) return;
    await draft.clear();
    back(up);
  };
  const change = (part: Partial<Entry>) => draft.change({ entry: { ...entry, ...part } });
  const fields = { entry, change, problem };
  return (
    <form class="page stack" onSubmit={save}>
      <Heading title={words.title} up={up} />
      {draft.restored && (
        <Banner action={<Button onClick={draft.clear}>{saySignedIn().arrive.clear}</Button>}>
          {saySignedIn().arrive.restored}
        </Banner>
      )}
      <CategoryChips {...fields} />
      <MainFields {...fields} units={[]} province={habits.province} />
      <MoreFields {...fields} noteHint={words.noteHint} />
      <SaveBar>{words.save}</SaveBar>
    </form>
  );
}
