import { useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp } from '../ui/context.ts';
import { Chips } from '../ui/field.tsx';
import { Said } from '../ui/said.tsx';
import { dayKey } from '../ui/time.ts';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import { useFresh } from './fresh.ts';
import { ChangeButton } from './parts.tsx';
import {
  fromDay,
  isGone,
  isOver,
  type Person,
  ROLES,
  type Role,
  type RoleName,
  type RolePlace,
  roleProblem,
  type Staff,
} from './people.ts';
import { RoleFields } from './role-fields.tsx';
import { grant, worded } from './staff-acts.ts';
import { type When, WhenField } from './staff-fields.tsx';
import { dayOf, lastDayOf, roleWords, whereWords } from './staff-words.ts';

/** What a person may do, where, and since when; who leads which team. */
export function RolesCard({ staff, person }: { staff: Staff; person: Person }) {
  const { engine } = useApp();
  const words = sayStaff().roles;
  const now = useFresh(engine, staff);
  const [adding, add] = useState(false);
  const [ending, end] = useState<Role>();
  const [open, setOpen] = useState(false);
  const all = staff.rolesByPerson.get(person.id) ?? [];
  const past = all.filter((role) => isOver(role, now));
  const present = all.filter((role) => !isOver(role, now));
  const gone = isGone(person, now);
  return (
    <section class="card" aria-label={words.title}>
      <h2>{words.title}</h2>
      {present.length === 0 && <p class="soft">{words.none}</p>}
      {present.length > 0 && (
        <ul class="stack">
          {present.map((role) => (
            <li key={role.id} class="row wrap office-line">
              <RoleLine staff={staff} role={role} />
              {!gone && (
                <ChangeButton label={`${words.end} ${roleWords(role.role)}`} onClick={() => end(role)}>
                  {words.end}
                </ChangeButton>
              )}
            </li>
          ))}
        </ul>
      )}
      {!gone && (
        <div class="row">
          <ChangeButton icon="add" onClick={() => add(true)}>
            {words.add}
          </ChangeButton>
        </div>
      )}
      {past.length > 0 && (
        <>
          <Button look="quiet" icon={open ? 'less' : 'add'} expanded={open} onClick={() => setOpen(!open)}>
            {words.past(past.length)}
          </Button>
          {open && (
            <ul class="stack">
              {past.map((role) => (
                <li key={role.id} class="row wrap">
                  <RoleLine staff={staff} role={role} />
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      {adding && <AddRole staff={staff} person={person} onClose={() => add(false)} />}
      {ending && <EndRole role={ending} onClose={() => end(undefined)} />}
    </section>
  );
}

function RoleLine({ staff, role }: { staff: Staff; role: Role }) {
  const { duty } = useApp();
  const words = sayStaff().roles;
  const span = [
    words.from(dayOf(role.since, duty.zone)),
    role.until !== undefined && words.until(lastDayOf(role.until, duty.zone)),
  ];
  return (
    <p class="grow">
      <span class="strong">{roleWords(role.role)}</span> <Said text={whereWords(staff, role)} />
      <br />
      <span class="soft small number">{span.filter(Boolean).join(' ')}</span>
    </p>
  );
}

function AddRole({ staff, person, onClose }: { staff: Staff; person: Person; onClose: () => void }) {
  const { engine, duty } = useApp();
  const words = sayStaff().roles;
  const [role, setRole] = useState<RoleName>('guard');
  const [place, setPlace] = useState<RolePlace>({ site: staff.sites.length === 1 ? staff.sites[0]?.id : undefined });
  const [when, setWhen] = useState<When>({ kind: 'now', day: dayKey(engine.now(), duty.zone) });
  const [tried, setTried] = useState(false);
  const at = engine.now();
  const since = when.kind === 'now' ? at : fromDay(when.day, at, duty.zone);
  const save = () => {
    setTried(true);
    if (since === undefined || roleProblem(role, place)) return undefined;
    const site = role === 'admin' ? '' : (place.site ?? '');
    const team = role === 'supervisor' ? (place.team ?? '') : '';
    return worded(grant(engine, person.id, { role, site, team, since }));
  };
  return (
    <FormSheet title={words.addTitle} onClose={onClose} save={save} saved={words.saved} label={words.save}>
      <Chips
        label={words.what}
        options={ROLES.map((one) => [one, roleWords(one)] as const)}
        value={role}
        onPick={setRole}
      />
      <RoleFields staff={staff} role={role} value={place} onChange={setPlace} tried={tried} />
      <WhenField
        label={words.since}
        value={when}
        onChange={setWhen}
        problem={tried && since === undefined ? sayStaff().when.wrong : undefined}
      />
    </FormSheet>
  );
}

function EndRole({ role, onClose }: { role: Role; onClose: () => void }) {
  const { engine } = useApp();
  const words = sayStaff().roles;
  const save = () => worded(change(engine, { kind: 'role.end', entity: role.id, values: { until: engine.now() } }));
  return (
    <FormSheet
      title={words.endTitle(roleWords(role.role))}
      onClose={onClose}
      save={save}
      saved={words.ended}
      label={words.endSave}
      look="danger"
    >
      <p>{words.endLead}</p>
    </FormSheet>
  );
}
