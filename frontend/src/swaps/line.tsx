import { saySwaps } from '../messages/swaps/index.ts';
import { StateBadge } from '../ui/badge.tsx';
import { useApp, useNow } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Said } from '../ui/said.tsx';
import type { Names } from '../ui/values.ts';
import { Deadline, OnItsWay } from './card.tsx';
import type { Case } from './queries.ts';
import { headWords, shiftSaid, stateWords } from './words.ts';

/** A swap in a list: how it stands, which shift, until when. */
export function SwapLine({ matter, names, asked }: { matter: Case; names: Names; asked?: boolean }) {
  const { engine, duty, who } = useApp();
  const now = useNow(engine);
  const { swap, legs, state } = matter;
  return (
    <li class="swap-line">
      <Link to={`/swaps/of/${swap.id}`} class="swap-link">
        <div class="grow stack tight">
          <p class="row wrap">
            <Said
              class="strong"
              text={asked ? headWords(swap, names, who.person) : stateWords(swap, names, who.person)}
            />
            {state && state.state !== 'delivered' && !matter.answer && <StateBadge state={state} />}
          </p>
          <p class="number">
            {saySwaps().mode[swap.mode]} · {shiftSaid(legs[0]?.shift, now, duty.zone)}
          </p>
          <OnItsWay matter={matter} />
          <Deadline matter={matter} />
        </div>
        <Icon name="next" />
      </Link>
    </li>
  );
}
