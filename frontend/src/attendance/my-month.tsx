import { sayAttendance } from '../messages/attendance/index.ts';
import { locale } from '../messages/index.ts';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, Heading, Loading } from '../ui/panel.tsx';
import { dayKey, moment } from '../ui/time.ts';
import { Age } from './age.tsx';
import { Calendar } from './calendar.tsx';
import { Legend } from './legend.tsx';
import { awaitedBy, COUNTS, type Month, monthAway, totalsOf } from './month.ts';
import { ProposalCard } from './proposal.tsx';
import { MINE, monthNamed, readMine } from './queries.ts';
import { type Around, awaitedWords, countWords, monthWords } from './words.ts';

/** One's own month: each day with its sign, what it adds up to, what is waited for, and what is proposed. */
export function MyMonth({ named }: { named?: string }) {
  const { engine, who, duty } = useApp();
  const words = sayAttendance();
  const now = useNow(engine);
  const today = dayKey(now, duty.zone);
  const chosen = named && /^\d{4}-(0[1-9]|1[0-2])$/.test(named) ? named : today.slice(0, 7);
  const mine = useRows(engine, who.person, MINE, (view) => readMine(view, who.person));
  const month = mine && monthNamed(mine.months, chosen);
  return (
    <section class="page stack attendance">
      <Heading title={words.title} up="/">
        <Age />
      </Heading>
      <Turn month={chosen} to={(other) => `/month/of/${other}`} />
      {mine === undefined ? (
        <Loading />
      ) : month === undefined ? (
        <Empty icon="calendar" title={words.none}>
          {words.noneHint}
        </Empty>
      ) : (
        <Shown
          month={month}
          closed={month.teams.map((team) => mine.closed.get(`${team} ${month.month}`)?.at).find(Boolean)}
          today={today}
          around={{ names: mine.names, labels: mine.labels, device: who.device, zone: duty.zone }}
        />
      )}
    </section>
  );
}

/** The month before, the one shown, the one after. */
export function Turn({ month, to }: { month: string; to: (month: string) => string }) {
  const words = sayAttendance();
  return (
    <nav class="att-turn" aria-label={monthWords(month, locale.value)}>
      <Link to={to(monthAway(month, -1))} class="button square" label={words.before}>
        <Icon name="back" />
      </Link>
      <h2 class="grow">{monthWords(month, locale.value)}</h2>
      <Link to={to(monthAway(month, 1))} class="button square" label={words.after}>
        <Icon name="next" />
      </Link>
    </nav>
  );
}

interface ShownProps {
  month: Month;
  /** Since when it is closed. */
  closed: number | undefined;
  today: string;
  around: Around;
}

function Shown({ month, closed, today, around }: ShownProps) {
  const { engine, duty } = useApp();
  const words = sayAttendance();
  const now = useNow(engine);
  const waits = awaitedBy(month.days);
  return (
    <>
      <p class="row wrap small soft">
        {closed !== undefined && <span class="tag">{words.closed(moment(closed, now, duty.zone))}</span>}
        {month.revisions.map(({ n, at }) => (
          <span key={n} class="tag late">
            {words.revision(n, moment(at, now, duty.zone))}
          </span>
        ))}
      </p>
      <Calendar month={month} today={today} />
      {waits.length > 0 && (
        <div class="banner att-waits">
          <Icon name="held" />
          <div class="grow">
            {waits.map((one) => (
              <p key={one.device}>{awaitedWords(one, month, around)}</p>
            ))}
            <p class="small">{words.waitsHint}</p>
          </div>
        </div>
      )}
      <Sums month={month} />
      <section class="stack">
        <h2>{words.proposals}</h2>
        {month.proposals.length === 0 ? (
          <p class="soft">{words.noProposals}</p>
        ) : (
          <>
            {month.proposals.map((proposal) => (
              <ProposalCard key={proposal.id} proposal={proposal} around={around} />
            ))}
            <p class="soft small">{words.proposalsHint}</p>
          </>
        )}
      </section>
      <Legend />
    </>
  );
}

function Sums({ month }: { month: Month }) {
  const words = sayAttendance();
  const totals = totalsOf(month);
  return (
    <section class="card">
      <h2>{words.totals}</h2>
      <dl class="att-sums">
        {COUNTS.map((name) => (
          <div key={name}>
            <dt class="soft small">{words.count[name]}</dt>
            <dd class="strong number">{countWords(name, totals)}</dd>
          </div>
        ))}
      </dl>
      {totals.waiting > 0 && <p class="soft small">{words.totalsHint}</p>}
      {month.unscheduled > 0 && <p class="att-warn small">{words.loose(month.unscheduled)}</p>}
    </section>
  );
}
