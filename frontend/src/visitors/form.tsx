// The fields of a visitor, shared by entry, amendment and exit.

import type { Problem } from '@gatehouse/sync/api';
import { say } from '../messages/index.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from '../ui/button.tsx';
import { Chips, Counter, TextField } from '../ui/field.tsx';
import { PlateField } from '../ui/plate-field.tsx';
import { visible } from '../ui/said.tsx';
import { KnownVehicle, UnitHints } from './estate.tsx';
import {
  CATEGORIES,
  type Entry,
  ID_KINDS,
  LIMITS,
  MOST_COMPANIONS,
  STAYS,
  type Stay,
  type TextName,
} from './fields.ts';

interface FormProps {
  entry: Entry;
  change: (part: Partial<Entry>) => void;
  problem?: Problem | undefined;
}

export function CategoryChips({ entry, change, problem }: FormProps) {
  const words = saySignedIn().visit;
  return (
    <Chips
      label={words.field.category}
      options={CATEGORIES.map((name) => [name, words.category[name]] as const)}
      value={entry.category || undefined}
      onPick={(category) => change({ category })}
      problem={problem?.field === 'category' ? saySignedIn().arrive.choose : undefined}
      big
    />
  );
}

export function MainFields({
  entry,
  change,
  problem,
  units,
  province,
}: FormProps & { units: readonly string[]; province: string }) {
  const words = saySignedIn().visit;
  const text = textField({ entry, change, problem });
  return (
    <>
      <div class="stack units">
        {text('unit')}
        <UnitHints typed={entry.unit} used={units} onPick={(unit) => change({ unit })} />
        {units.length > 0 && (
          <Chips
            label={words.lastUnits}
            options={units.map((unit) => [unit, visible(unit)] as const)}
            value={units.find((unit) => unit === entry.unit)}
            onPick={(unit) => change({ unit })}
            hideLabel
          />
        )}
      </div>
      <PlateField
        label={words.field.plate}
        value={entry.plate}
        province={province}
        onInput={(plate) => change({ plate })}
      />
      <KnownVehicle plate={entry.plate} />
      <div class="pair">
        {text('name')}
        {text('phone', 'tel')}
      </div>
      <Counter
        label={words.field.companions}
        value={entry.companions}
        max={MOST_COMPANIONS}
        onChange={(companions) => change({ companions })}
      />
    </>
  );
}

export function MoreFields({ entry, change, problem, noteHint }: FormProps & { noteHint?: string }) {
  const words = saySignedIn().visit;
  const text = textField({ entry, change, problem });
  return (
    <>
      <div class="pair">
        {text('host')}
        {text('pass_no')}
      </div>
      {text('purpose')}
      <Chips
        label={words.field.expected_out}
        options={STAYS.map((name) => [name, stayWords(name)] as const)}
        value={entry.stay || undefined}
        onPick={(stay) => change({ stay })}
      />
      <Chips
        label={words.field.id_kind}
        options={ID_KINDS.map((name) => [name, words.idKind[name]] as const)}
        value={entry.id_kind || undefined}
        onPick={(id_kind) => change({ id_kind })}
      />
      <TextField
        label={words.field.items}
        value={entry.items}
        onInput={(items) => change({ items })}
        hint={words.itemsHint}
        problem={problem?.field === 'items' ? say().problem.malformed : undefined}
        lines
      />
      <TextField
        label={words.field.note}
        value={entry.note}
        onInput={(note) => change({ note })}
        max={LIMITS.note}
        hint={noteHint}
        problem={problem?.field === 'note' ? say().problem.malformed : undefined}
        lines
      />
    </>
  );
}

/** A folded part of a form. */
export function Fold({ open, onToggle }: { open: boolean; onToggle: () => void }) {
  return (
    <Button icon={open ? 'less' : 'add'} expanded={open} onClick={onToggle}>
      {open ? saySignedIn().arrive.less : saySignedIn().arrive.more}
    </Button>
  );
}

function textField({ entry, change, problem }: FormProps) {
  return (name: TextName, type: 'text' | 'tel' = 'text') => (
    <TextField
      label={saySignedIn().visit.field[name]}
      value={entry[name]}
      onInput={(value) => change({ [name]: value })}
      max={LIMITS[name]}
      type={type}
      mode={type}
      enter="done"
      problem={problem?.field === name ? say().problem.malformed : undefined}
    />
  );
}

function stayWords(stay: Stay): string {
  const words = saySignedIn().visit;
  if (stay === 'none') return words.noLimit;
  return stay === 'day' ? words.endOfDay : words.hours(Number(stay));
}
