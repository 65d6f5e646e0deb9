// The controls of a form. Each is labelled, at least 48 px high, and says what is wrong below itself.

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { say } from '../messages/index.ts';
import { Button } from './button.tsx';

interface TextProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  max?: number;
  hint?: string | undefined;
  problem?: string | undefined;
  lines?: boolean;
  type?: 'text' | 'password' | 'tel' | 'search';
  mode?: 'text' | 'tel' | 'numeric' | 'search';
  auto?: string;
  enter?: 'done' | 'next' | 'search' | 'go';
  required?: boolean;
  children?: ComponentChildren;
}

export function TextField(props: TextProps) {
  const {
    label,
    value,
    onInput,
    max,
    hint,
    problem,
    lines,
    type = 'text',
    mode,
    auto = 'off',
    enter,
    required,
  } = props;
  const id = useId();
  const below = hint || problem ? `${id}-below` : undefined;
  const common = {
    id,
    value,
    maxLength: max,
    autocomplete: auto,
    enterkeyhint: enter,
    required,
    'aria-describedby': below,
    'aria-invalid': problem ? true : undefined,
    onInput: (event: { currentTarget: { value: string } }) => onInput(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="row">
        {lines ? (
          <textarea {...common} class="input" rows={2} />
        ) : (
          // The types of Preact tell inputs apart by their type, which is a variable here.
          <input
            {...common}
            type={type as 'text'}
            class="input"
            inputMode={mode}
            autocapitalize="off"
            spellcheck={false}
          />
        )}
        {props.children}
      </div>
      {below && (
        <p id={below} class={problem ? 'wrong' : 'soft small'}>
          {problem ?? hint}
        </p>
      )}
    </div>
  );
}

interface ChipsProps<T extends string> {
  label: string;
  options: readonly (readonly [T, string])[];
  value: T | undefined;
  onPick: (value: T) => void;
  big?: boolean;
  hideLabel?: boolean;
  problem?: string | undefined;
}

/** One of a few: all in sight, one tap. */
export function Chips<T extends string>({ label, options, value, onPick, big, hideLabel, problem }: ChipsProps<T>) {
  const id = useId();
  return (
    <div class="field" role="radiogroup" aria-labelledby={id} aria-invalid={problem ? true : undefined}>
      <span id={id} class={hideLabel ? 'unseen' : 'label'}>
        {label}
      </span>
      <div class={big ? 'chips big' : 'chips'}>
        {options.map(([key, words]) => (
          <label key={key} class="chip">
            <input type="radio" name={id} checked={key === value} onChange={() => onPick(key)} />
            <span>{words}</span>
          </label>
        ))}
      </div>
      {problem && <p class="wrong">{problem}</p>}
    </div>
  );
}

interface CounterProps {
  label: string;
  value: number;
  max: number;
  onChange: (value: number) => void;
}

/** A count with big − and +. */
export function Counter({ label, value, max, onChange }: CounterProps) {
  const { count } = say();
  const id = useId();
  return (
    <fieldset class="field" aria-labelledby={id}>
      <span id={id} class="label">
        {label}
      </span>
      <div class="row">
        <Button
          icon="less"
          label={`${label} ${count.less}`}
          disabled={value <= 0}
          onClick={() => onChange(value - 1)}
        />
        <output class="counted" aria-live="polite">
          {value}
        </output>
        <Button
          icon="add"
          label={`${label} ${count.more}`}
          disabled={value >= max}
          onClick={() => onChange(value + 1)}
        />
      </div>
    </fieldset>
  );
}
