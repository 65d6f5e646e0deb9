import { saySwaps } from '../messages/swaps/index.ts';
import { useApp, useNow } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Said } from '../ui/said.tsx';
import { shiftWords } from '../ui/shifts.ts';
import { type Names, nameOf } from '../ui/values.ts';
import { isShort, type Leg } from './rest.ts';
import { restWords } from './words.ts';

/** Which shift goes from whom to whom, and what that does to the rest of whoever takes it. */
export function Legs({ legs, names, plain }: { legs: readonly Leg[]; names: Names; plain?: boolean }) {
  const words = saySwaps();
  if (legs.length === 0) return <p class="soft">{words.unknownShift}</p>;
  return (
    <ul class="legs" aria-label={words.legs}>
      {legs.map((leg) => (
        <LegLine key={leg.shift.id} leg={leg} names={names} plain={plain ?? false} />
      ))}
    </ul>
  );
}

function LegLine({ leg: { shift, from, to, rest }, names, plain }: { leg: Leg; names: Names; plain: boolean }) {
  const { engine, duty, who } = useApp();
  const words = saySwaps();
  const now = useNow(engine);
  const taker = to === undefined ? words.anyone : nameOf(names, to, who.person);
  return (
    <li class="leg">
      <p class="row wrap">
        <strong class="number">{shiftWords(shift, now, duty.zone)}</strong>
        {shift.night && <span class="tag">{words.night}</span>}
      </p>
      <p>
        <Said text={words.arrow(nameOf(names, from, who.person), taker)} />
        {names.has(shift.post) && <Said class="part soft" text={`\u00a0· ${names.get(shift.post)}`} />}
      </p>
      {!plain && rest && (
        <p class="row wrap small number rest">
          <Said class="soft" text={words.rest(taker)} />
          {!rest.clash && restWords(rest, now, duty.zone).map((part) => <span key={part}>{part}</span>)}
          {(rest.clash || isShort(rest)) && (
            <span class="tag late">
              <Icon name="needs_you" />
              {rest.clash ? restWords(rest, now, duty.zone) : words.short}
            </span>
          )}
        </p>
      )}
    </li>
  );
}
