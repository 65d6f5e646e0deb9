import { useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { useApp } from '../ui/context.ts';
import { dayEnd } from '../ui/days.ts';
import { visible } from '../ui/said.tsx';
import { dayKey } from '../ui/time.ts';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import { useFresh } from './fresh.ts';
import { type Person, reportsTo, type Staff } from './people.ts';
import { EffectsCard, usePreview } from './preview.tsx';
import { worded } from './staff-acts.ts';
import { type When, WhenField } from './staff-fields.tsx';
import { lastDayOf } from './staff-words.ts';

interface DismissProps {
  staff: Staff;
  person: Person;
  onClose: () => void;
}

/** Somebody leaves the org: now, or at the end of their last day. What it will do stands there first. */
export function Dismiss({ staff, person, onClose }: DismissProps) {
  const { engine, duty } = useApp();
  const words = sayStaff().dismiss;
  const now = useFresh(engine, staff);
  const [when, setWhen] = useState<When>({ kind: 'now', day: dayKey(now, duty.zone) });
  const [tried, setTried] = useState(false);
  const preview = usePreview({ person: person.id, leaves: true });
  const reports = reportsTo(staff, person.id, now).length;
  const end = when.kind === 'now' ? engine.now() : dayEnd(when.day, duty.zone);
  const save = () => {
    setTried(true);
    if (end === undefined) return undefined;
    return worded(change(engine, { kind: 'person.dismiss', entity: person.id, values: { dismissed: end } }));
  };
  return (
    <FormSheet
      title={words.title(visible(person.name))}
      onClose={onClose}
      save={save}
      saved={words.saved}
      label={words.save}
      look="danger"
      disabled={!preview.ready}
    >
      {person.dismissed !== undefined && <p>{words.planned(lastDayOf(person.dismissed, duty.zone))}</p>}
      <WhenField
        label={words.when}
        value={when}
        onChange={setWhen}
        dayLabel={words.last}
        hint={words.lastHint}
        problem={tried && end === undefined ? sayStaff().when.wrong : undefined}
      />
      <EffectsCard preview={preview} />
      {reports > 0 && <p>{words.reports(reports)}</p>}
      <p class="soft">
        {words.signedOut} {words.counts}
      </p>
    </FormSheet>
  );
}
