import { useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { Chips, TextField } from './field.tsx';
import { Sheet } from './sheet.tsx';

const MOST = 160;

interface ReasonProps {
  title: string;
  /** What the button says. */
  act: string;
  look?: 'danger' | 'primary';
  reasons: readonly string[];
  /** Of the field for words of one's own: its name, who reads it, and what is said when nothing was given. */
  label: string;
  hint: string;
  needs: string;
  onGive: (reason: string) => void;
  onClose: () => void;
}

/** What goes against somebody comes with a reason: a tap for the usual ones. */
export function ReasonSheet({
  title,
  act,
  look = 'primary',
  reasons,
  label,
  hint,
  needs,
  onGive,
  onClose,
}: ReasonProps) {
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
          label={label}
          value={text}
          onInput={type}
          max={MOST}
          enter="done"
          hint={hint}
          problem={missing && !reason ? needs : undefined}
        />
        <Button submit big look={look}>
          {act}
        </Button>
      </form>
    </Sheet>
  );
}
