import { saySwapRules } from '../messages/swap-rules/index.ts';
import { saySwaps } from '../messages/swaps/index.ts';
import { ReasonSheet } from '../ui/reason.tsx';

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
      act={words.reject}
      label={words.rejectNote}
      look="danger"
      onGive={onReason}
      onClose={onClose}
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
      act={words.anywayGo}
      label={saySwaps().rejectNote}
      look="primary"
      onGive={onReason}
      onClose={onClose}
    />
  );
}
