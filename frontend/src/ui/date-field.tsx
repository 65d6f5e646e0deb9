import { useId } from 'preact/hooks';

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
