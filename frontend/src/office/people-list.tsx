import { useMemo, useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useRows } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { SelectField } from '../ui/fields.tsx';
import { Empty, Loading } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import { wide } from '../ui/wide.ts';
import { useFresh } from './fresh.ts';
import { Hire } from './hire.tsx';
import { ChangeButton, Section, Way } from './parts.tsx';
import { type Filter, filtered, type Person, ROLES, readStaff, STAFF_KINDS, type Staff, searchText } from './people.ts';
import { PersonPage } from './person-page.tsx';
import { holds } from './search.ts';
import { dayOf, PEOPLE, rolesInWords } from './staff-words.ts';
import { Windowed } from './windowed.tsx';

/** Everybody of the org, or one of them. */
export function People({ id }: { id?: string }) {
  const { engine, who } = useApp();
  const staff = useRows(engine, `staff ${who.person}`, STAFF_KINDS, readStaff);
  if (!staff) return <Loading />;
  return id === undefined ? <PeopleList staff={staff} /> : <PersonPage key={id} staff={staff} id={id} />;
}

/** What was looked for stays while one looks at a person and comes back. */
let kept: { typed: string; filter: Filter } = { typed: '', filter: {} };

function PeopleList({ staff }: { staff: Staff }) {
  const { engine } = useApp();
  const words = sayStaff().people;
  const now = useFresh(engine, staff);
  const [{ typed, filter }, set] = useState(kept);
  const [adding, add] = useState(false);
  const look = (next: typeof kept) => {
    kept = next;
    set(next);
  };
  const found = useMemo(
    () => filtered(staff, filter, now).filter((person) => typed === '' || holds(searchText(staff, person), typed)),
    [staff, filter, typed, now],
  );
  return (
    <Section
      title={words.title}
      action={
        <ChangeButton look="primary" icon="add" onClick={() => add(true)}>
          {words.add}
        </ChangeButton>
      }
    >
      <TextField
        label={words.search}
        value={typed}
        onInput={(next) => look({ typed: next, filter })}
        type="search"
        mode="search"
        enter="search"
        max={80}
      />
      <Filters staff={staff} filter={filter} onFilter={(next) => look({ typed, filter: next })} />
      {staff.people.length === 0 ? (
        <Empty icon="people" title={words.empty}>
          {words.emptyLead}
        </Empty>
      ) : (
        <p class="soft small" role="status">
          {found.length === 0 ? words.nothing : words.count(found.length)}
        </p>
      )}
      {found.length > 0 && (
        <Windowed
          label={words.title}
          rows={found}
          id={(person) => person.id}
          draw={(person) => <Line staff={staff} person={person} now={now} />}
        />
      )}
      {adding && <Hire staff={staff} onClose={() => add(false)} />}
    </Section>
  );
}

function Line({ staff, person, now }: { staff: Staff; person: Person; now: number }) {
  const { duty } = useApp();
  const words = sayStaff().people;
  const team = staff.places.get(person.team) ?? words.noTeam;
  const left = person.dismissed !== undefined && words.left(dayOf(person.dismissed, duty.zone));
  const leaves = person.dismissed !== undefined && words.leaves(dayOf(person.dismissed, duty.zone));
  const end = person.dismissed !== undefined && person.dismissed <= now ? left : leaves;
  return (
    <Way
      to={`${PEOPLE}/${person.id}`}
      title={
        <>
          <Said text={person.name} /> <span class="soft number">{person.staffNo}</span>
        </>
      }
    >
      <Said text={[end, team, rolesInWords(staff, person.id, now) || words.noRole].filter(Boolean).join(' · ')} />
    </Way>
  );
}

function Filters({ staff, filter, onFilter }: { staff: Staff; filter: Filter; onFilter: (filter: Filter) => void }) {
  const words = sayStaff().people;
  const [open, setOpen] = useState(false);
  const used = Object.values(filter).filter(Boolean).length;
  const all = ['', words.all] as const;
  const places = (rows: Staff['teams']) => rows.map(({ id, name }) => [id, name] as const);
  const pick = (field: keyof Filter) => (value: string) => onFilter({ ...filter, [field]: value || undefined });
  return (
    <>
      {!wide.value && (
        <Button icon={open ? 'less' : 'down'} expanded={open} onClick={() => setOpen(!open)}>
          {used > 0 ? words.filtered(used) : words.filters}
        </Button>
      )}
      {(wide.value || open) && (
        <div class="office-filters">
          <SelectField
            label={words.team}
            value={filter.team ?? ''}
            options={[all, ...places(staff.teams)]}
            onPick={pick('team')}
          />
          <SelectField
            label={words.role}
            value={filter.role ?? ''}
            options={[all, ...ROLES.map((role) => [role, sayStaff().role[role] ?? role] as const)]}
            onPick={pick('role')}
          />
          <SelectField
            label={words.site}
            value={filter.site ?? ''}
            options={[all, ...places(staff.sites)]}
            onPick={pick('site')}
          />
          <Button pressed={filter.gone === true} onClick={() => onFilter({ ...filter, gone: filter.gone !== true })}>
            {words.gone}
          </Button>
        </div>
      )}
    </>
  );
}
