import { useState } from 'preact/hooks';
import { sayClock } from '../messages/clock/index.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { useIdle } from '../ui/idle.ts';
import { Empty } from '../ui/panel.tsx';
import { rove } from '../ui/rove.ts';
import { Said } from '../ui/said.tsx';
import { enough, type Known, matches, meant, nextKeys, twins } from './finding.ts';

interface FindProps {
  people: readonly Known[];
  onPick: (known: Known) => void;
}

/** Two taps on characters, or two typed; then a name, and no face. */
export function Find({ people, onPick }: FindProps) {
  const words = sayClock().kiosk;
  const [begun, begin] = useState('');
  const found = meant(people, begun);
  useIdle(15_000, begun, () => begin(''));
  // Only a tapped key leads on by itself: what is typed may be half of what a keyboard is still composing.
  const turn = (next: string) => {
    const [only, ...others] = matches(people, next);
    if (only && others.length === 0 && meant(people, next).length === 1) onPick(only);
    else begin(next);
  };
  if (people.length === 0) {
    return (
      <Empty icon="people" title={words.nobody}>
        {words.nobodyHint}
      </Empty>
    );
  }
  const keys = nextKeys(people, begun);
  const none = begun !== '' && matches(people, begun).length === 0;
  return (
    <section class="kiosk-find stack" aria-live="polite">
      <h2>{found.length > 0 ? words.pick : begun === '' ? words.first : words.second}</h2>
      {found.length > 0 && (
        <div class="name-found">
          {found.map((known) => (
            <button key={known.person} type="button" class="button big" onClick={() => onPick(known)}>
              <Said text={known.name} />
              {twins(found, known) && known.tail !== '' && <small>{words.staffNo(known.tail)}</small>}
            </button>
          ))}
        </div>
      )}
      {(found.length === 0 || keys.length > 0) && (begun === '' || !enough(begun)) && (
        // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys go about in the grid; each key is a button
        <div class="name-keys" onKeyDown={rove}>
          {keys.map((key) => (
            <button key={key} type="button" class="button name-key" onClick={() => turn(begun + key)}>
              {key}
            </button>
          ))}
        </div>
      )}
      {none && <p class="wrong">{words.none}</p>}
      <div class="name-typed">
        {begun !== '' && (
          <Button icon="back" onClick={() => begin('')}>
            {words.back}
          </Button>
        )}
        <TextField
          label={words.type}
          value={begun}
          onInput={(text) => begin(text.trim())}
          max={20}
          mode="text"
          enter="done"
        />
      </div>
    </section>
  );
}
