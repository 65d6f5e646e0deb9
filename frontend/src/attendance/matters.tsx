import { useState } from 'preact/hooks';
import { sayDesk } from '../messages/attendance-desk/index.ts';
import { StateBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useApp } from '../ui/context.ts';
import { Empty } from '../ui/panel.tsx';
import { ReasonSheet } from '../ui/reason.tsx';
import { nameOf } from '../ui/values.ts';
import { confirm, dismiss, reverse } from './actions.ts';
import { type Desk, keyOf, type Matter, mattersOf } from './desk.ts';
import type { Month } from './month.ts';
import { ProposalCard } from './proposal.tsx';
import { settle } from './settle.ts';
import type { Around } from './words.ts';

const PAGE = 30;

interface MattersProps {
  desk: Desk;
  months: readonly Month[];
  around: Around;
  onDay: (month: Month, date: string) => void;
}

/** What is proposed, for a person to confirm or dismiss, those to be reversed first. */
export function Matters({ desk, months, around, onDay }: MattersProps) {
  const words = sayDesk();
  const [asked, ask] = useState<Asking | undefined>(undefined);
  const [most, show] = useState(PAGE);
  const { open, past } = mattersOf(months);
  const card = (matter: Matter) => (
    <MatterCard key={keyOf(matter.month, matter.proposal)} {...{ matter, desk, around, ask, onDay }} />
  );
  return (
    <div class="stack">
      {open.length === 0 && (
        <Empty icon="delivered" title={words.nothing}>
          {words.nothingHint}
        </Empty>
      )}
      <div class="att-matters">{open.slice(0, most).map(card)}</div>
      {open.length > most && (
        <Button onClick={() => show(most + PAGE)}>{words.more(Math.min(PAGE, open.length - most))}</Button>
      )}
      {past.length > 0 && (
        <details class="att-legend">
          <summary>{words.decided(past.length)}</summary>
          <div class="att-matters">{past.map(card)}</div>
        </details>
      )}
      {asked && <Reason asking={asked} onClose={() => ask(undefined)} />}
    </div>
  );
}

interface Asking {
  readonly what: 'dismiss' | 'reverse';
  readonly matter: Matter;
}

interface MatterProps {
  matter: Matter;
  desk: Desk;
  around: Around;
  ask: (asking: Asking) => void;
  onDay: (month: Month, date: string) => void;
}

function MatterCard({ matter, desk, around, ask, onDay }: MatterProps) {
  const { engine, who } = useApp();
  const words = sayDesk();
  const { month, proposal } = matter;
  const act = desk.acts.get(keyOf(month, proposal)) ?? desk.acts.get(proposal.decision?.id ?? '');
  const own = month.person === who.person;
  const waits = act !== undefined && act.state !== 'needs_you' && act.state !== 'returned';
  const day = month.days.some(({ date }) => date === proposal.date);
  return (
    <ProposalCard proposal={proposal} around={around} name={nameOf(desk.names, month.person, who.person)}>
      {act && (
        <p class="row wrap small">
          {words.pending}
          <StateBadge state={{ state: act.state, ops: [act.id], ...(act.code ? { code: act.code } : {}) }} />
        </p>
      )}
      {own && <p class="soft small">{words.own}</p>}
      <div class="att-answers">
        {!own && !waits && proposal.state === 'proposed' && (
          <>
            <Button big look="primary" onClick={() => void settle(confirm(engine, month, proposal), words.confirmed)}>
              {words.confirm}
            </Button>
            <Button big onClick={() => ask({ what: 'dismiss', matter })}>
              {words.dismiss}
            </Button>
          </>
        )}
        {!own && !waits && (proposal.state === 'confirmed' || proposal.state === 'undo') && (
          <Button
            big
            look={proposal.state === 'undo' ? 'primary' : 'plain'}
            onClick={() => ask({ what: 'reverse', matter })}
          >
            {words.reverse}
          </Button>
        )}
        {day && (
          <Button look="quiet" onClick={() => onDay(month, proposal.date)}>
            {words.seeDay}
          </Button>
        )}
      </div>
    </ProposalCard>
  );
}

function Reason({ asking: { what, matter }, onClose }: { asking: Asking; onClose: () => void }) {
  const { engine } = useApp();
  const words = sayDesk();
  const { month, proposal } = matter;
  const give = (reason: string) => {
    if (what === 'dismiss') void settle(dismiss(engine, month, proposal, reason), words.dismissed);
    else if (proposal.decision) void settle(reverse(engine, proposal.decision.id, reason), words.reversed);
    onClose();
  };
  const dismissing = what === 'dismiss';
  return (
    <ReasonSheet
      title={dismissing ? words.dismissTitle : words.reverseTitle}
      act={dismissing ? words.dismiss : words.reverse}
      reasons={dismissing ? words.reasons : words.undone}
      label={words.reason}
      hint={words.reasonHint}
      needs={words.reasonNeeds}
      onGive={give}
      onClose={onClose}
    />
  );
}
