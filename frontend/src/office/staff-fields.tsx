// Fields that the forms about people and devices have in common.

import { useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { Chips, TextField } from '../ui/field.tsx';
import { DateField, SelectField } from '../ui/fields.tsx';
import { visible } from '../ui/said.tsx';
import type { Person } from './people.ts';
import { holds } from './search.ts';

/** So many choices stand side by side; more go into the browser's own list. */
const FEW = 6;

interface OneOfProps {
  label: string;
  /** `[id, words]`. */
  options: readonly (readonly [string, string])[];
  value: string | undefined;
  onPick: (value: string) => void;
  problem?: string | undefined;
}

/** One of some. */
export function OneOf({ label, options, value, onPick, problem }: OneOfProps) {
  if (options.length <= FEW) return <Chips {...{ label, options, value, onPick, problem }} />;
  const none = ['', sayStaff().pick.choose] as const;
  const all = value === undefined ? [none, ...options] : options;
  return <SelectField {...{ label, onPick, problem }} options={all} value={value ?? ''} />;
}

interface PersonPickProps {
  label: string;
  people: readonly Person[];
  value: string | undefined;
  onPick: (person: string) => void;
  hint?: string | undefined;
  problem?: string | undefined;
}

/** One of all people: found by name or staff number. */
export function PersonPick({ label, people, value, onPick, hint, problem }: PersonPickProps) {
  const words = sayStaff().pick;
  const [typed, type] = useState('');
  const found = people.filter(({ name, staffNo }) => holds(`${name} ${staffNo}`, typed));
  const chosen = people.find(({ id }) => id === value);
  const shown = [...(chosen ? [chosen] : []), ...found.filter((one) => one !== chosen)].slice(0, FEW);
  const left = found.length - shown.filter((one) => found.includes(one)).length;
  return (
    <div class="stack">
      <TextField
        label={words.find(label)}
        value={typed}
        onInput={type}
        type="search"
        enter="search"
        max={80}
        hint={hint}
      />
      {found.length === 0 && typed !== '' && <p class="soft">{words.nobody}</p>}
      {shown.length > 0 && (
        <Chips
          label={label}
          options={shown.map(({ id, name, staffNo }) => [id, visible(`${name} ${staffNo}`)] as const)}
          value={value}
          onPick={onPick}
          problem={problem}
        />
      )}
      {left > 0 && <p class="soft small">{words.more(left)}</p>}
    </div>
  );
}

/** Now, or from a day on. */
export interface When {
  readonly kind: 'now' | 'day';
  /** `2026-11-21`. */
  readonly day: string;
}

interface WhenProps {
  label: string;
  value: When;
  onChange: (when: When) => void;
  dayLabel?: string;
  hint?: string;
  problem?: string | undefined;
}

export function WhenField({ label, value, onChange, dayLabel, hint, problem }: WhenProps) {
  const words = sayStaff().when;
  return (
    <>
      <Chips
        label={label}
        options={[
          ['now', words.now],
          ['day', dayLabel ?? words.onDay],
        ]}
        value={value.kind}
        onPick={(kind) => onChange({ ...value, kind })}
      />
      {value.kind === 'day' && (
        <DateField
          label={dayLabel ?? words.day}
          value={value.day}
          onInput={(day) => onChange({ ...value, day })}
          {...(hint ? { hint } : {})}
          problem={problem}
        />
      )}
    </>
  );
}
