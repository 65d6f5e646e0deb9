import { locale } from '../messages/index.ts';
import { sayRoster } from '../messages/roster/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp } from '../ui/context.ts';
import { Empty } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import { dutyDays } from './duty.ts';
import { daysOf } from './month.ts';
import type { Plan } from './queries.ts';

/** Who has duty on which day and where, as it was published: to read, and to print for the wall. */
export function DutyDayList({ plan, team, month, today }: { plan: Plan; team: string; month: string; today: string }) {
  const { duty } = useApp();
  const words = sayRoster();
  const name = (id: string) => plan.names.get(id) ?? '';
  const staffNo = new Map(plan.people.map((row) => [row.id, String(row.f['staff_no'] ?? '')]));
  const place = new Map(plan.posts.map((row) => [row.id, String(row.f['order'] ?? '').padStart(6, '0')]));
  const found = dutyDays(plan.shifts, team, month, duty.zone, (id) => place.get(id) ?? staffNo.get(id) ?? id);
  if (found.turns.length === 0) return <Empty icon="calendar" title={words.dutyEmpty} />;
  const weekday = new Intl.DateTimeFormat(locale.value, { weekday: 'short', timeZone: 'UTC' });
  return (
    <>
      <p class="soft small">{words.dutyHint}</p>
      <div class="roster-duty">
        <table>
          <caption class="roster-paper">
            <Said text={words.dutyOf(name(team), month)} />
          </caption>
          <thead>
            <tr>
              <th scope="col">{words.date}</th>
              {found.turns.map((turn) => (
                <th key={turn} scope="col">
                  {turn}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {daysOf(month)
              .filter((date) => found.days.has(date))
              .map((date) => (
                <tr key={date} class={date === today ? 'today' : undefined}>
                  <th scope="row" class="roster-date">
                    {Number(date.slice(8))} <span class="soft">{weekday.format(new Date(`${date}T12:00Z`))}</span>
                  </th>
                  {found.turns.map((turn) => (
                    <td key={turn}>
                      {found.days
                        .get(date)
                        ?.get(turn)
                        ?.map(({ post, people }) => (
                          <p key={post}>
                            <Said class="soft" text={name(post)} /> <Said text={people.map(name).join(words.comma)} />
                          </p>
                        ))}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
      <div class="row wrap paperless">
        <Button onClick={() => print()}>{words.print}</Button>
      </div>
    </>
  );
}
