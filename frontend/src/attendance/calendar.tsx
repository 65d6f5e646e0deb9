import { sayAttendance } from '../messages/attendance/index.ts';
import { Link } from '../ui/link.tsx';
import { type Field, fieldsOf } from './fields.ts';
import { datesOf, type Month, weekdayOf } from './month.ts';
import { Sign } from './sign.tsx';
import { fieldWords } from './words.ts';

/** A month of one's own days, weeks in rows from Monday on; each day leads to how it was judged. */
export function Calendar({ month, today }: { month: Month; today: string }) {
  const words = sayAttendance();
  const fields = fieldsOf(month);
  const dates = datesOf(month.month);
  const lead = weekdayOf(dates[0] ?? '');
  const cells: (string | undefined)[] = [...Array.from({ length: lead }, () => undefined), ...dates];
  while (cells.length % 7 > 0) cells.push(undefined);
  const weeks = Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
  return (
    <table class="att-month">
      <thead>
        <tr>
          {[...words.weekdays].map((day, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: weekdays never change places, and two share a letter in English
            <th key={i} scope="col">
              {day}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week.find(Boolean)}>
            {week.map((date, i) => {
              const field = date === undefined ? undefined : fields.get(date);
              return (
                <td key={date ?? i}>{date && field && <Cell date={date} field={field} today={date === today} />}</td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ date, field, today }: { date: string; field: Field; today: boolean }) {
  const words = sayAttendance();
  const label = [today ? words.today : '', fieldWords(date, field)].filter(Boolean).join(' ');
  return (
    <Link to={`/month/day/${date}`} class={`att-cell${today ? ' today' : ''}`}>
      <span class="unseen">{label}</span>
      <span class="att-date number" aria-hidden="true">
        {Number(date.slice(8))}
      </span>
      <Sign field={field} />
      <span class="att-word" aria-hidden="true">
        {field.mark === 'rest' ? '' : words.mark[field.mark]}
      </span>
    </Link>
  );
}
