import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { saySwaps } from '../messages/swaps/index.ts';
import { StateBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useApp, useNow } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Said } from '../ui/said.tsx';
import { isOpen, takerOf } from '../ui/swaps.ts';
import { type Names, nameOf } from '../ui/values.ts';
import { Consequences } from './consequence.tsx';
import { Legs } from './legs.tsx';
import type { Move } from './moves.ts';
import { type Case, fits } from './queries.ts';
import { AnywaySheet, RejectSheet } from './reject.tsx';
import { moveNow } from './settle.ts';
import { askedWords, headWords, leftWords, listWords, stateWords } from './words.ts';

interface CardProps {
  matter: Case;
  names: Names;
  /** Told before the act is on disk, so that the card keeps its place. */
  onMove: (swap: string) => void;
}

/** A swap that waits for the person: what it would do, and the answers, one tap each. */
export function SwapCard({ matter, names, onMove }: CardProps) {
  const { who } = useApp();
  const words = saySwaps();
  const { swap, legs, moves } = matter;
  const settled = moves.length === 0 && matter.answer === undefined;
  return (
    <article class="card swap-card">
      <header>
        <h3>
          <Link to={`/swaps/of/${swap.id}`} class="card-link">
            <Said class="grow" text={headWords(swap, names, who.person)} />
            <Icon name="next" />
          </Link>
        </h3>
        <div class="row wrap">
          <span class="tag">{words.mode[swap.mode]}</span>
          <Deadline matter={matter} />
        </div>
      </header>
      <Legs legs={legs} names={names} />
      <Consequence matter={matter} names={names} />
      {settled && (
        <p class="row on-way">
          <Icon name="delivered" />
          <Said class="strong" text={stateWords(swap, names, who.person)} />
        </p>
      )}
      <Answers
        matter={matter}
        moves={moves.filter((one) => DECISIONS.has(one) !== moves.includes('accept'))}
        onMove={onMove}
      />
    </article>
  );
}

/** Who could also take the shift answers first; deciding about it is on its page. */
const DECISIONS: ReadonlySet<Move> = new Set(['approve', 'reject']);

/** How long an open swap can still be settled. */
export function Deadline({ matter: { swap, deadline } }: { matter: Case }) {
  const { engine, duty } = useApp();
  const now = useNow(engine);
  if (deadline === undefined || !isOpen(swap)) return null;
  return (
    <p class={`row small number deadline${deadline - now < URGENT ? ' late' : ''}`}>
      <Icon name="clock" />
      {leftWords(deadline, now, duty.zone)}
    </p>
  );
}

const URGENT = 4 * 3_600_000;

/** The rest of what one should know before saying yes. */
export function Consequence({ matter: { swap, rivals, moves, weighed }, names }: { matter: Case; names: Names }) {
  const { who } = useApp();
  const words = saySwaps();
  // From whom to whom: rivals are often of the same person, who asked several one by one.
  const pairs = rivals.map((one) => {
    const taker = takerOf(one);
    const to = taker === undefined ? askedWords(one, names, who.person) : nameOf(names, taker, who.person);
    return words.arrow(nameOf(names, one.by, who.person), to);
  });
  return (
    <>
      <Consequences weighed={weighed} names={names} open={isOpen(swap)} />
      {rivals.length > 0 && isOpen(swap) && (
        <div class="rivals">
          <Icon name="needs_you" />
          <div class="small">
            <Said class="block" text={words.rivals(rivals.length, listWords([...new Set(pairs)]))} />
            {moves.includes('approve') && <p>{words.rivalsEnd}</p>}
          </div>
        </div>
      )}
      {swap.reason && (
        <p>
          <span class="soft small">{words.because} </span>
          <Said text={swap.reason} />
        </p>
      )}
    </>
  );
}

const LOOKS = { accept: 'primary', approve: 'primary', decline: 'plain', reject: 'plain', withdraw: 'plain' } as const;

/** What can be answered, or what was and how far it has come. */
export function Answers({
  matter: { swap, legs, answer, state, weighed },
  moves,
  onMove,
  children,
}: {
  matter: Case;
  moves: readonly Move[];
  onMove: (swap: string) => void;
  children?: ComponentChildren;
}) {
  const app = useApp();
  const words = saySwaps();
  const [asking, ask] = useState<'reject' | 'approve'>();
  const Why = asking === 'approve' ? AnywaySheet : RejectSheet;
  const move = (one: Move) => {
    if (one === 'reject' || (one === 'approve' && weighed.low)) {
      ask(one);
      return;
    }
    onMove(swap.id);
    moveNow(app, swap.id, one).catch(console.error);
  };
  return (
    <>
      {answer && <OnItsWay matter={{ answer }} />}
      {state?.state === 'needs_you' && (
        <Link to="/inbox" class="rivals card-link">
          <Icon name="needs_you" />
          <span class="grow">{words.inbox.noneDone}</span>
          <Icon name="next" />
        </Link>
      )}
      {(moves.length > 0 || children) && (
        <div class="pair answers">
          {moves.map((one) => (
            <Button key={one} big look={fits(legs) ? LOOKS[one] : 'plain'} onClick={() => move(one)}>
              {words[one]}
            </Button>
          ))}
          {children}
        </div>
      )}
      {asking && (
        <Why
          onClose={() => ask(undefined)}
          onReason={(note) => {
            ask(undefined);
            onMove(swap.id);
            moveNow(app, swap.id, asking, note).catch(console.error);
          }}
        />
      )}
    </>
  );
}

/** One's own answer that nobody has decided yet. */
export function OnItsWay({ matter: { answer } }: { matter: Pick<Case, 'answer'> }) {
  const { way } = saySwaps();
  if (answer === undefined) return null;
  const said = (way as Record<string, string>)[answer.kind] ?? way.other;
  return (
    <p class="row wrap on-way">
      <strong class="grow">{said}</strong>
      {answer.state !== 'delivered' && <StateBadge state={{ state: answer.state, ops: [] }} />}
    </p>
  );
}
