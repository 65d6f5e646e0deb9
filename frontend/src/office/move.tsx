import { useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { useApp } from '../ui/context.ts';
import { visible } from '../ui/said.tsx';
import { dayKey } from '../ui/time.ts';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import { useFresh } from './fresh.ts';
import { fromDay, isGone, leadOf, type Person, type Staff } from './people.ts';
import { EffectsCard, usePreview } from './preview.tsx';
import { worded } from './staff-acts.ts';
import { OneOf, PersonPick, type When, WhenField } from './staff-fields.tsx';

interface MoveProps {
  staff: Staff;
  person: Person;
  onClose: () => void;
}

/** Another team or superior, from a day on. What it will do stands there before it can be done. */
export function Move({ staff, person, onClose }: MoveProps) {
  const { engine, duty } = useApp();
  const words = sayStaff().move;
  const now = useFresh(engine, staff);
  const [team, setTeam] = useState<string | undefined>(person.team || undefined);
  const [named, setNamed] = useState<string>();
  const [when, setWhen] = useState<When>({ kind: 'now', day: dayKey(now, duty.zone) });
  const [tried, setTried] = useState(false);
  const moves = team !== person.team;
  const lead = team === undefined ? undefined : leadOf(staff, team, now);
  // Into another team: under whoever leads it, unless that is the person themselves.
  const superior =
    named ?? (moves && lead !== undefined && lead.id !== person.id ? lead.id : person.superior || undefined);
  const nothing = !moves && (superior ?? '') === person.superior;
  const preview = usePreview(team === undefined || nothing ? undefined : { person: person.id, team });
  const at = engine.now();
  const since = when.kind === 'now' ? at : fromDay(when.day, at, duty.zone);
  const save = () => {
    setTried(true);
    if (team === undefined || since === undefined) return undefined;
    // Only the superior changes: the team is what it was, for as long as it was.
    const from = moves ? since : (person.since ?? since);
    const values = { team, since: from, ...(superior ? { superior } : {}) };
    return worded(change(engine, { kind: 'person.assign', entity: person.id, values }));
  };
  const options = staff.teams
    .filter(({ id, closed }) => !closed || id === person.team)
    .map(({ id, name }) => [id, visible(name)] as const);
  return (
    <FormSheet
      title={words.title(visible(person.name))}
      onClose={onClose}
      save={save}
      saved={words.saved}
      label={words.save}
      disabled={nothing || team === undefined || !preview.ready}
    >
      <OneOf
        label={words.team}
        options={options}
        value={team}
        onPick={(next) => setTeam(next || undefined)}
        problem={tried && team === undefined ? words.needTeam : undefined}
      />
      <PersonPick
        label={words.superior}
        people={staff.people.filter((one) => one.id !== person.id && !isGone(one, now))}
        value={superior}
        onPick={setNamed}
      />
      {moves && (
        <WhenField
          label={words.since}
          value={when}
          onChange={setWhen}
          problem={tried && since === undefined ? sayStaff().when.wrong : undefined}
        />
      )}
      {nothing ? (
        <p class="soft">{words.nothing}</p>
      ) : (
        <>
          {moves && <p class="soft">{words.lead}</p>}
          {team !== undefined && <EffectsCard preview={preview} />}
        </>
      )}
    </FormSheet>
  );
}
