import { useState } from 'preact/hooks';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from '../ui/button.tsx';
import { numberOf, useApp, useNow, useRows } from '../ui/context.ts';
import { Empty, Heading, Loading } from '../ui/panel.tsx';
import { clock, dayWords } from '../ui/time.ts';
import { filedAt } from './orders.ts';
import { byDay, readHistory } from './queries.ts';
import { VisitRow } from './row.tsx';

const STEP = 100;

/** Visits that are over, by day, as far back as the device holds them. */
export function History({ current }: { current?: string }) {
  const { engine, duty } = useApp();
  const words = saySignedIn().history;
  const now = useNow(engine);
  const [limit, setLimit] = useState(STEP);
  const rows = useRows(engine, `${duty.site} ${limit}`, ['visit'], (view) => readHistory(view, duty.site, limit));
  return (
    <section class="page stack">
      <Heading title={words.title} up="/visitors" />
      {!rows && <Loading />}
      {rows?.length === 0 && <Empty icon="clock" title={words.empty} />}
      {byDay(rows ?? [], duty.zone).map(([day, visits]) => (
        <section key={day} class="stack">
          <h2 class="day">{dayWords(filedAt(visits[0] as (typeof visits)[number]), now, duty.zone)}</h2>
          <ul class="list">
            {visits.map((row) => {
              const left = numberOf(row, 'left');
              return (
                <VisitRow
                  key={row.id}
                  row={row}
                  at={filedAt(row)}
                  current={row.id === current}
                  tags={left !== undefined && <span class="number">→ {clock(left, duty.zone)}</span>}
                />
              );
            })}
          </ul>
        </section>
      ))}
      {rows?.length === limit && <Button onClick={() => setLimit(limit + STEP)}>{words.older}</Button>}
    </section>
  );
}
