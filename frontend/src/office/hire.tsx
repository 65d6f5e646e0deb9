import { useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { useApp } from '../ui/context.ts';
import { Chips } from '../ui/field.tsx';
import { go } from '../ui/route.ts';
import { visible } from '../ui/said.tsx';
import { tell } from '../ui/toast.tsx';
import { FormSheet } from './form.tsx';
import { useFresh } from './fresh.ts';
import { isWhole, knownValues, UNKNOWN } from './known.ts';
import {
  isGone,
  leadOf,
  type Person,
  ROLES,
  type RoleName,
  type RolePlace,
  roleProblem,
  type Staff,
} from './people.ts';
import { KnownFields } from './person-form.tsx';
import { RoleFields } from './role-fields.tsx';
import { hire } from './staff-acts.ts';
import { OneOf, PersonPick } from './staff-fields.tsx';
import { PEOPLE, roleWords } from './staff-words.ts';

const LATER = 'later';

/** A new person, with what lets them work from the first minute: team, superior, role, site. */
export function Hire({ staff, onClose }: { staff: Staff; onClose: () => void }) {
  const { engine } = useApp();
  const words = sayStaff().hire;
  const now = useFresh(engine, staff);
  const teams = staff.teams.filter(({ closed }) => !closed);
  const sites = staff.sites.filter(({ closed }) => !closed);
  const [known, setKnown] = useState(UNKNOWN);
  const [team, setTeam] = useState<string>();
  const [superior, setSuperior] = useState<string>();
  const [role, setRole] = useState<RoleName | typeof LATER>('guard');
  const [place, setPlace] = useState<RolePlace>({ site: sites.length === 1 ? sites[0]?.id : undefined });
  const [tried, setTried] = useState(false);
  const lead = team === undefined ? undefined : leadOf(staff, team, now);
  const above = superior ?? lead?.id;
  const save = () => {
    setTried(true);
    if (!isWhole(known) || (role !== LATER && roleProblem(role, place))) return undefined;
    const since = engine.now();
    const values = knownValues(UNKNOWN, known);
    const placed = { ...(team ? { team, since } : {}), ...(above ? { superior: above } : {}) };
    const granted = role === LATER ? undefined : { role, site: place.site ?? '', team: place.team ?? '', since };
    return hire(engine, { ...values, values: { ...values.values, ...placed } }, granted, (said) =>
      tell(words.roleFailed(said), { bad: true }),
    );
  };
  return (
    <FormSheet
      title={words.title}
      onClose={onClose}
      save={save}
      saved={words.saved(visible(known.name.trim()))}
      onSaved={({ id }) => go(`${PEOPLE}/${id}`)}
      label={words.save}
    >
      <p class="soft">{words.lead}</p>
      <KnownFields value={known} onChange={setKnown} tried={tried} />
      {teams.length > 0 && (
        <OneOf
          label={sayStaff().person.team}
          options={teams.map(({ id, name }) => [id, visible(name)] as const)}
          value={team}
          onPick={(next) => setTeam(next || undefined)}
        />
      )}
      <Superior staff={staff} lead={lead} value={above} onPick={setSuperior} now={now} />
      <Chips
        label={words.role}
        options={[...ROLES.map((one) => [one, roleWords(one)] as const), [LATER, words.later] as const]}
        value={role}
        onPick={setRole}
      />
      {role !== LATER && <RoleFields staff={staff} role={role} value={place} onChange={setPlace} tried={tried} />}
    </FormSheet>
  );
}

interface SuperiorProps {
  staff: Staff;
  lead: Person | undefined;
  value: string | undefined;
  onPick: (person: string) => void;
  now: number;
}

/** The team's supervisor unless somebody else is named. */
function Superior({ staff, lead, value, onPick, now }: SuperiorProps) {
  const words = sayStaff().hire;
  return (
    <PersonPick
      label={words.superior}
      people={staff.people.filter((person) => !isGone(person, now))}
      value={value}
      onPick={onPick}
      hint={lead ? words.superiorHint : undefined}
    />
  );
}
