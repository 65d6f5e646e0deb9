import type { Row } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { textOf, useApp } from '../ui/context.ts';
import { Chips, TextField } from '../ui/field.tsx';
import { NumberField } from '../ui/fields.tsx';
import { Said } from '../ui/said.tsx';
import { changeAll } from './acts.ts';
import { FormSheet } from './form.tsx';
import {
  floorsIn,
  HIGHEST,
  LONGEST,
  LOWEST,
  MOST,
  MOST_EACH,
  missing,
  type Room,
  roomsOf,
  STYLES,
  type Style,
} from './rooms.ts';

/** So many names are shown of what will be made, from either end. */
const FEW = 6;
const LONGEST_PREFIX = 20;

/** Many rooms at once: floors, rooms on each, how they are called; and what that makes, before it is made. */
export function AddRooms({ building, units, onClose }: { building: Row; units: readonly Row[]; onClose: () => void }) {
  const { engine } = useApp();
  const words = sayOffice().rooms;
  const [from, setFrom] = useState<number | undefined>(1);
  const [to, setTo] = useState<number | undefined>(10);
  const [each, setEach] = useState<number | undefined>(4);
  const [style, setStyle] = useState<Style>('101');
  const [prefix, setPrefix] = useState('');
  const [skip, setSkip] = useState('');
  const [progress, setProgress] = useState<string>();
  const right = from !== undefined && to !== undefined && each !== undefined && from <= to;
  const plan = right ? roomsOf({ from, to, each, style, prefix: prefix.trim(), skip: floorsIn(skip) }) : [];
  const made = missing(
    plan,
    units.map((unit) => textOf(unit, 'name')),
  );
  const wrong = problemOf(right, plan, made);
  const save = () => {
    if (wrong) return undefined;
    const acts = made.map(({ name, floor }) => ({
      kind: 'unit.create',
      values: { building: building.id, name, floor },
    }));
    const make = async () => {
      setProgress(words.making(0, made.length));
      const { applied, said } = await changeAll(engine, acts, (done) => setProgress(words.making(done, made.length)));
      setProgress(undefined);
      const whole = applied === made.length;
      return {
        d: whole ? ('applied' as const) : ('refused' as const),
        id: building.id,
        said: whole ? '' : `${words.some(applied, made.length)} ${said}`,
      };
    };
    return make();
  };
  return (
    <FormSheet
      title={words.title}
      onClose={onClose}
      save={save}
      saved={words.made(made.length)}
      label={wrong ? sayOffice().save : words.make(made.length)}
      disabled={wrong !== undefined}
    >
      <div class="office-three">
        <NumberField label={words.from} value={from} min={LOWEST} max={HIGHEST} onInput={setFrom} />
        <NumberField label={words.to} value={to} min={LOWEST} max={HIGHEST} onInput={setTo} />
        <NumberField label={words.each} value={each} min={1} max={MOST_EACH} onInput={setEach} />
      </div>
      <Chips
        label={words.style}
        options={STYLES.map((name) => [name, name] as const)}
        value={style}
        onPick={setStyle}
      />
      <div class="pair">
        <TextField
          label={words.prefix}
          value={prefix}
          onInput={setPrefix}
          max={LONGEST_PREFIX}
          hint={words.prefixHint}
        />
        <TextField label={words.skip} value={skip} onInput={setSkip} max={60} hint={words.skipHint} />
      </div>
      {wrong ? <p class="wrong">{wrong}</p> : <Preview plan={plan} made={made} />}
      {progress && (
        <p class="soft number" role="status">
          {progress}
        </p>
      )}
    </FormSheet>
  );
}

function problemOf(right: boolean, plan: readonly Room[], made: readonly Room[]): string | undefined {
  const words = sayOffice().rooms;
  if (!right || plan.length === 0) return words.wrong;
  if (made.length === 0) return words.all;
  if (made.length > MOST) return words.tooMany(made.length, MOST);
  return made.some(({ name }) => name.length > LONGEST) ? words.longName(LONGEST) : undefined;
}

function Preview({ plan, made }: { plan: readonly Room[]; made: readonly Room[] }) {
  const words = sayOffice().rooms;
  const names = made.map(({ name }) => name);
  const ends = names.length > 2 * FEW ? [...names.slice(0, FEW), '…', ...names.slice(-FEW)] : names;
  return (
    <div class="office-preview" role="status">
      <p class="strong">{words.preview(made.length)}</p>
      <p class="number">
        <Said text={ends.join('  ')} />
      </p>
      {made.length < plan.length && <p class="soft small">{words.known(plan.length - made.length)}</p>}
    </div>
  );
}
