import type { Row } from '@gatehouse/sync/api';
import { useEffect, useState } from 'preact/hooks';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { Empty, Heading } from '../ui/panel.tsx';
import { dayWords } from '../ui/time.ts';
import { filedAt, isInside } from './orders.ts';
import { readFound } from './queries.ts';
import { VisitRow } from './row.tsx';

const PAUSE = 150;

/** Thirty days of visits, found with no network. What is typed survives going to a record and back. */
export function Search({ current }: { current?: string }) {
  const { engine, duty } = useApp();
  const words = saySignedIn().search;
  const now = useNow(engine);
  const [typed, setTyped] = useState(last.term);
  const [term, setTerm] = useState(last.term);
  const found = useRows(engine, `${duty.site} ${term}`, ['visit'], (view) => readFound(view, duty.site, term));
  useEffect(() => {
    last.term = typed;
    const timer = setTimeout(() => setTerm(typed.trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  const state = (row: Row) => (isInside(row) ? saySignedIn().page.inside : dayWords(filedAt(row), now, duty.zone));
  return (
    <section class="page stack">
      <Heading title={words.title} up="/visitors" />
      <TextField
        label={words.hint}
        value={typed}
        onInput={setTyped}
        type="search"
        mode="search"
        enter="search"
        hint={words.lead}
        max={80}
      />
      {found && found.length > 0 && (
        <ul class="list">
          {found.map((row) => (
            <VisitRow
              key={row.id}
              row={row}
              at={filedAt(row)}
              current={row.id === current}
              tags={<span class="tag">{state(row)}</span>}
            />
          ))}
        </ul>
      )}
      {term && found?.length === 0 && (
        <Empty icon="search" title={words.none}>
          {words.noneHint}
        </Empty>
      )}
      <p class="soft small">{words.shaded}</p>
    </section>
  );
}

const last = { term: '' };
