import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { sayAttendance } from '../messages/attendance/index.ts';
import { sayDesk } from '../messages/attendance-desk/index.ts';
import { Said } from '../ui/said.tsx';
import { fieldsOf } from './fields.ts';
import { COUNTS, datesOf, type Month, totalsOf, weekdayOf } from './month.ts';
import { Sign } from './sign.tsx';
import { countWords, hoursOf, weekdayWords } from './words.ts';

/** Rows drawn above and below those in sight. */
const AROUND = 8;
/** So many are drawn without a window, and before a row was measured. */
const FEW = 40;

interface TableProps {
  months: readonly Month[];
  month: string;
  today: string;
  name: (person: string) => string;
  /** Every row is drawn, for paper. */
  whole: boolean;
  onOpen: (month: Month, date: string) => void;
}

/** People by days: the names and the dates stay in sight, and only rows near the screen exist. */
export function MonthTable({ months, month, today, name, whole, onOpen }: TableProps) {
  const words = sayAttendance();
  const desk = sayDesk();
  const dates = useMemo(() => datesOf(month), [month]);
  const box = useRef<HTMLDivElement>(null);
  const { from, to, line } = useWindow(box, months.length, whole);
  // The days before today come first in sight; a month that is over begins with its first.
  useEffect(() => {
    const scroller = box.current;
    const now = scroller?.querySelector<HTMLElement>('thead .today');
    if (scroller && now) scroller.scrollLeft = now.offsetLeft + now.offsetWidth - scroller.clientWidth;
  }, []);
  // One stop for Tab in the whole table; the arrow keys go about in it.
  const [at, stand] = useState({ row: 0, column: 0 });
  const open = (target: EventTarget | null) => {
    const cell = (target as Element | null)?.closest<HTMLElement>('[data-row]');
    const of = months[Number(cell?.dataset['row'])];
    const date = dates[Number(cell?.dataset['column'])];
    if (cell && of && date) {
      stand({ row: Number(cell.dataset['row']), column: Number(cell.dataset['column']) });
      onOpen(of, date);
    }
  };
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const row = Math.max(0, Math.min(months.length - 1, at.row + step[0]));
    const column = Math.max(0, Math.min(dates.length - 1, at.column + step[1]));
    stand({ row, column });
    box.current?.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`)?.focus();
  };
  return (
    <div ref={box} class="att-scroll">
      <table
        class="att-matrix"
        aria-rowcount={months.length + 1}
        onClick={(event) => open(event.target)}
        onKeyDown={move}
      >
        <thead>
          <tr>
            <th scope="col" class="att-name">
              {desk.name}
            </th>
            {dates.map((date) => (
              <th key={date} scope="col" class={dayClass(date, today)}>
                <span class="number">{Number(date.slice(8))}</span>
                <span class="small">{weekdayWords(date)}</span>
              </th>
            ))}
            {COUNTS.map((count) => (
              <th key={count} scope="col" class="att-sum">
                {words.count[count]}
              </th>
            ))}
            <th scope="col" class="att-hand">
              {desk.sign}
            </th>
          </tr>
        </thead>
        <tbody>
          {from > 0 && <Gap height={from * line} />}
          {months.slice(from, to).map((one, i) => (
            <Person
              key={one.id}
              month={one}
              name={name(one.person)}
              row={from + i}
              dates={dates}
              today={today}
              stop={from + i === at.row ? at.column : undefined}
            />
          ))}
          {to < months.length && <Gap height={(months.length - to) * line} />}
        </tbody>
        <tfoot>
          <Foot months={months} days={dates.length} />
        </tfoot>
      </table>
    </div>
  );
}

/** Rows that are not drawn, as one. */
function Gap({ height }: { height: number }) {
  return <tr style={{ height: `${height}px` }} />;
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

function dayClass(date: string, today: string): string {
  return [weekdayOf(date) > 4 ? 'off' : '', date === today ? 'today' : ''].filter(Boolean).join(' ');
}

/** Which rows are near the screen, and how high one is; all of them when there are few, and for paper. */
function useWindow(box: { current: HTMLDivElement | null }, count: number, whole: boolean) {
  const [seen, see] = useState({ from: 0, to: Math.min(count, FEW), line: 48 });
  useEffect(() => {
    const scroller = box.current;
    if (!scroller) return;
    const look = () => {
      const line = scroller.querySelector('tbody tr[aria-rowindex]')?.getBoundingClientRect().height || 48;
      const from = Math.max(0, Math.floor(scroller.scrollTop / line) - AROUND);
      const to = Math.min(count, from + Math.ceil(scroller.clientHeight / line) + 2 * AROUND);
      see((now) => (now.from === from && now.to === to && now.line === line ? now : { from, to, line }));
    };
    look();
    scroller.addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      scroller.removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [box, count]);
  return whole || count <= FEW ? { from: 0, to: count, line: seen.line } : { ...seen, to: Math.min(count, seen.to) };
}

interface PersonProps {
  month: Month;
  name: string;
  row: number;
  dates: readonly string[];
  today: string;
  /** The column that Tab comes to, in the row where it is. */
  stop: number | undefined;
}

function Person({ month, name, row, dates, today, stop }: PersonProps) {
  const words = sayAttendance();
  const fields = useMemo(() => fieldsOf(month), [month]);
  const totals = useMemo(() => totalsOf(month), [month]);
  return (
    <tr aria-rowindex={row + 2}>
      <th scope="row" class="att-name">
        <Said text={name} />
      </th>
      {dates.map((date, column) => {
        const field = fields.get(date);
        return (
          <td key={date} class={dayClass(date, today)}>
            {field && (
              <button
                type="button"
                class="att-press"
                data-row={row}
                data-column={column}
                tabIndex={column === stop ? 0 : -1}
                aria-label={`${words.mark[field.mark]}${field.open ? ` ${words.open}` : ''}`}
              >
                <Sign field={field} />
              </button>
            )}
          </td>
        );
      })}
      {COUNTS.map((count) => (
        <td key={count} class="att-sum number">
          {count === 'worked' || count === 'night' ? hoursOf(totals[count]) : totals[count] || ''}
        </td>
      ))}
      <td class="att-hand" />
    </tr>
  );
}

/** What all rows add up to. */
function Foot({ months, days }: { months: readonly Month[]; days: number }) {
  const words = sayDesk();
  const all = totalsOf({
    days: months.flatMap((month) => month.days.map((day) => ({ ...day, date: `${month.id} ${day.date}` }))),
  });
  return (
    <tr class="att-foot">
      <th scope="row" class="att-name">
        {words.total} {words.people(months.length)}
      </th>
      <td colSpan={days} />
      {COUNTS.map((count) => (
        <td key={count} class="att-sum number">
          {countWords(count, all)}
        </td>
      ))}
      <td class="att-hand" />
    </tr>
  );
}
