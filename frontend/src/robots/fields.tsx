// Controls that this form alone needs: several of a few, one of many, an hour of the day.

import { useId } from 'preact/hooks';
import { Icon } from '../ui/icons.tsx';

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
          <label key={key} class="chip">
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

interface PickProps {
  label: string;
  options: readonly (readonly [string, string])[];
  value: string;
  onPick: (value: string) => void;
}

/** One of many: the browser's own list. */
export function Pick({ label, options, value, onPick }: PickProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} class="input" value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {options.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

interface TimeProps {
  label: string;
  /** `22:00`. */
  value: string;
  onInput: (value: string) => void;
}

/** An hour of the day, with the browser's own clock. */
export function TimeField({ label, value, onInput }: TimeProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="time"
        class="input number"
        value={value}
        required
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}
