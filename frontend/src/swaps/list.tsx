import { useState } from 'preact/hooks';
import { saySwaps } from '../messages/swaps/index.ts';
import { inCharge, useApp, useNow, useRows } from '../ui/context.ts';
import { Empty, Heading, Loading } from '../ui/panel.tsx';
import { SwapCard } from './card.tsx';
import { Deputies, StandingIn } from './deputy.tsx';
import { SwapLine } from './line.tsx';
import {
  answeredCases,
  byDeadline,
  type Case,
  caseOf,
  KINDS,
  readDesk,
  swapWith,
  teamCases,
  waitingCases,
} from './queries.ts';

type Part = 'waiting' | 'team';

/** Everything that waits for this person, the most urgent first, each with its answers beside it. */
export function SwapList() {
  const { engine, who, standing } = useApp();
  const words = saySwaps();
  const now = useNow(engine);
  const desk = useRows(engine, who.person, KINDS, readDesk);
  // What was answered here stays where it is: the next card must not slide under the thumb.
  const [here, stay] = useState<ReadonlyMap<string, Part>>(new Map());
  if (desk === undefined) return <Loading />;
  const waiting = waitingCases(desk, who.person, standing, now);
  const team = teamCases(desk, who.person, standing, now);
  const sent = answeredCases(desk, who.person, standing, now).filter(({ swap }) => !here.has(swap.id));
  const cards = (part: Part, cases: readonly Case[]) => {
    const kept = [...here]
      .filter(([, of]) => of === part)
      .map(([id]) => swapWith(desk, id))
      .filter((swap) => swap !== null)
      .map((swap) => caseOf(desk, swap, who.person, standing, now));
    return (
      <ul class="cards">
        {byDeadline([...cases.filter(({ swap }) => !here.has(swap.id)), ...kept]).map((matter) => (
          <li key={matter.swap.id}>
            <SwapCard
              matter={matter}
              names={desk.names}
              onMove={(id) => stay((before) => new Map([...before, [id, part]]))}
            />
          </li>
        ))}
      </ul>
    );
  };
  const none = waiting.length + team.length + sent.length + here.size === 0;
  return (
    <section class="page stack roomy">
      <Heading title={words.waiting} {...(inCharge(standing) ? {} : { up: '/shifts' })} />
      <StandingIn desk={desk} />
      {cards('waiting', waiting)}
      {none && (
        <Empty icon="stamp" title={words.empty}>
          {words.emptyHint}
        </Empty>
      )}
      {team.length + [...here.values()].filter((part) => part === 'team').length > 0 && (
        <section class="stack">
          <h2>{words.team}</h2>
          <p class="soft small">{words.teamHint}</p>
          {cards('team', team)}
        </section>
      )}
      {sent.length > 0 && (
        <section class="stack">
          <h2>{words.sent}</h2>
          <ul class="list">
            {sent.map((matter) => (
              <SwapLine key={matter.swap.id} matter={matter} names={desk.names} />
            ))}
          </ul>
        </section>
      )}
      <Deputies desk={desk} />
    </section>
  );
}
