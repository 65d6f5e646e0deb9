import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from '../ui/icons.tsx';
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
