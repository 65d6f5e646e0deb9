import { useState } from 'preact/hooks';
import { saySwaps } from '../messages/swaps/index.ts';
import { Button } from '../ui/button.tsx';
import { Chips, TextField } from '../ui/field.tsx';
import { Sheet } from '../ui/sheet.tsx';

const MOST = 160;

/** A no comes with a reason: a tap for the usual ones. */
export function RejectSheet({ onReject, onClose }: { onReject: (note: string) => void; onClose: () => void }) {
  const words = saySwaps();
  const [picked, pick] = useState('');
  const [text, type] = useState('');
  const [missing, miss] = useState(false);
  const note = [picked, text.normalize('NFC').trim()].filter(Boolean).join(' · ');
  return (
    <Sheet title={words.rejectTitle} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (note) onReject(note);
          else miss(true);
        }}
      >
        <Chips
          label={words.rejectTitle}
          options={words.reasons.map((reason) => [reason, reason] as const)}
          value={picked || undefined}
          onPick={pick}
          hideLabel
        />
        <TextField
          label={words.rejectNote}
          value={text}
          onInput={type}
          max={MOST}
          enter="done"
          hint={words.rejectHint}
          problem={missing && !note ? words.rejectNeeds : undefined}
        />
        <Button submit big look="danger">
          {words.reject}
        </Button>
      </form>
    </Sheet>
  );
}
