import { useState } from 'preact/hooks';
import { sayRoster } from '../messages/roster/index.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Said } from '../ui/said.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { tell } from '../ui/toast.tsx';
import { type Draft, daysOf, type Key, keyOf, REST, type Work } from './month.ts';
import type { Person, Plan } from './queries.ts';
import { spread, symbolOn, symbolsOf } from './rotation.ts';

interface Props {
  plan: Plan;
  month: string;
  people: readonly Person[];
  draft: Draft;
  post: string;
  onFill: (cells: readonly (readonly [Key, Work])[]) => void;
}

/** Fills a month by a rotation; what was set by hand stays. */
export function Generate(props: Props) {
  const words = sayRoster();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="calendar" onClick={() => setOpen(true)}>
        {words.generate}
      </Button>
      {open && (
        <Sheet title={words.generate} onClose={() => setOpen(false)}>
          <Form {...props} onDone={() => setOpen(false)} />
        </Sheet>
      )}
    </>
  );
}

const LONGEST_STEP = 31;
/** What everybody writes for a day of rest, whatever language the app speaks. */
const REST_SIGNS = ['\u4f11', '-', '/'];

function Form({ plan, month, people, draft, post, onFill, onDone }: Props & { onDone: () => void }) {
  const words = sayRoster();
  const days = daysOf(month);
  const [text, setText] = useState('');
  const [anchor, setAnchor] = useState(days[0] ?? '');
  const [step, setStep] = useState('1');
  const [out, setOut] = useState<ReadonlySet<string>>(new Set());
  const [wrong, setWrong] = useState<string>();
  const pattern = symbolsOf(text);
  const members = people.filter(({ id }) => !out.has(id));
  const offsets = spread(members.length, Math.max(1, pattern.length));
  const meant = new Map<string, Work>([words.rest, ...REST_SIGNS].map((sign) => [sign, REST]));
  for (const { id, label } of [...plan.templates.values()].reverse()) meant.set(label, `${id}:${post}`);
  const unknown = pattern.find((symbol) => !meant.has(symbol));
  const length = Math.min(LONGEST_STEP, Math.max(1, Math.floor(Number(step)) || 1));
  const cells = (): [Key, Work][] =>
    members.flatMap(({ id }, i) =>
      days
        .filter((date) => !draft.cells[keyOf(id, date)]?.hand)
        .map((date): [Key, Work] => {
          const symbol = symbolOn({ pattern, anchor, step: length }, date, offsets[i] ?? 0);
          return [keyOf(id, date), meant.get(symbol) ?? REST];
        }),
    );
  const fill = (event: Event) => {
    event.preventDefault();
    if (pattern.length === 0) return setWrong(words.patternEmpty);
    if (unknown !== undefined) return setWrong(words.patternWrong(unknown));
    const made = cells();
    onFill(made);
    tell(words.filled(made.length));
    onDone();
  };
  return (
    <form class="stack" onSubmit={fill}>
      <p class="soft">{words.generateHint}</p>
      <TextField
        label={words.pattern}
        value={text}
        max={60}
        hint={words.patternHint}
        problem={wrong}
        onInput={(value) => {
          setText(value);
          setWrong(undefined);
        }}
      />
      <div class="row wrap">
        <label class="field">
          <span class="label">{words.anchor}</span>
          <input
            class="input"
            type="date"
            value={anchor}
            required
            onInput={(event) => setAnchor(event.currentTarget.value)}
          />
        </label>
        <TextField label={words.step} value={step} mode="numeric" max={2} hint={words.stepHint} onInput={setStep} />
      </div>
      <fieldset class="field">
        <legend class="label">{words.members}</legend>
        <div class="members">
          {people.map(({ id, name }) => {
            const place = members.findIndex((one) => one.id === id);
            const from = place < 0 ? undefined : pattern[offsets[place] ?? 0];
            return (
              <label key={id} class="row">
                <input
                  type="checkbox"
                  checked={!out.has(id)}
                  onChange={() => {
                    const next = new Set(out);
                    if (!next.delete(id)) next.add(id);
                    setOut(next);
                  }}
                />
                <Said class="grow" text={name} />
                {from && <span class="soft small">{words.start(from)}</span>}
              </label>
            );
          })}
        </div>
      </fieldset>
      <Button look="primary" submit disabled={members.length === 0}>
        {words.fill(pattern.length > 0 && unknown === undefined && anchor ? cells().length : 0)}
      </Button>
    </form>
  );
}
