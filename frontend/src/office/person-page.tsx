import { useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp } from '../ui/context.ts';
import { History } from '../ui/history.tsx';
import { Link } from '../ui/link.tsx';
import { MakeCode } from '../ui/make-code.tsx';
import { Empty } from '../ui/panel.tsx';
import { Said, visible } from '../ui/said.tsx';
import { DeputiesCard } from './deputies.tsx';
import { Dismiss } from './dismiss.tsx';
import { useFresh } from './fresh.ts';
import { Move } from './move.tsx';
import { ChangeButton, Section } from './parts.tsx';
import { isGone, type Person, reportsTo, type Staff } from './people.ts';
import { ChangePerson } from './person-form.tsx';
import { RolesCard } from './roles.tsx';
import { dayOf, ofPeople, PEOPLE } from './staff-words.ts';
import { UsedDevices } from './used-devices.tsx';

type Sheet = 'change' | 'move' | 'dismiss';

export function PersonPage({ staff, id }: { staff: Staff; id: string }) {
  const words = sayStaff().person;
  const person = staff.byId.get(id);
  if (!person) {
    return (
      <Section title={words.title} up={PEOPLE}>
        <Empty icon="search" title={words.missing} />
      </Section>
    );
  }
  return <Page staff={staff} person={person} />;
}

function Page({ staff, person }: { staff: Staff; person: Person }) {
  const { engine, duty } = useApp();
  const words = sayStaff().person;
  const now = useFresh(engine, staff);
  const [sheet, show] = useState<Sheet>();
  const close = () => show(undefined);
  const gone = isGone(person, now);
  const { dismissed } = person;
  return (
    <Section title={visible(person.name)} up={PEOPLE}>
      {dismissed !== undefined && (
        <p>
          <span class="tag late">
            {gone
              ? sayStaff().people.left(dayOf(dismissed, duty.zone))
              : sayStaff().people.leaves(dayOf(dismissed, duty.zone))}
          </span>
        </p>
      )}
      <section class="card">
        <Facts staff={staff} person={person} now={now} />
        <div class="row wrap">
          <ChangeButton icon="pencil" onClick={() => show('change')}>
            {words.change}
          </ChangeButton>
          {!gone && (
            <>
              <ChangeButton icon="swap" onClick={() => show('move')}>
                {words.move}
              </ChangeButton>
              <ChangeButton icon="out" look="danger" onClick={() => show('dismiss')}>
                {words.dismiss}
              </ChangeButton>
            </>
          )}
        </div>
      </section>
      {!gone && <CodeCard person={person} />}
      <RolesCard staff={staff} person={person} />
      <DeputiesCard staff={staff} person={person} />
      <UsedDevices person={person.id} />
      <History id={person.id} words={ofPeople} />
      {sheet === 'change' && <ChangePerson person={person} onClose={close} />}
      {sheet === 'move' && <Move staff={staff} person={person} onClose={close} />}
      {sheet === 'dismiss' && <Dismiss staff={staff} person={person} onClose={close} />}
    </Section>
  );
}

function Facts({ staff, person, now }: { staff: Staff; person: Person; now: number }) {
  const { duty } = useApp();
  const words = sayStaff().person;
  const { staffNo, phone, grade, skills, team, since } = person;
  const superior = staff.byId.get(person.superior);
  const reports = reportsTo(staff, person.id, now).length;
  const inTeam = staff.places.get(team);
  return (
    <dl class="facts office-facts">
      <dt>{words.staffNo}</dt>
      <dd class="number">
        <Said text={staffNo} />
      </dd>
      <dt>{words.phone}</dt>
      <dd>
        {phone ? (
          <a class="button" href={`tel:${phone.replace(/[^+\d]/g, '')}`} aria-label={words.call(phone)}>
            <Said class="number" text={phone} />
          </a>
        ) : (
          words.none
        )}
      </dd>
      {grade && (
        <>
          <dt>{words.grade}</dt>
          <dd>
            <Said text={grade} />
          </dd>
        </>
      )}
      {skills && (
        <>
          <dt>{words.skills}</dt>
          <dd>
            <Said text={skills} />
          </dd>
        </>
      )}
      <dt>{words.team}</dt>
      <dd>
        <Said
          text={
            inTeam
              ? since === undefined
                ? inTeam
                : words.inTeam(inTeam, dayOf(since, duty.zone))
              : sayStaff().people.noTeam
          }
        />
      </dd>
      <dt>{words.superior}</dt>
      <dd>
        {superior ? (
          <Link to={`${PEOPLE}/${superior.id}`} class="button quiet office-link">
            <Said text={superior.name} />
          </Link>
        ) : (
          words.none
        )}
      </dd>
      {reports > 0 && (
        <>
          <dt>{words.reports}</dt>
          <dd>{words.reportsCount(reports)}</dd>
        </>
      )}
    </dl>
  );
}

function CodeCard({ person }: { person: Person }) {
  const words = sayStaff().person;
  const [open, setOpen] = useState(false);
  return (
    <section class="card">
      <h2>{words.code}</h2>
      <p class="soft">{words.codeLead}</p>
      {open ? (
        <MakeCode key={person.id} person={person} />
      ) : (
        <div class="row">
          <Button icon="add" expanded={false} onClick={() => setOpen(true)}>
            {words.giveCode}
          </Button>
        </div>
      )}
    </section>
  );
}
