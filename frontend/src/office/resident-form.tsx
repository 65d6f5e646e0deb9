import type { Json } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { textOf, useApp } from '../ui/context.ts';
import { Chips, TextField } from '../ui/field.tsx';
import { visible } from '../ui/said.tsx';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import type { Resident } from './residents.ts';

const RELATIONS = ['owner', 'tenant', 'family', 'other'] as const;
/** Characters (office.json). */
const LONGEST = { name: 80, phone: 24 };

type Props = { onSaved: () => void; onClose: () => void } & (
  | { unit: string; resident?: never }
  | { resident: Resident; unit?: never }
);

/** Who lives in a unit. Name and phone travel in the private part. */
export function ResidentForm({ unit, resident, onSaved, onClose }: Props) {
  const { engine } = useApp();
  const words = sayOffice();
  const [name, setName] = useState(textOf(resident, 'name'));
  const [phone, setPhone] = useState(textOf(resident, 'phone'));
  const [relation, setRelation] = useState(textOf(resident, 'relation'));
  const [tried, setTried] = useState(false);
  const given = { name: name.trim(), phone: phone.trim() };
  const save = () => {
    setTried(true);
    if (given.name === '') return undefined;
    if (!resident) {
      return change(engine, {
        kind: 'resident.create',
        values: { unit, ...(relation ? { relation } : {}) },
        private: { name: given.name, ...(given.phone ? { phone: given.phone } : {}) },
      });
    }
    const hidden: Record<string, Json> = {
      ...(given.name === textOf(resident, 'name') ? {} : { name: given.name }),
      ...(given.phone === textOf(resident, 'phone') ? {} : { phone: given.phone || null }),
    };
    return change(engine, {
      kind: 'resident.amend',
      entity: resident.id,
      ...(relation === textOf(resident, 'relation') ? {} : { values: { relation } }),
      ...(Object.keys(hidden).length > 0 ? { private: hidden } : {}),
    });
  };
  const same =
    resident !== undefined &&
    given.name === textOf(resident, 'name') &&
    given.phone === textOf(resident, 'phone') &&
    relation === textOf(resident, 'relation');
  return (
    <FormSheet
      title={resident ? words.unit.change : words.unit.add}
      onClose={onClose}
      save={save}
      saved={words.saved(visible(given.name))}
      onSaved={onSaved}
      disabled={same}
    >
      <TextField
        label={words.unit.personName}
        value={name}
        onInput={setName}
        max={LONGEST.name}
        problem={tried && given.name === '' ? words.needed : undefined}
      />
      <TextField
        label={words.unit.phone}
        value={phone}
        onInput={setPhone}
        max={LONGEST.phone}
        type="tel"
        mode="tel"
        enter="done"
      />
      <Chips
        label={words.unit.relation}
        options={RELATIONS.map((one) => [one, words.unit.relations[one]] as const)}
        value={RELATIONS.find((one) => one === relation)}
        onPick={setRelation}
      />
    </FormSheet>
  );
}

interface MoveProps {
  resident: Resident;
  gone: boolean;
  onSaved: () => void;
  onClose: () => void;
}

/** A resident moved out, or lives there again. */
export function MoveForm({ resident, gone, onSaved, onClose }: MoveProps) {
  const { engine } = useApp();
  const words = sayOffice().unit;
  const name = visible(textOf(resident, 'name'));
  const title = gone ? words.backName(name) : words.goneName(name);
  return (
    <FormSheet
      title={title}
      onClose={onClose}
      save={() =>
        change(engine, { kind: 'resident.amend', entity: resident.id, values: { until: gone ? null : engine.now() } })
      }
      saved={title}
      onSaved={onSaved}
      label={gone ? words.back : words.gone}
    >
      {!gone && <p>{words.goneLead}</p>}
    </FormSheet>
  );
}
