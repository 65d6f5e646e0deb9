import { useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { useApp } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import { isWhole, type Known, knownValues } from './known.ts';
import type { Person } from './people.ts';
import { worded } from './staff-acts.ts';

/** Characters (entities.json). */
const LONGEST = { name: 80, staffNo: 24, phone: 24, grade: 24, skills: 120 };

interface KnownProps {
  value: Known;
  onChange: (known: Known) => void;
  /** Whether saving was tried: what is missing is said from then on. */
  tried: boolean;
}

export function KnownFields({ value, onChange, tried }: KnownProps) {
  const words = sayStaff();
  const set = (field: keyof Known) => (text: string) => onChange({ ...value, [field]: text });
  return (
    <>
      <TextField
        label={words.person.name}
        value={value.name}
        onInput={set('name')}
        max={LONGEST.name}
        enter="next"
        problem={tried && !value.name.trim() ? words.hire.needName : undefined}
      />
      <TextField
        label={words.person.staffNo}
        value={value.staffNo}
        onInput={set('staffNo')}
        max={LONGEST.staffNo}
        enter="next"
        hint={words.hire.staffNoHint}
        problem={tried && !value.staffNo.trim() ? words.hire.needStaffNo : undefined}
      />
      <div class="office-pair">
        <TextField
          label={words.person.phone}
          value={value.phone}
          onInput={set('phone')}
          max={LONGEST.phone}
          type="tel"
          mode="tel"
          enter="next"
          hint={words.hire.optional}
        />
        <TextField
          label={words.person.grade}
          value={value.grade}
          onInput={set('grade')}
          max={LONGEST.grade}
          enter="next"
          hint={words.hire.optional}
        />
      </div>
      <TextField
        label={words.person.skills}
        value={value.skills}
        onInput={set('skills')}
        max={LONGEST.skills}
        enter="done"
        hint={words.person.skillsHint}
      />
    </>
  );
}

export function ChangePerson({ person, onClose }: { person: Person; onClose: () => void }) {
  const { engine } = useApp();
  const words = sayStaff().person;
  const { name, staffNo, phone, grade, skills } = person;
  const before: Known = { name, staffNo, phone, grade, skills };
  const [known, set] = useState(before);
  const [tried, setTried] = useState(false);
  const act = knownValues(before, known);
  const same = Object.keys({ ...act.values, ...act.private }).length === 0;
  const save = () => {
    setTried(true);
    if (!isWhole(known)) return undefined;
    return worded(change(engine, { kind: 'person.amend', entity: person.id, ...act }));
  };
  return (
    <FormSheet title={words.change} onClose={onClose} save={save} saved={words.saved} disabled={same}>
      <KnownFields value={known} onChange={set} tried={tried} />
    </FormSheet>
  );
}
