import { useState } from 'preact/hooks';
import { saySwapRules } from '../messages/swap-rules/index.ts';
import { saySwaps } from '../messages/swaps/index.ts';
import { Button } from '../ui/button.tsx';
import { Chips, TextField } from '../ui/field.tsx';
import { Sheet } from '../ui/sheet.tsx';

const MOST = 160;

interface Props {
  onReason: (note: string) => void;
  onClose: () => void;
}

/** A no comes with a reason: a tap for the usual ones. */
export function RejectSheet({ onReason, onClose }: Props) {
  const words = saySwaps();
  return (
    <ReasonSheet
      title={words.rejectTitle}
      reasons={words.reasons}
      hint={words.rejectHint}
      needs={words.rejectNeeds}
      go={words.reject}
      look="danger"
      {...{ onReason, onClose }}
    />
  );
}

/** A yes in spite of too few people comes with one too (R-SCH-14). */
export function AnywaySheet({ onReason, onClose }: Props) {
  const words = saySwapRules();
  return (
    <ReasonSheet
      title={words.anyway}
      reasons={words.anywayReasons}
      hint={words.anywayHint}
      needs={words.anywayNeeds}
      go={words.anywayGo}
      look="primary"
      {...{ onReason, onClose }}
    />
  );
}

interface ReasonProps extends Props {
  title: string;
  reasons: readonly string[];
  hint: string;
  needs: string;
  go: string;
  look: 'danger' | 'primary';
}

function ReasonSheet({ title, reasons, hint, needs, go, look, onReason, onClose }: ReasonProps) {
  const words = saySwaps();
  const [picked, pick] = useState('');
  const [text, type] = useState('');
  const [missing, miss] = useState(false);
  const note = [picked, text.normalize('NFC').trim()].filter(Boolean).join(' · ');
  return (
    <Sheet title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (note) onReason(note);
          else miss(true);
        }}
      >
        <Chips
          label={title}
          options={reasons.map((reason) => [reason, reason] as const)}
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
          hint={hint}
          problem={missing && !note ? needs : undefined}
        />
        <Button submit big look={look}>
          {go}
        </Button>
      </form>
    </Sheet>
  );
}
