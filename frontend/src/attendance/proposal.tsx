import type { ComponentChildren } from 'preact';
import { sayAttendance } from '../messages/attendance/index.ts';
import { Clause } from '../ui/clause.tsx';
import { useApp, useNow } from '../ui/context.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Said } from '../ui/said.tsx';
import { moment } from '../ui/time.ts';
import { nameOf } from '../ui/values.ts';
import type { Decision, Proposal, Standing } from './month.ts';
import { type Around, causeWords, dateWords, priceWords } from './words.ts';

const SHAPE: Readonly<Record<Standing, { readonly icon: IconName; readonly look: string }>> = {
  proposed: { icon: 'waiting', look: 'waiting' },
  confirmed: { icon: 'delivered', look: '' },
  dismissed: { icon: 'close', look: '' },
  undo: { icon: 'needs_you', look: 'needs_you' },
  reversed: { icon: 'returned', look: '' },
};

interface CardProps {
  proposal: Proposal;
  around: Around;
  /** Whose it is, in a list of several people. */
  name?: string | undefined;
  children?: ComponentChildren;
}

/** A proposal: what happened, what the clause says it costs, and what a person made of it. */
export function ProposalCard({ proposal, around, name, children }: CardProps) {
  const { who } = useApp();
  const words = sayAttendance();
  const price = priceWords(proposal);
  return (
    <article class="card att-proposal">
      <header class="row wrap">
        {name !== undefined && <Said class="strong" text={name} />}
        <span class="grow soft small">{dateWords(proposal.date)}</span>
        <StandingBadge state={proposal.state} />
      </header>
      <p class="strong">{causeWords(proposal, around)}</p>
      {proposal.clause && <p class="att-price">{price}</p>}
      {proposal.clause && <Clause id={proposal.clause} />}
      {proposal.decision?.by && <Decided decision={proposal.decision} around={around} self={who.person} />}
      {proposal.state === 'undo' && <p class="small att-warn">{words.undoHint}</p>}
      {children}
    </article>
  );
}

function Decided({ decision, around, self }: { decision: Decision; around: Around; self: string }) {
  const { engine } = useApp();
  const words = sayAttendance();
  const now = useNow(engine);
  const { by, at, state, reason } = decision;
  const said = words.by(nameOf(around.names, by, self), moment(at, now, around.zone), words.state[state]);
  return (
    <p class="soft small">
      <Said text={[said, reason].filter(Boolean).join(words.colon)} />
    </p>
  );
}

export function StandingBadge({ state }: { state: Standing }) {
  const { icon, look } = SHAPE[state];
  return (
    <span class={`badge ${look}`}>
      <Icon name={icon} />
      {sayAttendance().state[state]}
    </span>
  );
}
