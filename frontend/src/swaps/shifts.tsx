import { saySwaps } from '../messages/swaps/index.ts';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, Heading, Loading } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import { hoursWords, type Shift, shiftWords } from '../ui/shifts.ts';
import { dayWords } from '../ui/time.ts';
import { Cards, useAnswered } from './cards.tsx';
import { SwapLine } from './line.tsx';
import {
  type Desk,
  daysOf,
  KINDS,
  type Line,
  ownCases,
  readDesk,
  swapOfShift,
  teamCases,
  waitingCases,
} from './queries.ts';
import { stateWords } from './words.ts';

/** One's own shifts of the next two weeks, and what is going on with them. */
export function Shifts() {
  const { engine, duty, who } = useApp();
  const words = saySwaps();
  const now = useNow(engine);
  const desk = useRows(engine, who.person, KINDS, readDesk);
  if (desk === undefined) return <Loading />;
  const days = daysOf(desk.shifts, who.person, now, duty.zone);
  return (
    <section class="page stack roomy">
      <Heading title={words.title} up="/">
        <Link to="/leave" class="button">
          {words.leave}
        </Link>
      </Heading>
      <div class="shift-split">
        <Going desk={desk} />
        <div class="stack">
          {days.length === 0 && (
            <Empty icon="calendar" title={words.noShifts}>
              {words.noShiftsHint}
            </Empty>
          )}
          {days.length > 0 && (
            <ol class="list" aria-label={words.title}>
              {days.map((line) => (
                <Day key={'off' in line ? `off ${line.before}` : line.day} line={line} desk={desk} />
              ))}
            </ol>
          )}
        </div>
      </div>
    </section>
  );
}

/** Swaps this person is in, and those the team was asked for. */
function Going({ desk }: { desk: Desk }) {
  const { engine, who, standing } = useApp();
  const words = saySwaps();
  const now = useNow(engine);
  const [answered, answer] = useAnswered();
  const asked = waitingCases(desk, who.person, standing, now).filter(({ moves }) => moves.includes('accept'));
  const own = ownCases(desk, who.person, standing, now).filter(({ swap }) => !answered.has(swap.id));
  const team = teamCases(desk, who.person, standing, now);
  if (asked.length + own.length + team.length + answered.size === 0) return null;
  return (
    <aside class="stack" aria-label={words.answers}>
      {asked.length + answered.size > 0 && (
        <section class="stack tight">
          <h2>{asked.length > 0 ? words.toAnswer(asked.length) : words.answered}</h2>
          <Cards desk={desk} cases={asked} answered={answered} onMove={answer} />
        </section>
      )}
      {own.length > 0 && (
        <section class="stack tight">
          <h2>{words.mine}</h2>
          <ul class="list">
            {own.map((matter) => (
              <SwapLine key={matter.swap.id} matter={matter} names={desk.names} />
            ))}
          </ul>
        </section>
      )}
      {team.length > 0 && (
        <Link to="/swaps" class="button team-link">
          <Icon name="swap" />
          <span class="grow">{words.team}</span>
          <span class="tag">{team.length}</span>
          <Icon name="next" />
        </Link>
      )}
    </aside>
  );
}

function Day({ line, desk }: { line: Line; desk: Desk }) {
  const { engine, duty } = useApp();
  const words = saySwaps();
  const now = useNow(engine);
  if ('off' in line) return <li class="shift-off soft small">{words.off(line.off)}</li>;
  return (
    <li class="shift-day">
      <h2>{dayWords(line.at, now, duty.zone)}</h2>
      <div>
        {line.shifts.map((shift) => (
          <ShiftLine key={shift.id} shift={shift} desk={desk} />
        ))}
      </div>
    </li>
  );
}

function ShiftLine({ shift, desk }: { shift: Shift; desk: Desk }) {
  const { engine, duty, who } = useApp();
  const words = saySwaps();
  const now = useNow(engine);
  const swap = swapOfShift(desk.swaps, shift.id, who.person);
  const changed = desk.changed.get(shift.id);
  return (
    <div class="shift-line">
      <div class="grow stack tight">
        <p class="row wrap">
          <strong class="number">{hoursWords(shift, duty.zone)}</strong>
          {shift.night && <span class="tag">{words.night}</span>}
          {shift.start <= now && <span class="tag">{words.onNow}</span>}
        </p>
        <Said class="soft" text={desk.names.get(shift.post) ?? ''} />
        {changed && (
          <Link to={`/swaps/of/${changed.swap}`} class="swap-state small">
            <Icon name="delivered" />
            <span class="grow">{words.changed(changed.roster)}</span>
            <Icon name="next" />
          </Link>
        )}
        {swap && (
          <Link to={`/swaps/of/${swap.id}`} class="swap-state small">
            <Icon name="swap" />
            <Said class="grow" text={stateWords(swap, desk.names, who.person)} />
            <Icon name="next" />
          </Link>
        )}
      </div>
      {shift.start > now && (
        <Link to={`/swaps/new/${shift.id}`} class="button" label={words.swapOf(shiftWords(shift, now, duty.zone))}>
          {words.swap}
        </Link>
      )}
    </div>
  );
}
