import type { Json, Row } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { Button } from '../ui/button.tsx';
import { textOf, useApp } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { CheckField, SelectField, TimeField } from '../ui/fields.tsx';
import { visible } from '../ui/said.tsx';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import { HoursPicture, hoursWords, lengthWords } from './hours.tsx';
import { next } from './order.ts';
import { siteOptions } from './places.ts';
import { clockOf, inOrder, isNight, MOST, segmentsOf, spansOf, wellFormed } from './segments.ts';

/** Characters (office.json). */
const LONGEST = { name: 40, label: 4 };

interface Part {
  readonly start: string;
  readonly end: string;
}

const FIRST: readonly Part[] = [{ start: '08:00', end: '16:00' }];

interface Props {
  row?: Row;
  templates: readonly Row[];
  sites: readonly Row[];
  onClose: () => void;
}

/** A template's hours, with their picture as they are typed. */
export function TemplateForm({ row, templates, sites, onClose }: Props) {
  const { engine } = useApp();
  const words = sayOffice().templates;
  const [name, setName] = useState(textOf(row, 'name'));
  const [label, setLabel] = useState(textOf(row, 'label'));
  const [site, setSite] = useState(textOf(row, 'site'));
  const [chosen, chooseNight] = useState(row ? row.f['night'] === true : undefined);
  const [parts, setParts] = useState<readonly Part[]>(row ? partsOf(textOf(row, 'segments')) : FIRST);
  const [tried, setTried] = useState(false);
  const spans = inOrder(parts);
  const right = spans !== undefined && wellFormed(spans);
  const night = chosen ?? (spans !== undefined && isNight(spans));
  const given = { name: name.trim(), label: label.trim(), segments: right ? segmentsOf(spans) : '', night };
  const changed = changedIn(row, given, site);
  const save = () => {
    setTried(true);
    if (given.name === '' || given.label === '' || !right) return undefined;
    if (row) return change(engine, { kind: 'template.amend', entity: row.id, values: changed });
    const values = { ...given, order: next(templates), ...(site ? { site } : {}) };
    return change(engine, { kind: 'template.create', values });
  };
  const set = (index: number, part: Part) => setParts(parts.map((one, i) => (i === index ? part : one)));
  const needed = sayOffice().needed;
  return (
    <FormSheet
      title={row ? sayOffice().change : words.add}
      onClose={onClose}
      save={save}
      saved={sayOffice().saved(visible(given.name))}
      disabled={row !== undefined && right && Object.keys(changed).length === 0}
    >
      <div class="pair">
        <TextField
          label={sayOffice().name}
          value={name}
          onInput={setName}
          max={LONGEST.name}
          problem={tried && given.name === '' ? needed : undefined}
        />
        <TextField
          label={words.label}
          value={label}
          onInput={setLabel}
          max={LONGEST.label}
          hint={words.labelHint}
          problem={tried && given.label === '' ? needed : undefined}
        />
      </div>
      <fieldset class="office-parts">
        <legend class="soft small strong">{words.segments}</legend>
        {parts.map((part, index) => (
          <PartLine
            // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place: two may have the same times while they are typed
            key={index}
            number={index + 1}
            part={part}
            onChange={(next) => set(index, next)}
            {...(parts.length > 1 ? { onRemove: () => setParts(parts.filter((_, i) => i !== index)) } : {})}
          />
        ))}
        {parts.length < MOST && (
          <Button icon="add" onClick={() => setParts([...parts, afterAll(parts)])}>
            {words.addSegment}
          </Button>
        )}
      </fieldset>
      {right ? (
        <div class="office-preview" role="status">
          <p class="strong number">{hoursWords(spans)}</p>
          <p class="soft">{lengthWords(spans)}</p>
          <HoursPicture spans={spans} />
        </div>
      ) : (
        <p class="wrong">{words.wrong}</p>
      )}
      <CheckField label={words.night} checked={night} onChange={chooseNight}>
        {words.nightHint}
      </CheckField>
      <SelectField
        label={words.site}
        value={site}
        options={[['', words.anySite], ...siteOptions(sites)]}
        onPick={setSite}
      />
    </FormSheet>
  );
}

function partsOf(segments: string): Part[] {
  return spansOf(segments).map(({ from, to }) => ({ start: clockOf(from).time, end: clockOf(to).time }));
}

/** One more part: an hour after the last one, three hours long. */
function afterAll(parts: readonly Part[]): Part {
  const end = inOrder(parts)?.at(-1)?.to ?? 0;
  return { start: clockOf(end + 60).time, end: clockOf(end + 240).time };
}

function changedIn(
  row: Row | undefined,
  given: { readonly name: string; readonly label: string; readonly segments: string; readonly night: boolean },
  site: string,
): Record<string, Json> {
  if (!row) return {};
  const changed: Record<string, Json> = {};
  for (const field of ['name', 'label', 'segments'] as const) {
    if (given[field] !== textOf(row, field)) changed[field] = given[field];
  }
  if (given.night !== (row.f['night'] === true)) changed['night'] = given.night;
  if (site !== textOf(row, 'site')) changed['site'] = site || null;
  return changed;
}

interface PartProps {
  number: number;
  part: Part;
  onChange: (part: Part) => void;
  onRemove?: () => void;
}

function PartLine({ number, part, onChange, onRemove }: PartProps) {
  const words = sayOffice().templates;
  return (
    <fieldset class="row office-part" aria-label={words.segment(number)}>
      <TimeField
        label={words.start}
        value={part.start}
        onInput={(start) => onChange({ ...part, start })}
        required={false}
      />
      <TimeField label={words.end} value={part.end} onInput={(end) => onChange({ ...part, end })} required={false} />
      {onRemove && <Button icon="close" label={words.removeSegment(number)} onClick={onRemove} />}
    </fieldset>
  );
}
