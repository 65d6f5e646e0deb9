import type { Json } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { useApp } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import type { Person } from './people.ts';
import { worded } from './staff-acts.ts';

/** What a person is known by. */
export interface Known {
  readonly name: string;
  readonly staffNo: string;
  readonly phone: string;
  readonly grade: string;
}

export const UNKNOWN: Known = { name: '', staffNo: '', phone: '', grade: '' };
/** Characters (entities.json). */
const LONGEST = { name: 80, staffNo: 24, phone: 24, grade: 24 };

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
          enter="done"
          hint={words.hire.optional}
        />
      </div>
    </>
  );
}

export function isWhole({ name, staffNo }: Known): boolean {
  return name.trim() !== '' && staffNo.trim() !== '';
}

/** The fields that differ, as an act carries them: name and phone travel in its private part, cleared ones are null. */
export function knownValues(before: Known, after: Known): Record<'values' | 'private', Record<string, Json>> {
  const values: Record<string, Json> = {};
  const hidden: Record<string, Json> = {};
  const put = (field: keyof Known, into: Record<string, Json>, name: string) => {
    const text = after[field].trim();
    if (text !== before[field]) into[name] = text === '' ? null : text;
  };
  put('name', hidden, 'name');
  put('phone', hidden, 'phone');
  put('staffNo', values, 'staff_no');
  put('grade', values, 'grade');
  return { values, private: hidden };
}

export function ChangePerson({ person, onClose }: { person: Person; onClose: () => void }) {
  const { engine } = useApp();
  const words = sayStaff().person;
  const before: Known = { name: person.name, staffNo: person.staffNo, phone: person.phone, grade: person.grade };
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
