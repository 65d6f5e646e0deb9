import { useId } from 'preact/hooks';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { useApp, useNow } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Said } from '../ui/said.tsx';
import { moment } from '../ui/time.ts';
import type { Gate } from './queries.ts';

interface GateChipsProps {
  gates: readonly Gate[];
  total: number;
  value: string;
  onPick: (post: string) => void;
}

/** The posts to filter by, each with its count and the age of its data: a number is never shown without its date. */
export function GateChips({ gates, total, value, onPick }: GateChipsProps) {
  const words = saySignedIn().inside;
  const name = useId();
  return (
    <div class="gates" role="radiogroup" aria-label={words.filter}>
      <label class="chip">
        <input type="radio" name={name} checked={value === ''} onChange={() => onPick('')} />
        <span>
          {words.all} {words.count(total)}
        </span>
      </label>
      {gates.map((gate) => (
        <label key={gate.post} class="chip">
          <input type="radio" name={name} checked={value === gate.post} onChange={() => onPick(gate.post)} />
          <span>
            <span>
              <Said text={gate.name} /> {words.count(gate.count)}
            </span>
            <Age gate={gate} />
          </span>
        </label>
      ))}
    </div>
  );
}

function Age({ gate: { upTo, stale, missing } }: { gate: Gate }) {
  const { engine, duty } = useApp();
  const words = saySignedIn().inside;
  const now = useNow(engine);
  const until =
    typeof upTo === 'number' ? words.upTo(moment(upTo, now, duty.zone)) : upTo === 'here' ? words.here : words.unknown;
  return (
    <small class={stale || missing > 0 ? 'age late' : 'age'}>
      {(stale || missing > 0) && <Icon name="needs_you" />}
      {until}
      {stale && ` · ${words.stale}`}
      {missing > 0 && ` · ${words.missing(missing)}`}
    </small>
  );
}
