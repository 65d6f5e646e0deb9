import type { ComponentChildren } from 'preact';
import { saySwapRules } from '../messages/swap-rules/index.ts';
import { saySwaps } from '../messages/swaps/index.ts';
import { inCharge, useApp, useNow, useRows } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, Heading, Loading } from '../ui/panel.tsx';
import { Cards, useAnswered } from './cards.tsx';
import { Deputies, StandingIn } from './deputy.tsx';
import { SwapLine } from './line.tsx';
import { answeredCases, KINDS, readDesk, teamCases, waitingCases } from './queries.ts';

/** Everything that waits for this person, the most urgent first, each with its answers beside it. */
export function SwapList({ others = 0, children }: { others?: number; children?: ComponentChildren }) {
  const { engine, who, standing } = useApp();
  const words = saySwaps();
  const now = useNow(engine);
  const desk = useRows(engine, who.person, KINDS, readDesk);
  const [answered, answer] = useAnswered();
  const [taken, take] = useAnswered();
  if (desk === undefined) return <Loading />;
  const waiting = waitingCases(desk, who.person, standing, now);
  const team = teamCases(desk, who.person, standing, now);
  const sent = answeredCases(desk, who.person, standing, now).filter(
    ({ swap: { id } }) => !answered.has(id) && !taken.has(id),
  );
  const none = others + waiting.length + team.length + sent.length + answered.size + taken.size === 0;
  return (
    <section class="page stack roomy">
      <Heading title={words.waiting} {...(inCharge(standing) ? {} : { up: '/shifts' })} />
      <StandingIn desk={desk} />
      {children}
      {waiting.length + answered.size > 0 && <h2 class="unseen">{words.answers}</h2>}
      <Cards desk={desk} cases={waiting} answered={answered} onMove={answer} />
      {none && (
        <Empty icon="stamp" title={words.empty}>
          {words.emptyHint}
        </Empty>
      )}
      {team.length + taken.size > 0 && (
        <section class="stack">
          <h2>{words.team}</h2>
          <p class="soft small">{words.teamHint}</p>
          <Cards desk={desk} cases={team} answered={taken} onMove={take} />
        </section>
      )}
      {sent.length > 0 && (
        <section class="stack">
          <h2>{words.sent}</h2>
          <ul class="list">
            {sent.map((matter) => (
              <SwapLine key={matter.swap.id} matter={matter} names={desk.names} asked />
            ))}
          </ul>
        </section>
      )}
      {(inCharge(standing) || standing.roles.has('clerk')) && (
        <Link to="/swaps/register" class="button team-link">
          <Icon name="swap" />
          <span class="grow">{saySwapRules().register.open}</span>
          <Icon name="next" />
        </Link>
      )}
      <Deputies desk={desk} />
    </section>
  );
}
