import { sayRequests } from '../messages/requests/index.ts';
import { TextField } from './field.tsx';

const LONGEST = 200;

/** Why one asks, in one's own words, for whoever decides. */
export function ReasonField({ value, onInput }: { value: string; onInput: (value: string) => void }) {
  const words = sayRequests();
  return (
    <TextField
      label={words.reason}
      value={value}
      onInput={onInput}
      max={LONGEST}
      hint={words.reasonHint}
      enter="done"
    />
  );
}
