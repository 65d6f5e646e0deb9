import type { Row } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { numberOf, textOf, useApp } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { wholeNumber } from '../ui/numbers.ts';
import { visible } from '../ui/said.tsx';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import { HIGHEST, LONGEST, LOWEST } from './rooms.ts';

type Props = { onClose: () => void } & ({ building: string; row?: never } | { row: Row; building?: never });

/** One room: a new one of the building, or what is written about one. */
export function UnitForm({ building, row, onClose }: Props) {
  const { engine } = useApp();
  const words = sayOffice();
  const [name, setName] = useState(textOf(row, 'name'));
  const [level, setLevel] = useState(String((row && numberOf(row, 'floor')) ?? ''));
  const [tried, setTried] = useState(false);
  const given = name.trim();
  const floor = wholeNumber(level, LOWEST, HIGHEST);
  const right = level.trim() === '' || floor !== undefined;
  const save = () => {
    setTried(true);
    if (given === '' || !right) return undefined;
    if (!row) {
      const values = { building, name: given, ...(floor === undefined ? {} : { floor }) };
      return change(engine, { kind: 'unit.create', values });
    }
    const values = {
      ...(given === textOf(row, 'name') ? {} : { name: given }),
      ...(floor === numberOf(row, 'floor') ? {} : { floor: floor ?? null }),
    };
    return change(engine, { kind: 'unit.amend', entity: row.id, values });
  };
  const same = row !== undefined && given === textOf(row, 'name') && floor === numberOf(row, 'floor') && right;
  return (
    <FormSheet
      title={row ? words.change : words.buildings.addUnit}
      onClose={onClose}
      save={save}
      saved={words.saved(visible(given))}
      disabled={same}
    >
      <TextField
        label={words.unit.name}
        value={name}
        onInput={setName}
        max={LONGEST}
        problem={tried && given === '' ? words.needed : undefined}
      />
      <TextField
        label={words.unit.floor}
        value={level}
        onInput={setLevel}
        max={4}
        enter="done"
        problem={tried && !right ? words.unit.floorWrong : undefined}
      />
    </FormSheet>
  );
}
