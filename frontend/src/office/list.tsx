import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import type { IconName } from '../ui/icons.tsx';
import { Empty } from '../ui/panel.tsx';
import { holds } from './search.ts';

/** So many lines are drawn at once; the next ones as the end comes near. */
const STEP = 60;
/** With fewer lines than this there is nothing to search. */
const SEARCHED = 8;

interface ListProps<T> {
  /** What a reader calls the list. */
  label: string;
  rows: readonly T[];
  id: (row: T) => string;
  /** Everything about a row that can be searched for. */
  text: (row: T) => string;
  /** Out of use: folded away below the others. */
  closed?: (row: T) => boolean;
  /** Says how many these are. */
  closedWords?: (count: number) => string;
  draw: (row: T) => ComponentChildren;
  /** What the search field says can be typed. */
  search: string;
  /** Shown with no row at all: what to do first. */
  empty: { readonly icon: IconName; readonly title: string; readonly lead?: string };
}

/** The list of every section: searched from a few lines on, grown as one scrolls, what is out of use folded away. */
export function List<T>(props: ListProps<T>) {
  const { label, rows, id, text, closed = () => false, closedWords, draw, search, empty } = props;
  const words = sayOffice();
  const [typed, type] = useState('');
  const [open, setOpen] = useState(false);
  if (rows.length === 0) {
    return (
      <Empty icon={empty.icon} title={empty.title}>
        {empty.lead}
      </Empty>
    );
  }
  const found = rows.filter((row) => holds(text(row), typed));
  const used = found.filter((row) => !closed(row));
  const unused = found.filter(closed);
  const shown = open || (typed !== '' && used.length === 0);
  return (
    <>
      {rows.length >= SEARCHED && (
        <TextField label={search} value={typed} onInput={type} type="search" mode="search" enter="search" max={80} />
      )}
      {found.length === 0 && <p class="soft">{words.nothingFound}</p>}
      {used.length > 0 && <Lines key={typed} label={label} rows={used} id={id} draw={draw} />}
      {unused.length > 0 && (
        <>
          <Button icon={shown ? 'less' : 'add'} expanded={shown} onClick={() => setOpen(!shown)}>
            {(closedWords ?? words.closedOnes)(unused.length)}
          </Button>
          {shown && <Lines key={`closed ${typed}`} label={words.closed} rows={unused} id={id} draw={draw} />}
        </>
      )}
    </>
  );
}

function Lines<T>({ label, rows, id, draw }: Pick<ListProps<T>, 'label' | 'rows' | 'id' | 'draw'>) {
  const [most, setMost] = useState(STEP);
  const end = useRef<HTMLDivElement>(null);
  const more = rows.length > most;
  useEffect(() => {
    const target = end.current;
    if (!more || !target) return;
    const near = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setMost(most + STEP),
      { rootMargin: '800px' },
    );
    near.observe(target);
    return () => near.disconnect();
  }, [more, most]);
  return (
    <>
      <ul class="list office-list" aria-label={label}>
        {rows.slice(0, most).map((row) => (
          <li key={id(row)}>{draw(row)}</li>
        ))}
      </ul>
      {more && (
        <div ref={end}>
          <Button onClick={() => setMost(most + STEP)}>{sayOffice().more(rows.length - most)}</Button>
        </div>
      )}
    </>
  );
}
