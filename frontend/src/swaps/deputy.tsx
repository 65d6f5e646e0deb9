import { useState } from 'preact/hooks';
import { saySwaps } from '../messages/swaps/index.ts';
import { StateBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { textOf, useApp, useNow } from '../ui/context.ts';
import { dayEnd, dayStart } from '../ui/days.ts';
import { Chips } from '../ui/field.tsx';
import { DateField } from '../ui/fields.tsx';
import { Icon } from '../ui/icons.tsx';
import { Said, visible } from '../ui/said.tsx';
import { dayKey } from '../ui/time.ts';
import { nameOf } from '../ui/values.ts';
import { nameDeputy } from './actions.ts';
import { type Deputy, type Desk, deputiesOf, deputyChoices } from './queries.ts';
import { settle } from './settle.ts';

const FEW = 6;
const WEEK = 7 * 86_400_000;

/** `11-24`. */
function shortDay(at: number, zone: string): string {
  return dayKey(at, zone).slice(5);
}

/** That the person decides for somebody else, and for how long. */
export function StandingIn({ desk }: { desk: Desk }) {
  const { engine, duty, who } = useApp();
  const words = saySwaps().deputy;
  const now = useNow(engine);
  const mine = deputiesOf(desk, who.person, now).filter(({ deputy }) => deputy === who.person);
  return (
    <>
      {mine.map(({ id, absent, since, until }) => {
        const name = nameOf(desk.names, absent, who.person);
        const last = shortDay(until - 1, duty.zone);
        return (
          <p key={id} class="row standing-in">
            <Icon name="stamp" />
            <Said
              text={
                since > now ? words.forOtherFrom(name, shortDay(since, duty.zone), last) : words.forOther(name, last)
              }
            />
          </p>
        );
      })}
    </>
  );
}

/** Who decides while a supervisor is away. */
export function Deputies({ desk }: { desk: Desk }) {
  const { engine, who, standing } = useApp();
  const words = saySwaps().deputy;
  const now = useNow(engine);
  const [open, setOpen] = useState(false);
  if (!['supervisor', 'manager'].some((role) => standing.roles.has(role))) return null;
  const named = deputiesOf(desk, who.person, now).filter(({ absent }) => absent === who.person);
  return (
    <section class="card deputies">
      <h2>{words.title}</h2>
      {named.length === 0 && <p class="soft">{words.none}</p>}
      {named.map((deputy) => (
        <Named key={deputy.id} named={deputy} desk={desk} />
      ))}
      <Button icon={open ? 'less' : 'add'} expanded={open} onClick={() => setOpen(!open)}>
        {words.name}
      </Button>
      {open && <DeputyForm desk={desk} onDone={() => setOpen(false)} />}
    </section>
  );
}

function Named({ named: { deputy, since, until, state }, desk }: { named: Deputy; desk: Desk }) {
  const { engine, duty, who } = useApp();
  const words = saySwaps().deputy;
  const now = useNow(engine);
  const name = nameOf(desk.names, deputy, who.person);
  const last = shortDay(until - 1, duty.zone);
  return (
    <p class="row wrap">
      <Said
        class="grow"
        text={since > now ? words.standsFrom(name, shortDay(since, duty.zone), last) : words.stands(name, last)}
      />
      {state && <StateBadge state={state} />}
    </p>
  );
}

function DeputyForm({ desk, onDone }: { desk: Desk; onDone: () => void }) {
  const { engine, duty, who, standing } = useApp();
  const words = saySwaps().deputy;
  const now = useNow(engine);
  const [deputy, pick] = useState('');
  const [from, setFrom] = useState(() => dayKey(now, duty.zone));
  const [to, setTo] = useState(() => dayKey(now + WEEK, duty.zone));
  const [all, setAll] = useState(false);
  const [tried, setTried] = useState(false);
  const choices = deputyChoices(desk, who.person, standing.team, now);
  const start = dayStart(from, duty.zone);
  const end = dayEnd(to, duty.zone);
  const right = start !== undefined && end !== undefined && end > Math.max(start, now);
  const save = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!deputy || !right) return;
    // A span from today begins now, not at a midnight that has passed.
    const since = Math.max(start, now);
    if (await settle(nameDeputy(engine, who.person, deputy, since, end), words.done)) onDone();
  };
  return (
    <form class="stack" onSubmit={save}>
      <Chips
        label={words.who}
        options={choices
          .slice(0, all ? choices.length : FEW)
          .map((row) => [row.id, visible(textOf(row, 'name'))] as const)}
        value={deputy || undefined}
        onPick={pick}
        problem={tried && !deputy ? words.needs : undefined}
      />
      {!all && choices.length > FEW && (
        <Button look="quiet" onClick={() => setAll(true)}>
          {words.more}
        </Button>
      )}
      <div class="pair dates">
        <DateField label={words.from} value={from} min={dayKey(now, duty.zone)} onInput={setFrom} />
        <DateField
          label={words.to}
          value={to}
          min={from}
          onInput={setTo}
          hint={words.hint}
          problem={tried && !right ? words.wrong : undefined}
        />
      </div>
      <Button submit look="primary" big>
        {words.save}
      </Button>
    </form>
  );
}
