import { useId } from 'preact/hooks';
import { saySheets } from '../messages/sheets/index.ts';
import { Button } from '../ui/button.tsx';
import { Chips } from '../ui/field.tsx';
import { Banner } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import type { Heading, Preview, Reading, What } from './ask.ts';

interface ColumnsProps {
  shown: Preview;
  busy: boolean;
  onRead: (reading: Reading) => void;
  onKind: (kind: What) => void;
}

/** Which sheet is read and what its columns are; open while something is missing. */
export function Columns({ shown, busy, onRead, onKind }: ColumnsProps) {
  const words = saySheets();
  const title = (field: string) => shown.fields.find((one) => one.field === field)?.header ?? field;
  const pick = (column: string, field: string) => {
    const held = shown.headings.map((one) => [one.column, one.field ?? ''] as const);
    // A field stands over one column: whoever had it before gives it up.
    const freed = held.map(([letter, had]) => [letter, had === field ? '' : had] as const);
    onRead({ sheet: shown.sheet, fields: { ...Object.fromEntries(freed), [column]: field } });
  };
  const { looks_like: other } = shown;
  return (
    <>
      {shown.sheets.length > 1 && (
        <Chips
          label={words.sheet}
          options={shown.sheets.map((name) => [name, name] as const)}
          value={shown.sheet}
          onPick={(sheet) => onRead({ sheet })}
        />
      )}
      {other && (
        <Banner action={<Button onClick={() => onKind(other)}>{words.kind[other]}</Button>}>
          {words.looksLike(words.kind[other] ?? other)}
        </Banner>
      )}
      {shown.missing.length > 0 && <Banner bad>{words.missing(shown.missing.map(title).join('、'))}</Banner>}
      <details class="card" open={shown.missing.length > 0}>
        <summary class="strong">{words.columns}</summary>
        <p class="soft small">{words.columnsHint}</p>
        <table class="sheets-table">
          <thead>
            <tr>
              <th scope="col">{words.column}</th>
              <th scope="col">{words.header}</th>
              <th scope="col">{words.samples}</th>
              <th scope="col">{words.meaning}</th>
            </tr>
          </thead>
          <tbody>
            {shown.headings.map((one) => (
              <tr key={one.column}>
                <td data-of={words.column}>{one.column}</td>
                <td data-of={words.header}>
                  <Said text={one.header} />
                </td>
                <td data-of={words.samples} class="soft">
                  <Said text={one.samples.join(' · ')} />
                </td>
                <td data-of={words.meaning}>
                  <Meaning shown={shown} one={one} busy={busy} onPick={pick} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

interface MeaningProps {
  shown: Preview;
  one: Heading;
  busy: boolean;
  onPick: (column: string, field: string) => void;
}

function Meaning({ shown, one, busy, onPick }: MeaningProps) {
  const words = saySheets();
  const id = useId();
  return (
    <>
      <label class="unseen" for={id}>
        {`${words.meaning} ${one.column} ${one.header}`}
      </label>
      <select
        id={id}
        class="input"
        disabled={busy}
        value={one.field ?? ''}
        onChange={({ currentTarget }) => onPick(one.column, currentTarget.value)}
      >
        <option value="">{words.leaveOut}</option>
        {shown.fields.map(({ field, header, required }) => (
          <option key={field} value={field}>
            {required ? `${header} *` : header}
          </option>
        ))}
      </select>
      {one.how === 'remembered' && <span class="soft small">{words.remembered}</span>}
    </>
  );
}
