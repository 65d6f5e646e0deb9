import type { Problem } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { save } from '../device/save.ts';
import { saySheets } from '../messages/sheets/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp } from '../ui/context.ts';
import { answered, problemWords } from '../ui/problem.ts';
import { tell } from '../ui/toast.tsx';
import { fetchSheet, type What } from './ask.ts';

/** What is on record as a spreadsheet, or the empty form of one. */
export function Take({ what, offline }: { what: What; offline: boolean }) {
  const { engine } = useApp();
  const words = saySheets();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const take = async (form: 'xlsx' | 'csv', empty = false) => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    const answer = await answered(fetchSheet(engine, what, form, empty));
    setBusy(false);
    if ('problem' in answer) return setProblem(answer.problem);
    save(answer.ok, `${words.kind[what]}${empty ? `-${words.template}` : ''}.${form}`);
    tell(words.saved);
  };
  const off = busy || offline;
  return (
    <section class="card stack">
      <h2>{words.take}</h2>
      <div class="row wrap">
        <Button icon="draft" disabled={off} onClick={() => take('xlsx', true)}>
          {words.template}
        </Button>
        <Button icon="out" disabled={off} onClick={() => take('xlsx')}>
          {words.xlsx}
        </Button>
        <Button icon="out" disabled={off} onClick={() => take('csv')}>
          {words.csv}
        </Button>
      </div>
      <p class="soft small">{words.personal}</p>
      {problem && (
        <p class="wrong" role="alert">
          {words.problem[problem.code] ?? problemWords(problem)}
        </p>
      )}
    </section>
  );
}
