import { sayAttendance } from '../messages/attendance/index.ts';
import { useApp, useRows } from '../ui/context.ts';
import { Gone } from '../ui/gone.tsx';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Heading, Loading } from '../ui/panel.tsx';
import { Age } from './age.tsx';
import { Explain } from './explain.tsx';
import { type Day, datesOf } from './month.ts';
import { nextOf } from './next.ts';
import { MINE, monthNamed, readMine, unsentOn } from './queries.ts';
import { dateWords } from './words.ts';

/** One of one's own days, explained: from rows on the device, with no network. */
export function DayPage({ date }: { date: string }) {
  const { engine, who, duty } = useApp();
  const words = sayAttendance();
  const mine = useRows(engine, who.person, MINE, (view) => readMine(view, who.person));
  const named = date.slice(0, 7);
  const month = mine && monthNamed(mine.months, named);
  const known = /^\d{4}-\d\d-\d\d$/.test(date) && datesOf(named).includes(date);
  if (mine === undefined) return <Loading />;
  if (!known || month === undefined) {
    return (
      <Gone title={words.day} up="/month">
        {words.none}
      </Gone>
    );
  }
  const shifts = month.days.filter((day) => day.date === date).map(({ shift }) => shift);
  const around = { names: mine.names, labels: mine.labels, device: who.device, zone: duty.zone };
  return (
    <section class="page stack attendance">
      <Heading title={dateWords(date)} up={`/month/of/${named}`}>
        <Age />
      </Heading>
      <Explain month={month} date={date} around={around} unsent={unsentOn(mine.unsent, date, shifts, duty.zone)} />
      {month.days
        .filter((day) => day.date === date)
        .map((day) => (
          <Next key={day.shift} day={day} />
        ))}
      <Beside date={date} />
    </section>
  );
}

/** What the person can do about a shift now: correct a punch while that is open, ask for leave, see a request. */
function Next({ day }: { day: Day }) {
  const words = sayAttendance();
  const ways = nextOf(day);
  if (ways.length === 0) return null;
  return (
    <section class="card">
      <h2>{words.next}</h2>
      <div class="row wrap">
        {ways.map(({ to, what }) => (
          <Link key={to} to={to} class="button">
            {words.way[what]}
          </Link>
        ))}
      </div>
    </section>
  );
}

/** The days around it that the month has. */
function Beside({ date }: { date: string }) {
  const words = sayAttendance();
  const dates = datesOf(date.slice(0, 7));
  const at = dates.indexOf(date);
  const [before, after] = [dates[at - 1], dates[at + 1]];
  return (
    <nav class="row att-beside" aria-label={words.back}>
      {before && (
        <Link to={`/month/day/${before}`} class="button">
          <Icon name="back" />
          {words.prevDay}
        </Link>
      )}
      <span class="grow" />
      {after && (
        <Link to={`/month/day/${after}`} class="button">
          {words.nextDay}
          <Icon name="next" />
        </Link>
      )}
    </nav>
  );
}
