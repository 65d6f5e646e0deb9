import { useState } from 'preact/hooks';
import { sayClock } from '../messages/clock/index.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { useIdle } from '../ui/idle.ts';
import { Empty } from '../ui/panel.tsx';
import { rove } from '../ui/rove.ts';
import { Said } from '../ui/said.tsx';
import { type Known, matches, meant, nextKeys } from './finding.ts';

/** Two taps on characters, or two typed; then a name, and no face. */
export function Find({ people, onPick }: { people: readonly Known[]; onPick: (known: Known) => void }) {
  const words = sayClock().kiosk;
  const [begun, begin] = useState('');
  const found = meant(people, begun);
  useIdle(15_000, begun, () => begin(''));
  const turn = (next: string) => {
    const [only, ...others] = meant(people, next);
    if (only && others.length === 0) onPick(only);
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
      {found.length > 1 && (
        <div class="name-found">
          {found.map((known) => (
            <button key={known.person} type="button" class="button big" onClick={() => onPick(known)}>
              <Said text={known.name} />
            </button>
          ))}
        </div>
      )}
      {found.length === 0 && (
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
          onInput={(text) => turn(text.trim())}
          max={20}
          mode="text"
          enter="done"
        />
      </div>
    </section>
  );
}
