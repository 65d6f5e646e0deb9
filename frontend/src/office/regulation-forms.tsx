// The forms of a team's regulation: which from when, one parameter otherwise, and the end of that.

import type { Json, Row } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { sayRegulations } from '../messages/regulations/index.ts';
import { useApp } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { DateField, NumberField, SelectField } from '../ui/fields.tsx';
import { visible } from '../ui/said.tsx';
import { changed, chosen, NONE } from '../ui/terms.ts';
import { dayKey } from '../ui/time.ts';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import { citedWords, keyWords, packWords, valueWords } from './term-words.ts';
import {
  CODES,
  canonical,
  type Difference,
  difference,
  type Form,
  offers,
  PARAMETERS,
  type Terms,
  termsOf,
} from './terms.ts';

/** Characters (entities.json). */
const LONGEST = 200;

interface ChooseProps {
  team: Row;
  choices: readonly Row[];
  changes: readonly Row[];
  onClose: () => void;
}

/** Another regulation from a day on; what that changes stands in the form before it is done. */
export function ChooseForm({ team, choices, changes, onClose }: ChooseProps) {
  const { engine, duty } = useApp();
  const words = sayRegulations();
  const [since, setSince] = useState(() => dayKey(engine.now(), duty.zone));
  const [pack, pick] = useState('');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const before = String(chosen(choices, team.id, since)?.f['pack'] ?? NONE);
  const above = changed(changes, team.id, since);
  const found = pack && since ? difference(termsOf(before, since, above), termsOf(pack, since, above)) : undefined;
  const save = () => {
    setTried(true);
    if (!pack || !since) return undefined;
    const given = reason.trim();
    const why = given ? { private: { reason: given } } : {};
    return change(engine, { kind: 'policy.choose', values: { team: team.id, pack, since }, ...why });
  };
  const name = visible(String(team.f['name']));
  return (
    <FormSheet title={words.chooseFor(name)} onClose={onClose} save={save} saved={words.chosen(packWords(pack))}>
      <SelectField
        label={words.pack}
        value={pack}
        options={[['', sayOffice().choose], ...[...CODES, NONE].map((code) => [code, packWords(code)] as const)]}
        onPick={pick}
        problem={tried && !pack ? sayOffice().choose : undefined}
      />
      <DateField
        label={words.from}
        value={since}
        onInput={setSince}
        hint={words.fromHint}
        problem={tried && !since ? words.needDate : undefined}
      />
      <TextField label={words.reason} value={reason} onInput={setReason} max={LONGEST} />
      {found && <Changes found={found} />}
    </FormSheet>
  );
}

function Changes({ found }: { found: readonly Difference[] }) {
  const words = sayRegulations();
  return (
    <section class="stack tight" aria-live="polite">
      <p class="strong">{found.length === 0 ? words.same : words.differs(found.length)}</p>
      <ul class="list office-diff">
        {found.map(({ key, before, after }) => (
          <li key={key} class="stack tight office-term">
            <span class="soft small">{keyWords(key)}</span>
            <span>
              <s class="soft">{citedWords(before)}</s> <span class="soft small">{words.becomes}</span>{' '}
              <span class="strong">{citedWords(after)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One parameter set for a team, with the reason. */
export function SingleForm({ team, terms, onClose }: { team: Row; terms: Terms; onClose: () => void }) {
  const { engine, duty } = useApp();
  const words = sayRegulations();
  const [key, pick] = useState('');
  const [value, setValue] = useState<Json>();
  const [since, setSince] = useState(() => dayKey(engine.now(), duty.zone));
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const given = reason.trim();
  const choose = (next: string) => {
    pick(next);
    setValue(terms.get(next)?.value);
  };
  const save = () => {
    setTried(true);
    if (!key || value === undefined || !since || !given) return undefined;
    const values = { team: team.id, key, value: canonical(value), since };
    return change(engine, { kind: 'override.make', values, private: { reason: given } });
  };
  const form = PARAMETERS[key]?.form;
  const byPart = Object.entries(PARAMETERS).map(
    ([code, { part }]) => [code, `${words.part[part] ?? part} · ${keyWords(code)}`] as const,
  );
  return (
    <FormSheet
      title={words.singleFor(visible(String(team.f['name'])))}
      onClose={onClose}
      save={save}
      saved={words.saved(keyWords(key))}
    >
      <p class="soft">{words.singleLead}</p>
      <SelectField
        label={words.parameter}
        value={key}
        options={[['', sayOffice().choose], ...byPart]}
        onPick={choose}
        problem={tried && !key ? sayOffice().choose : undefined}
      />
      {form && (
        <ValueField
          key={key}
          parameter={key}
          form={form}
          value={value}
          onInput={setValue}
          problem={tried && value === undefined ? words.needValue : undefined}
        />
      )}
      <DateField
        label={words.from}
        value={since}
        onInput={setSince}
        hint={words.fromHint}
        problem={tried && !since ? words.needDate : undefined}
      />
      <TextField
        label={words.reason}
        value={reason}
        onInput={setReason}
        max={LONGEST}
        hint={words.reasonHint}
        problem={tried && !given ? words.needReason : undefined}
      />
    </FormSheet>
  );
}

interface ValueProps {
  parameter: string;
  form: Form;
  value: Json | undefined;
  onInput: (value: Json | undefined) => void;
  problem: string | undefined;
}

/** A number, yes or no, one of several; a structure is taken over from a regulation that states one. */
function ValueField({ parameter, form, value, onInput, problem }: ValueProps) {
  const words = sayRegulations();
  const { least = 0, most = 0, none = false } = form;
  if (form.type === 'number') {
    const range = words.limits(least, most);
    return (
      <>
        {none && (
          <SelectField
            label={words.value}
            value={value === null ? 'none' : 'some'}
            options={[
              ['some', range],
              ['none', words.unlimited],
            ]}
            onPick={(next) => onInput(next === 'none' ? null : undefined)}
          />
        )}
        {value !== null && (
          <NumberField
            label={none ? keyWords(parameter) : `${words.value} (${range})`}
            value={typeof value === 'number' ? value : undefined}
            min={least}
            max={most}
            onInput={onInput}
            problem={problem}
          />
        )}
      </>
    );
  }
  const several: readonly (readonly [string, string])[] =
    form.type === 'structure'
      ? offers(parameter).map((one) => [
          canonical(one.value),
          `${citedWords({ value: one.value, clause: PARAMETERS[parameter]?.clause ?? '' })} (${one.code ? packWords(one.code) : words.plain})`,
        ])
      : [...(form.type === 'yesno' ? [true, false] : (form.choices ?? [])), ...(none ? [null] : [])].map((one) => [
          canonical(one),
          valueWords(one),
        ]);
  return (
    <SelectField
      label={words.value}
      value={value === undefined ? '' : canonical(value)}
      options={[...(value === undefined ? [['', sayOffice().choose] as const] : []), ...several]}
      onPick={(next) => onInput(next === '' ? undefined : (JSON.parse(next) as Json))}
      problem={problem}
    />
  );
}

/** From which day on a changed parameter is again what the regulation says. */
export function EndForm({ change: row, onClose }: { change: Row; onClose: () => void }) {
  const { engine, duty } = useApp();
  const words = sayRegulations();
  const [until, setUntil] = useState(() => dayKey(engine.now(), duty.zone));
  const name = keyWords(String(row.f['key']));
  const save = () => (until ? change(engine, { kind: 'override.end', entity: row.id, values: { until } }) : undefined);
  return (
    <FormSheet title={words.endOf(name)} onClose={onClose} save={save} saved={words.ended(name)} label={words.end}>
      <DateField label={words.endFrom} value={until} onInput={setUntil} hint={words.fromHint} />
    </FormSheet>
  );
}
