import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { wide } from '../ui/wide.ts';
import { leaveNow } from './leave.ts';
import { filedAt } from './orders.ts';
import { isOverdue, readLatest } from './queries.ts';
import { VisitRow } from './row.tsx';
import { sinceWords, whoWords } from './words.ts';

/** Who is most likely to be dealt with next: those who stayed too long, then those who came in last. */
export function Latest() {
  const app = useApp();
  const { engine, duty } = app;
  const words = saySignedIn().inside;
  const now = useNow(engine);
  const rows = useRows(engine, `${duty.site} ${wide.value}`, ['visit'], (view) =>
    readLatest(view, duty.site, engine.now(), wide.value ? 4 : 2),
  );
  if (!rows || rows.length === 0) return null;
  return (
    <ul class="list" aria-label={words.title}>
      {rows.map((row) => (
        <VisitRow
          key={row.id}
          row={row}
          at={filedAt(row)}
          tags={
            isOverdue(row, now) ? <span class="tag late">{words.overdue}</span> : <span>{sinceWords(row, now)}</span>
          }
        >
          <Button label={words.leaveName(whoWords(row))} onClick={() => leaveNow(app, row)}>
            {words.leave}
          </Button>
        </VisitRow>
      ))}
    </ul>
  );
}
