import { saySwaps } from '../messages/swaps/index.ts';
import { useApp, useNow } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Said } from '../ui/said.tsx';
import { shiftWords } from '../ui/shifts.ts';
import { isSuperseded } from '../ui/swaps.ts';
import { moment } from '../ui/time.ts';
import { nameOf } from '../ui/values.ts';
import type { Inbox, Result } from './queries.ts';

/** What became of one's swaps lately: nothing to do, but good to know. */
export function Results({ inbox }: { inbox: Inbox }) {
  const words = saySwaps().inbox;
  if (inbox.results.length === 0) return null;
  return (
    <section class="stack">
      <h2>{words.recent}</h2>
      <p class="soft small">{words.recentHint}</p>
      <ul class="list">
        {inbox.results.map((result) => (
          <ResultLine key={result.swap.id} result={result} inbox={inbox} />
        ))}
      </ul>
    </section>
  );
}

function ResultLine({ result: { swap, who: by, at }, inbox }: { result: Result; inbox: Inbox }) {
  const { engine, duty, who } = useApp();
  const words = saySwaps();
  const now = useNow(engine);
  const shift = inbox.shifts.get(swap.give);
  const state = isSuperseded(swap) ? 'superseded' : swap.state;
  const time = moment(at, now, duty.zone);
  return (
    <li class="swap-line">
      <Link to={`/swaps/of/${swap.id}`} class="swap-link">
        <Icon name={state === 'approved' ? 'delivered' : 'returned'} />
        <div class="grow stack tight">
          <p class="strong">{(words.state as Record<string, unknown>)[state] as string}</p>
          {shift && (
            <p class="number">
              {words.mode[swap.mode]} · {shiftWords(shift, now, duty.zone)}
            </p>
          )}
          {swap.note && <Said text={swap.note} />}
          <Said
            class="soft small"
            text={state === 'expired' ? time : words.inbox.by(nameOf(inbox.names, by, who.person), time)}
          />
        </div>
        <Icon name="next" />
      </Link>
    </li>
  );
}
