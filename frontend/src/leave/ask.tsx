import type { Row } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayRequests } from '../messages/requests/index.ts';
import { reason as codeWords } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Clause } from '../ui/clause.tsx';
import { textOf, useApp, useNow, useRows } from '../ui/context.ts';
import { dayStart } from '../ui/days.ts';
import { record } from '../ui/decide.tsx';
import { useDraft } from '../ui/draft.ts';
import { Chips } from '../ui/field.tsx';
import { Checks, DateField, SaveBar, SelectField, TimeField } from '../ui/fields.tsx';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Heading, Loading } from '../ui/panel.tsx';
import { ReasonField } from '../ui/reason-field.tsx';
import { go } from '../ui/route.ts';
import { visible } from '../ui/said.tsx';
import { type Shift, shiftWords } from '../ui/shifts.ts';
import { dayKey, moment } from '../ui/time.ts';
import { request } from './actions.ts';
import { ahead, colleagues, type Desk, KINDS, readDesk } from './queries.ts';
import { type Asked, type Outlook, outlook, SORTS, type Sort, touched } from './rules.ts';

const FEW = 8;

interface Entry {
  readonly sort: Sort;
  readonly shifts: readonly string[];
  readonly byTime: boolean;
  readonly fromDay: string;
  readonly fromTime: string;
  readonly toDay: string;
  readonly toTime: string;
  readonly person: string;
  readonly substitute: string;
  readonly reason: string;
}

/** Asks for leave: what it would be, and who decides, stands there before anything is typed. */
export function AskLeave({ id }: { id: string }) {
  const { engine, who } = useApp();
  const desk = useRows(engine, who.person, KINDS, readDesk);
  return desk === undefined ? <Loading /> : <Form desk={desk} shift={id} />;
}

function Form({ desk, shift }: { desk: Desk; shift: string }) {
  const { engine, duty, who, standing } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const draft = useDraft<Entry>(engine, `leave.request ${shift}`, () => blank(shift, now, duty.zone));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const entry = draft.value;
  if (entry === undefined) return <Loading />;
  const mine = ahead(desk, entry.person || who.person, now);
  const asked = askedOf(entry, mine, duty.zone);
  const hit = asked ? touched(desk.shifts, entry.person || who.person, asked.since, asked.until) : [];
  const seen = asked && outlook(asked, hit, desk.swapped, desk.book, standing.team ?? '', now, duty.zone);
  const byTime = entry.byTime || mine.length === 0;
  const send = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!asked || busy) return;
    setBusy(true);
    const act = request(engine, asked, entry.person, entry.reason.normalize('NFC').replace(/\s+/g, ' ').trim());
    const done = await record(act, words.done);
    setBusy(false);
    if (!done) return;
    await draft.clear();
    go('/leave', { replace: true });
  };
  return (
    <form class="page stack" onSubmit={send}>
      <Heading title={words.askLeave} up="/leave" />
      <Chips
        label={words.what}
        options={SORTS.map((sort) => [sort, words.sort[sort]] as const)}
        value={entry.sort}
        onPick={(sort) => draft.change({ sort, ...(PROXY.has(sort) ? {} : { person: '' }) })}
      />
      {PROXY.has(entry.sort) && (
        <ForWhom entry={entry} desk={desk} onPick={(person) => draft.change({ person, shifts: [] })} />
      )}
      {byTime ? (
        <Times entry={entry} none={mine.length === 0} wrong={tried && !asked} onChange={draft.change} />
      ) : (
        <Picks entry={entry} mine={mine} wrong={tried && !asked} onChange={draft.change} />
      )}
      {mine.length > 0 && (
        <Button look="quiet" onClick={() => draft.change({ byTime: !entry.byTime })}>
          {byTime ? words.byShift : words.byTime}
        </Button>
      )}
      {seen && <Facts seen={seen} hit={hit} />}
      <Substitute
        entry={entry}
        desk={desk}
        needed={seen?.substitute ?? false}
        onPick={(substitute) => draft.change({ substitute })}
      />
      <ReasonField value={entry.reason} onInput={(reason) => draft.change({ reason })} />
      <SaveBar disabled={busy}>{words.send}</SaveBar>
    </form>
  );
}

const PROXY: ReadonlySet<Sort> = new Set(['sick', 'emergency']);

function blank(shift: string, now: number, zone: string): Entry {
  const today = dayKey(now, zone);
  return {
    ...{ sort: 'personal', shifts: shift ? [shift] : [], byTime: false, person: '', substitute: '', reason: '' },
    ...{ fromDay: today, fromTime: '08:00', toDay: today, toTime: '18:00' },
  };
}

/** From the first to the last of the shifts picked, or the times as typed; undefined while that is no span. */
function askedOf(entry: Entry, mine: readonly Shift[], zone: string): Asked | undefined {
  const { sort, substitute } = entry;
  if (entry.byTime || mine.length === 0) {
    const since = instant(entry.fromDay, entry.fromTime, zone);
    const until = instant(entry.toDay, entry.toTime, zone);
    if (since === undefined || until === undefined || until <= since) return undefined;
    return { sort, substitute, since, until };
  }
  const picked = mine.filter(({ id }) => entry.shifts.includes(id));
  const [first, last] = [picked[0], picked.at(-1)];
  return first && last && { sort, substitute, since: first.start, until: last.end };
}

/** A local day and time of day as an instant. */
export function instant(day: string, time: string, zone: string): number | undefined {
  const start = dayStart(day, zone);
  const [hour = Number.NaN, minute = Number.NaN] = time.split(':').map(Number);
  const at = start === undefined ? Number.NaN : start + (hour * 60 + minute) * 60_000;
  return Number.isNaN(at) ? undefined : at;
}

type Change = (part: Partial<Entry>) => void;

function Picks({
  entry,
  mine,
  wrong,
  onChange,
}: {
  entry: Entry;
  mine: readonly Shift[];
  wrong: boolean;
  onChange: Change;
}) {
  const { engine, duty } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const offered = mine.filter(({ id }, n) => n < FEW || entry.shifts.includes(id));
  return (
    <Checks
      label={words.which}
      options={offered.map((shift) => [shift.id, shiftWords(shift, now, duty.zone)] as const)}
      values={entry.shifts}
      onChange={(shifts) => onChange({ shifts })}
      problem={wrong ? words.pickShift : undefined}
    />
  );
}

function Times({ entry, none, wrong, onChange }: { entry: Entry; none: boolean; wrong: boolean; onChange: Change }) {
  const words = sayRequests();
  return (
    <div class="stack tight">
      {none && <p class="soft">{words.noShifts}</p>}
      <div class="pair">
        <DateField
          label={`${words.from} · ${words.day}`}
          value={entry.fromDay}
          onInput={(fromDay) => onChange({ fromDay })}
        />
        <TimeField
          label={`${words.from} · ${words.time}`}
          value={entry.fromTime}
          onInput={(fromTime) => onChange({ fromTime })}
        />
      </div>
      <div class="pair">
        <DateField
          label={`${words.to} · ${words.day}`}
          value={entry.toDay}
          min={entry.fromDay}
          onInput={(toDay) => onChange({ toDay })}
        />
        <TimeField
          label={`${words.to} · ${words.time}`}
          value={entry.toTime}
          onInput={(toTime) => onChange({ toTime })}
        />
      </div>
      {wrong && <p class="wrong">{words.badTime}</p>}
    </div>
  );
}

function ForWhom({ entry, desk, onPick }: { entry: Entry; desk: Desk; onPick: (person: string) => void }) {
  const { engine, who, standing } = useApp();
  const words = sayRequests();
  const others = colleagues(desk, who.person, standing.team, useNow(engine));
  return (
    <SelectField
      label={words.whom}
      value={entry.person}
      options={[['', words.self], ...namesOf(others)]}
      onPick={onPick}
    />
  );
}

function Substitute({
  entry,
  desk,
  needed,
  onPick,
}: {
  entry: Entry;
  desk: Desk;
  needed: boolean;
  onPick: (person: string) => void;
}) {
  const { engine, who, standing } = useApp();
  const words = sayRequests();
  const others = colleagues(desk, entry.person || who.person, standing.team, useNow(engine));
  return (
    <SelectField
      label={words.substitute}
      value={entry.substitute}
      options={[['', words.substituteNone], ...namesOf(others)]}
      onPick={onPick}
      problem={needed && !entry.substitute ? words.substituteNeeded : undefined}
    />
  );
}

function namesOf(people: readonly Row[]): [string, string][] {
  return people.map((row) => [row.id, visible(textOf(row, 'name'))]);
}

/** The class it would fall in, until when, who decides; and what speaks against it, with its clause. */
function Facts({ seen, hit }: { seen: Outlook; hit: readonly Shift[] }) {
  const { engine, duty } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const at = (instant: number) => moment(instant, now, duty.zone);
  const against = seen.against ?? seen.void;
  const levels = seen.levels.map((level) => words.level[level]).join(words.arrow);
  return (
    <section class={`card outlook${against ? ' bad' : ''}`} aria-live="polite">
      <p class="row wrap">
        <span class="soft">{words.now}</span>
        <strong>{words.class[seen.class]}</strong>
        <span class="tag">{words.days(seen.days)}</span>
      </p>
      <ul class="stack tight small">
        {seen.class === 'ordinary' && <li>{words.ordinaryUntil(at(seen.ordinaryUntil))}</li>}
        {seen.class !== 'late' && seen.urgentUntil !== seen.ordinaryUntil && (
          <li>{words.urgentUntil(at(seen.urgentUntil))}</li>
        )}
        <li>{words.by(levels)}</li>
        <li>{words.decidedBefore(at(seen.deadline))}</li>
        {seen.certificate && <li>{words.certificate}</li>}
      </ul>
      {against && (
        <div class="stack tight">
          <p class="row strong">
            <Icon name="needs_you" />
            {seen.against ? words.against : words.lateNow}
          </p>
          {seen.against && <p>{codeWords(against.code)}</p>}
          <Clause id={against.clause} pack={seen.pack} />
          {against.code.startsWith('leave_night') && hit[0] && (
            <Link to={`/swaps/new/${hit[0].id}`} class="button">
              {words.trySwap}
            </Link>
          )}
        </div>
      )}
    </section>
  );
}
