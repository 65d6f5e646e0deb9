import type { Row } from '@gatehouse/sync/api';
import { sayClock } from '../messages/clock/index.ts';
import { reason, StateBadge } from '../ui/badge.tsx';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Empty } from '../ui/panel.tsx';
import { punchOf } from '../ui/punches.ts';
import { hoursWords, type Shift } from '../ui/shifts.ts';
import { moment } from '../ui/time.ts';
import { sureWords } from './words.ts';

const MOST = 8;

/** The last punches, each with what became of it and how sure its time is. */
export function Punches({ rows, shifts }: { rows: readonly Row[]; shifts: readonly Shift[] }) {
  const { engine, who, duty } = useApp();
  const words = sayClock();
  const now = useNow(engine);
  const latest = rows.slice(0, MOST);
  const states = useRows(engine, `${who.person} ${latest.map(({ id }) => id).join()}`, ['punch'], async (view) =>
    latest.map(({ id }) => view.state(id)),
  );
  return (
    <section class="stack" aria-label={words.list}>
      <h2>{words.list}</h2>
      {latest.length === 0 && (
        <Empty icon="clock" title={words.empty}>
          {words.emptyHint}
        </Empty>
      )}
      <ul class="list">
        {latest.map((row, i) => {
          const { direction, at, shift } = punchOf(row);
          const state = states?.[i];
          const of = shifts.find(({ id }) => id === shift);
          return (
            <li key={row.id} class="punch-row">
              <div class="row wrap">
                <span class="row strong">
                  <Icon name={direction === 'in' ? 'in' : 'out'} />
                  {direction === 'in' ? words.inShort : words.outShort}
                  <time class="number">{moment(at, now, duty.zone)}</time>
                </span>
                {state && <StateBadge state={state} />}
              </div>
              <p class="soft small">
                {[of && hoursWords(of, duty.zone), state?.code ? reason(state.code) : sureWords(row, now, duty.zone)]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
              {row.x?.includes('identity_unproven') && <p class="soft small">{words.unproven}</p>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
