import { useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { useApp } from '../ui/context.ts';
import { dayEnd } from '../ui/days.ts';
import { DateField } from '../ui/fields.tsx';
import { Said, visible } from '../ui/said.tsx';
import { dayKey } from '../ui/time.ts';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import { useFresh } from './fresh.ts';
import { ChangeButton } from './parts.tsx';
import { type Deputy, deputiesAbout, fromDay, isGone, mayBeStoodInFor, type Person, type Staff } from './people.ts';
import { worded } from './staff-acts.ts';
import { PersonPick } from './staff-fields.tsx';
import { dayOf, lastDayOf } from './staff-words.ts';

const WEEK = 7 * 86_400_000;

/** Who decides while the person is away, and for whom they decide; nothing where neither can be. */
export function DeputiesCard({ staff, person }: { staff: Staff; person: Person }) {
  const { engine, duty } = useApp();
  const words = sayStaff().deputies;
  const now = useFresh(engine, staff);
  const [adding, add] = useState(false);
  const [ending, end] = useState<Deputy>();
  const found = deputiesAbout(staff, person.id, now);
  const may = mayBeStoodInFor(staff, person.id, now) && !isGone(person, now);
  if (!may && found.length === 0) return null;
  const name = (id: string) => staff.byId.get(id)?.name ?? '';
  const span = ({ since, until }: Deputy) => [dayOf(since, duty.zone), lastDayOf(until, duty.zone)] as const;
  return (
    <section class="card" aria-label={words.title}>
      <h2>{words.title}</h2>
      {found.length === 0 && <p class="soft">{words.none}</p>}
      {found.length > 0 && (
        <ul class="stack">
          {found.map((one) => (
            <li key={one.id} class="row wrap office-line">
              <p class="grow">
                <Said
                  text={one.absent === person.id ? words.standsIn(name(one.deputy)) : words.standsFor(name(one.absent))}
                />
                <br />
                <span class="soft small number">{words.span(...span(one))}</span>
              </p>
              <ChangeButton onClick={() => end(one)}>{words.end}</ChangeButton>
            </li>
          ))}
        </ul>
      )}
      {may && (
        <div class="row">
          <ChangeButton icon="add" onClick={() => add(true)}>
            {words.add}
          </ChangeButton>
        </div>
      )}
      {adding && <NameDeputy staff={staff} person={person} onClose={() => add(false)} />}
      {ending && <EndDeputy deputy={ending} onClose={() => end(undefined)} />}
    </section>
  );
}

function NameDeputy({ staff, person, onClose }: { staff: Staff; person: Person; onClose: () => void }) {
  const { engine, duty } = useApp();
  const words = sayStaff().deputies;
  const now = useFresh(engine, staff);
  const [deputy, pick] = useState<string>();
  const [from, setFrom] = useState(() => dayKey(now, duty.zone));
  const [to, setTo] = useState(() => dayKey(now + WEEK, duty.zone));
  const [tried, setTried] = useState(false);
  const since = fromDay(from, engine.now(), duty.zone);
  const until = dayEnd(to, duty.zone);
  const right = since !== undefined && until !== undefined && until > since;
  const save = () => {
    setTried(true);
    if (!deputy || !right) return undefined;
    const values = { absent: person.id, deputy, since, until };
    return worded(change(engine, { kind: 'deputy.name', values }));
  };
  // Those who decide themselves come first: they know how.
  const others = staff.people.filter((one) => one.id !== person.id && !isGone(one, now));
  const people = [
    ...others.filter((one) => mayBeStoodInFor(staff, one.id, now)),
    ...others.filter((one) => !mayBeStoodInFor(staff, one.id, now)),
  ];
  return (
    <FormSheet
      title={words.addTitle(visible(person.name))}
      onClose={onClose}
      save={save}
      saved={words.saved}
      label={words.save}
    >
      <PersonPick
        label={words.who}
        people={people}
        value={deputy}
        onPick={pick}
        problem={tried && !deputy ? words.needWho : undefined}
      />
      <div class="office-pair">
        <DateField label={words.from} value={from} onInput={setFrom} />
        <DateField
          label={words.to}
          value={to}
          min={from}
          onInput={setTo}
          hint={words.toHint}
          problem={tried && !right ? words.wrongSpan : undefined}
        />
      </div>
    </FormSheet>
  );
}

function EndDeputy({ deputy, onClose }: { deputy: Deputy; onClose: () => void }) {
  const { engine } = useApp();
  const words = sayStaff().deputies;
  const save = () => worded(change(engine, { kind: 'deputy.end', entity: deputy.id, values: { until: engine.now() } }));
  return (
    <FormSheet title={words.end} onClose={onClose} save={save} saved={words.ended} label={words.end} look="danger">
      <p>{words.endLead}</p>
    </FormSheet>
  );
}
