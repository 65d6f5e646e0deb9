import { saySignedIn } from '../messages/signed-in/index.ts';
import { saySwaps } from '../messages/swaps/index.ts';
import { reason, StateBadge } from '../ui/badge.tsx';
import { inCharge, useApp, useNow, useRows } from '../ui/context.ts';
import { Gone } from '../ui/gone.tsx';
import { History } from '../ui/history.tsx';
import { Link } from '../ui/link.tsx';
import { Banner, Heading, Loading } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import { isOpen } from '../ui/swaps.ts';
import { moment } from '../ui/time.ts';
import { After } from './after.tsx';
import { Answers, Consequence, Deadline } from './card.tsx';
import { Legs } from './legs.tsx';
import { type Case, caseOf, type Desk, KINDS, readDesk, storyOf, swapWith, winnerOver } from './queries.ts';
import { eventWords, nextWords, ofSwaps, stateWords } from './words.ts';

/** One swap: how it stands, what it moves, how it came to this, and what the person can do now. */
export function SwapPage({ id }: { id: string }) {
  const { engine, who, standing } = useApp();
  const words = saySwaps();
  const now = useNow(engine);
  const desk = useRows(engine, who.person, KINDS, readDesk);
  if (desk === undefined) return <Loading />;
  const swap = swapWith(desk, id);
  const up = inCharge(standing) ? '/swaps' : '/shifts';
  if (swap === null) {
    return (
      <Gone title={words.detail} up={up}>
        {words.gone}
      </Gone>
    );
  }
  const matter = caseOf(desk, swap, who.person, standing, now);
  const { state } = matter;
  const row = desk.rows.find((one) => one.id === swap.id);
  return (
    <section class="page stack">
      <Heading title={words.detail} up={up}>
        {state && <StateBadge state={state} />}
      </Heading>
      <div class="stack tight">
        <p class="row wrap">
          <Said class="swap-now" text={stateWords(swap, desk.names, who.person)} />
          <span class="tag">{words.mode[swap.mode]}</span>
        </p>
        <Deadline matter={matter} />
      </div>
      {state?.state === 'needs_you' && (
        <Banner
          action={
            <Link to="/inbox" class="button">
              {saySignedIn().nav.inbox}
            </Link>
          }
        >
          {state.code ? reason(state.code) : words.inbox.noneDone}
        </Banner>
      )}
      <Ended matter={matter} desk={desk} />
      <section class="card">
        <Legs legs={matter.legs} names={desk.names} plain={!isOpen(swap)} />
        <Consequence matter={matter} names={desk.names} />
      </section>
      <Answers matter={{ ...matter, state: undefined }} moves={matter.moves} onMove={() => undefined} />
      {row && <After row={row} names={desk.names} />}
      <Story matter={matter} desk={desk} />
      <OwnActs id={id} desk={desk} />
      <History id={id} words={ofSwaps} />
    </section>
  );
}

/** Why it is over, and what to do next. */
function Ended({ matter: { swap }, desk }: { matter: Case; desk: Desk }) {
  const { engine, who } = useApp();
  const words = saySwaps();
  const now = useNow(engine);
  const next = nextWords(swap, who.person);
  const mine = swap.by === who.person || swap.acceptedBy === who.person;
  if (!next) return null;
  const winner = winnerOver(desk.swaps, swap);
  const again = desk.shifts.find(({ id, person, start }) => id === swap.give && person === who.person && start > now);
  return (
    <section class="card ended">
      {swap.note && (
        <p>
          <span class="soft small">{words.note} </span>
          <Said class="strong" text={swap.note} />
        </p>
      )}
      <p>{next}</p>
      <div class="row wrap">
        {winner && (
          <Link to={`/swaps/of/${winner.id}`} class="button">
            {words.seeOther}
          </Link>
        )}
        {swap.by === who.person && swap.state !== 'approved' && again && (
          <Link to={`/swaps/new/${swap.give}`} class="button">
            {words.again}
          </Link>
        )}
        {mine && (
          <Link to="/shifts" class="button">
            {words.seeShifts}
          </Link>
        )}
      </div>
    </section>
  );
}

function Story({ matter: { swap }, desk }: { matter: Case; desk: Desk }) {
  const { engine, duty, who } = useApp();
  const words = saySwaps();
  const now = useNow(engine);
  return (
    <section class="card">
      <h2>{words.story}</h2>
      <ol class="story">
        {storyOf(swap).map((event) => (
          <li key={`${event.what} ${event.at}`} class="row wrap">
            <time class="number soft">{moment(event.at, now, duty.zone)}</time>
            <Said class="grow" text={eventWords(event, desk.names, who.person)} />
          </li>
        ))}
      </ol>
      {isOpen(swap) && swap.note && (
        <p>
          <span class="soft small">{words.note} </span>
          <Said text={swap.note} />
        </p>
      )}
    </section>
  );
}

function OwnActs({ id, desk }: { id: string; desk: Desk }) {
  const { engine, duty } = useApp();
  const now = useNow(engine);
  const acts = desk.acts.filter(({ entity }) => entity === id);
  if (acts.length === 0) return null;
  return (
    <section class="card">
      <h2>{saySwaps().own}</h2>
      <ul class="stack tight">
        {acts.map((act) => (
          <li key={act.id} class="row wrap">
            <time class="number soft">{moment(act.at, now, duty.zone)}</time>
            <span class="grow">{saySignedIn().act[act.kind] ?? saySignedIn().otherAct}</span>
            <StateBadge state={{ state: act.state, ops: [], ...(act.code ? { code: act.code } : {}) }} />
          </li>
        ))}
      </ul>
    </section>
  );
}
