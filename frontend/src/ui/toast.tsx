// One line that confirms what was just done, and offers the way back where there is one.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { say } from '../messages/index.ts';
import { Button } from './button.tsx';
import { Icon } from './icons.tsx';
import { visible } from './said.tsx';

interface Line {
  readonly text: string;
  readonly bad?: boolean;
  readonly undo?: { readonly label: string; readonly act: () => void };
}

const line = signal<Line | null>(null);

/** Says it at the bottom of the screen, for long enough to be read with one eye on the gate. */
export function tell(text: string, options: Omit<Line, 'text'> = {}): void {
  line.value = { text: visible(text), ...options };
}

export function Toast() {
  const shown = line.value;
  return (
    <div class="toast-place" role="status" aria-label={say().tip}>
      {shown && <Shown shown={shown} />}
    </div>
  );
}

function Shown({ shown }: { shown: Line }) {
  const { text, bad, undo } = shown;
  useEffect(() => {
    const timer = setTimeout(() => forget(shown), shown.undo || shown.bad ? 10_000 : 6_000);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div class={`toast${bad ? ' bad' : ''}`}>
      <Icon name={bad ? 'needs_you' : 'delivered'} />
      <span class="grow">{text}</span>
      {undo && (
        <Button
          look="quiet"
          onClick={() => {
            forget(shown);
            undo.act();
          }}
        >
          {undo.label}
        </Button>
      )}
      <Button look="quiet" icon="close" label={say().close} onClick={() => forget(shown)} />
    </div>
  );
}

function forget(shown: Line): void {
  if (line.value === shown) line.value = null;
}
