import type { Problem } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { save } from '../device/save.ts';
import { saySheets } from '../messages/sheets/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { Said } from '../ui/said.tsx';
import { again, type Counts, type Diff, type Preview, type Reading, type Told } from './ask.ts';
import { listed, place, sentence } from './words.ts';

interface ShownProps {
  shown: Preview;
  reading: Reading;
  busy: boolean;
  onApply: () => void;
}

/** What the file would do: figures first, then what is wrong, then what changes. */
export function Shown({ shown, reading, busy, onApply }: ShownProps) {
  const words = saySheets();
  const { counts } = shown;
  const errors = shown.told.filter(({ level }) => level === 'error');
  const warnings = shown.told.filter(({ level }) => level === 'warning');
  const made = Object.values(shown.created).flat();
  const title = (field: string) => shown.fields.find((one) => one.field === field)?.header ?? field;
  const order = shown.fields.map(({ field }) => field);
  const changes = counts.new + counts.changed;
  return (
    <>
      <Figures counts={counts} />
      <Skipped shown={shown} />
      {errors.length > 0 && (
        <Findings bad told={errors} all={counts.errors} shown={shown} reading={reading} title={title} />
      )}
      {warnings.length > 0 && (
        <Findings told={warnings} all={counts.warnings} shown={shown} reading={reading} title={title} />
      )}
      {made.length > 0 && <p class="strong">{words.created(made.join('、'))}</p>}
      {counts.errors === 0 && changes === 0 && <p class="strong">{words.nothing}</p>}
      {counts.errors === 0 && changes > 0 && (
        <div class="sheets-end stack">
          <Button look="primary" big disabled={busy} onClick={onApply}>
            {words.apply(changes)}
          </Button>
          <p class="soft small">{words.whole}</p>
        </div>
      )}
      {shown.changed.length > 0 && (
        <Diffs name={words.changedRows} rows={shown.changed} all={counts.changed} title={title} order={order} />
      )}
      {shown.new.length > 0 && (
        <Diffs name={words.newRows} rows={shown.new} all={counts.new} title={title} order={order} />
      )}
    </>
  );
}

const FIGURES = ['errors', 'warnings', 'new', 'changed', 'same', 'untouched'] as const;

function Figures({ counts }: { counts: Counts }) {
  const words = saySheets();
  return (
    <dl class="sheets-figures">
      {FIGURES.filter((name) => counts[name] > 0 || (name !== 'errors' && name !== 'warnings')).map((name) => (
        <div key={name} class={name === 'errors' ? 'bad' : name === 'warnings' ? 'warn' : undefined}>
          <dt class="row">
            {(name === 'errors' || name === 'warnings') && <Icon name="needs_you" />}
            {words.count[name]}
          </dt>
          <dd>{counts[name].toLocaleString()}</dd>
        </div>
      ))}
    </dl>
  );
}

function Skipped({ shown: { skipped } }: { shown: Preview }) {
  const words = saySheets().skipped;
  const said = (['hidden_rows', 'hidden_columns', 'filled', 'repeats'] as const)
    .filter((name) => skipped[name] > 0)
    .map((name) => words[name](skipped[name]));
  if (skipped.notes.length > 0) said.push(words.notes(skipped.notes.join('、')));
  if (said.length === 0) return null;
  return (
    <ul class="soft small lines">
      {said.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

interface FindingsProps {
  bad?: boolean;
  told: readonly Told[];
  all: number;
  shown: Preview;
  reading: Reading;
  title: (field: string) => string;
}

const FEW = 12;

function Findings({ bad, told, all, shown, reading, title }: FindingsProps) {
  const { engine } = useApp();
  const words = saySheets();
  const [problem, setProblem] = useState<Problem>();
  const download = async () => {
    setProblem(undefined);
    const answer = await answered(again(engine, shown.id, reading, true));
    if ('ok' in answer) save(listed(answer.ok.told, title), words.errorsFile);
    else setProblem(answer.problem);
  };
  const name = bad ? words.errors : words.warnings;
  return (
    <section class={`card stack sheets-told${bad ? ' bad' : ''}`} aria-label={name}>
      <header class="row wrap">
        <h3 class="grow">{name}</h3>
        <Button icon="out" onClick={download}>
          {words.all}
        </Button>
      </header>
      {bad && <p class="soft small">{words.errorsHint}</p>}
      <ul class="sheets-list">
        {told.slice(0, FEW).map((one) => (
          <li key={`${one.row} ${one.column} ${one.code}`}>
            <span class="strong">{place(one)}</span>
            <span>
              {one.field && <span class="soft">{`${title(one.field)} `}</span>}
              <Said text={sentence(one)} />
            </span>
          </li>
        ))}
      </ul>
      {all > FEW && <p class="soft">{words.more(all - FEW)}</p>}
      {problem && (
        <p class="wrong" role="alert">
          {words.problem[problem.code] ?? problemWords(problem)}
        </p>
      )}
    </section>
  );
}

interface DiffsProps {
  name: string;
  rows: readonly Diff[];
  all: number;
  title: (field: string) => string;
  /** Fields in the order of the sheet's columns. */
  order: readonly string[];
}

const inOrder = ({ fields }: Diff, order: readonly string[]) =>
  Object.entries(fields).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));

function Diffs({ name, rows, all, title, order }: DiffsProps) {
  const words = saySheets();
  return (
    <section class="card stack" aria-label={name}>
      <header class="row wrap">
        <h3 class="grow">{name}</h3>
        {all > rows.length && <p class="soft small">{words.first(rows.length, all)}</p>}
      </header>
      <table class="sheets-table">
        <thead>
          <tr>
            <th scope="col">{words.row}</th>
            <th scope="col">{words.which}</th>
            <th scope="col">{words.change}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={one.row}>
              <td data-of={words.row}>{one.row}</td>
              <td data-of={words.which} class="strong">
                <Said text={one.label} />
              </td>
              <td data-of={words.change}>
                <ul class="sheets-fields">
                  {inOrder(one, order).map(([field, [old, next]]) => (
                    <li key={field}>
                      <span class="soft">{title(field)}</span> <Said class="strong" text={next || words.empty} />
                      {old && (
                        <span class="soft">
                          {` ${words.was} `}
                          <del>
                            <Said text={old} />
                          </del>
                        </span>
                      )}
                    </li>
                  ))}
                </ul>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
