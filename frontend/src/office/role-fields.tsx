import { sayStaff } from '../messages/staff/index.ts';
import { visible } from '../ui/said.tsx';
import { type RoleName, type RolePlace, roleProblem, type Staff } from './people.ts';
import { OneOf } from './staff-fields.tsx';

interface RoleFieldsProps {
  staff: Staff;
  role: RoleName;
  value: RolePlace;
  onChange: (place: RolePlace) => void;
  tried: boolean;
}

/** The site of a role, and the team that a supervisor leads; an admin runs the whole org. */
export function RoleFields({ staff, role, value, onChange, tried }: RoleFieldsProps) {
  const words = sayStaff();
  const problem = tried ? roleProblem(role, value) : undefined;
  if (role === 'admin') return <p class="soft">{words.roles.adminAll}</p>;
  const open = (places: Staff['teams']) =>
    places.filter(({ closed }) => !closed).map(({ id, name }) => [id, visible(name)] as const);
  return (
    <>
      <OneOf
        label={words.hire.site}
        options={[...open(staff.sites), ['all', words.hire.allSites] as const]}
        value={value.site === '' ? 'all' : value.site}
        onPick={(site) => onChange({ ...value, site: site === 'all' ? '' : site || undefined })}
        problem={problem === 'site' ? words.pick.choose : undefined}
      />
      {role === 'supervisor' && (
        <OneOf
          label={words.roles.leads}
          options={open(staff.teams)}
          value={value.team}
          onPick={(team) => onChange({ ...value, team })}
          problem={problem === 'team' ? words.roles.needTeam : undefined}
        />
      )}
    </>
  );
}
