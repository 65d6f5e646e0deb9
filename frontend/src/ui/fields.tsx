// Fields of forms behind the sign-in; the sign-in's own are in field.tsx.

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Button } from './button.tsx';
import { Icon } from './icons.tsx';
import { wholeNumber } from './numbers.ts';

interface SelectProps {
  label: string;
  value: string;
  /** `[value, words]`; the first one may stand for "none" with ''. */
  options: readonly (readonly [string, string])[];
  onPick: (value: string) => void;
  hint?: string | undefined;
  problem?: string | undefined;
}

/** One of many, in the browser's own list. */
export function SelectField({ label, value, options, onPick, hint, problem }: SelectProps) {
  const id = useId();
  const below = hint || problem ? `${id}-below` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="input"
        value={value}
        aria-describedby={below}
        aria-invalid={problem ? true : undefined}
        onChange={(event) => onPick(event.currentTarget.value)}
      >
        {options.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
      {below && (
        <p id={below} class={problem ? 'wrong' : 'soft small'}>
          {problem ?? hint}
        </p>
      )}
    </div>
  );
}

interface TimeProps {
  label: string;
  /** `08:00`. */
  value: string;
  onInput: (value: string) => void;
  problem?: string | undefined;
  /** Whether the browser itself keeps a form back in which it is empty. */
  required?: boolean;
}

/** A time of day, picked with the browser's own clock. */
export function TimeField({ label, value, onInput, problem, required = true }: TimeProps) {
  const id = useId();
  const below = problem ? `${id}-below` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="time"
        class="input number"
        value={value}
        required={required}
        aria-describedby={below}
        aria-invalid={problem ? true : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {below && (
        <p id={below} class="wrong">
          {problem}
        </p>
      )}
    </div>
  );
}

interface ChecksProps<T extends string> {
  label: string;
  options: readonly (readonly [T, string])[];
  values: readonly T[];
  onChange: (values: readonly T[]) => void;
  problem?: string | undefined;
}

/** Several of a few, in their own order. */
export function Checks<T extends string>({ label, options, values, onChange, problem }: ChecksProps<T>) {
  const id = useId();
  const toggle = (key: T) =>
    onChange(options.map(([one]) => one).filter((one) => values.includes(one) !== (one === key)));
  return (
    <fieldset class="field" aria-labelledby={id} aria-invalid={problem ? true : undefined}>
      <span id={id} class="label">
        {label}
      </span>
      <div class="chips">
        {options.map(([key, words]) => (
          <label key={key} class="chip number">
            <input type="checkbox" checked={values.includes(key)} onChange={() => toggle(key)} />
            <span>
              <span class="row">
                <Icon name={values.includes(key) ? 'delivered' : 'add'} />
                {words}
              </span>
            </span>
          </label>
        ))}
      </div>
      {problem && <p class="wrong">{problem}</p>}
    </fieldset>
  );
}

interface DateProps {
  label: string;
  /** `2026-11-21`. */
  value: string;
  min?: string | undefined;
  onInput: (value: string) => void;
  hint?: string;
  problem?: string | undefined;
  optional?: boolean;
}

/** A day, picked with the browser's own calendar. */
export function DateField({ label, value, min, onInput, hint, problem, optional = false }: DateProps) {
  const id = useId();
  const below = hint || problem ? `${id}-below` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="date"
        class="input number"
        value={value}
        min={min}
        required={!optional}
        aria-describedby={below}
        aria-invalid={problem ? true : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {below && (
        <p id={below} class={problem ? 'wrong' : 'soft small'}>
          {problem ?? hint}
        </p>
      )}
    </div>
  );
}

interface NumberProps {
  label: string;
  /** Undefined while nothing that is a number stands in it. */
  value: number | undefined;
  min: number;
  max: number;
  onInput: (value: number | undefined) => void;
  problem?: string | undefined;
}

/** A whole number within its limits. */
export function NumberField({ label, value, min, max, onInput, problem }: NumberProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input number"
        type="number"
        inputMode={min < 0 ? 'text' : 'numeric'}
        value={value ?? ''}
        {...{ min, max }}
        aria-describedby={problem ? `${id}-below` : undefined}
        aria-invalid={problem ? true : undefined}
        onInput={({ currentTarget }) => onInput(wholeNumber(currentTarget.value, min, max))}
      />
      {problem && (
        <p id={`${id}-below`} class="wrong">
          {problem}
        </p>
      )}
    </div>
  );
}

/** A choice that is on or off, with its words beside it. */
export function CheckField({
  label,
  checked,
  onChange,
  children,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  children?: ComponentChildren;
}) {
  return (
    <label class="row check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span class="check-box">{checked && <Icon name="delivered" />}</span>
      <span class="grow">
        {label}
        {children && <span class="soft small"> {children}</span>}
      </span>
    </label>
  );
}

/** What sends a form, always in reach of the thumb. */
export function SaveBar({ disabled = false, children }: { disabled?: boolean; children: ComponentChildren }) {
  return (
    <div class="save-bar">
      <Button submit look="primary" big disabled={disabled}>
        {children}
      </Button>
    </div>
  );
}
