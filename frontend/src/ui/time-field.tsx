import { useId } from 'preact/hooks';

interface TimeProps {
  label: string;
  /** `08:00`. */
  value: string;
  onInput: (value: string) => void;
  problem?: string | undefined;
}

/** A time of day, picked with the browser's own clock. */
export function TimeField({ label, value, onInput, problem }: TimeProps) {
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
        required
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
