import { useState } from 'preact/hooks';
import { sayDesk } from '../messages/attendance-desk/index.ts';
import { Button } from '../ui/button.tsx';
import { Chips, TextField } from '../ui/field.tsx';
import { Sheet } from '../ui/sheet.tsx';

const MOST = 160;

interface ReasonProps {
  title: string;
  /** What the button says. */
  act: string;
  reasons: readonly string[];
  hint?: string;
  onGive: (reason: string) => void;
  onClose: () => void;
}

/** What changes somebody's month comes with a reason: a tap for the usual ones. */
export function ReasonSheet({ title, act, reasons, hint, onGive, onClose }: ReasonProps) {
  const words = sayDesk();
  const [picked, pick] = useState('');
  const [text, type] = useState('');
  const [missing, miss] = useState(false);
  const reason = [picked, text.normalize('NFC').trim()].filter(Boolean).join(' · ');
  return (
    <Sheet title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (reason) onGive(reason);
          else miss(true);
        }}
      >
        <Chips
          label={title}
          options={reasons.map((one) => [one, one] as const)}
          value={picked || undefined}
          onPick={pick}
          hideLabel
        />
        <TextField
          label={words.reason}
          value={text}
          onInput={type}
          max={MOST}
          enter="done"
          hint={hint ?? words.reasonHint}
          problem={missing && !reason ? words.reasonNeeds : undefined}
        />
        <Button submit big look="primary">
          {act}
        </Button>
      </form>
    </Sheet>
  );
}
