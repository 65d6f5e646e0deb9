import './sheets.css';
import type { Problem } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { saySheets } from '../messages/sheets/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useWatch } from '../ui/context.ts';
import { Chips } from '../ui/field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Banner, Heading } from '../ui/panel.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { again, apply, type Counts, KINDS, type Preview, type Reading, upload, type What } from './ask.ts';
import { Columns } from './columns.tsx';
import { Shown } from './shown.tsx';
import { Take } from './take.tsx';

/** A problem in this feature's words where it has some. */
export const wrong = (problem: Problem): string => saySheets().problem[problem.code] ?? problemWords(problem);

/** Spreadsheets in and out: for admins, over the network. */
export function Sheets() {
  const { engine } = useApp();
  const words = saySheets();
  const offline = useWatch(engine.status)?.network === 'offline';
  return (
    <section class="page roomy stack sheets">
      <Heading title={words.title} up="/office" />
      {offline && <Banner>{words.offline}</Banner>}
      <Steps offline={offline} />
    </section>
  );
}

type Busy = 'reading' | 'comparing' | 'applying';

function Steps({ offline }: { offline: boolean }) {
  const { engine } = useApp();
  const words = saySheets();
  const [what, setWhat] = useState<What>('people');
  const [busy, setBusy] = useState<Busy>();
  const [shown, setShown] = useState<Preview>();
  const [reading, setReading] = useState<Reading>({});
  const [done, setDone] = useState<Counts>();
  const [problem, setProblem] = useState<Problem>();

  const run = async <T,>(how: Busy, asked: () => ReturnType<typeof answered<T>>, then: (ok: T) => void) => {
    if (busy) return;
    setBusy(how);
    setProblem(undefined);
    const answer = await answered(asked());
    setBusy(undefined);
    if ('ok' in answer) then(answer.ok);
    else setProblem(answer.problem);
  };
  const begin = (next?: What) => {
    setShown(undefined);
    setReading({});
    setDone(undefined);
    setProblem(undefined);
    if (next) setWhat(next);
  };
  const choose = (file: File) => {
    begin();
    return run('reading', () => upload(engine, what, file), setShown);
  };
  const read = (next: Reading) => {
    if (!shown) return;
    setReading(next);
    return run('comparing', () => again(engine, shown.id, next), setShown);
  };
  const carryOut = () => {
    if (!shown) return;
    return run(
      'applying',
      () => apply(engine, shown, reading),
      ({ counts }) => {
        setShown(undefined);
        setDone(counts);
      },
    );
  };
  return (
    <>
      {!shown && !done && (
        <div class="sheets-start">
          <section class="card stack">
            <Chips
              label={words.what}
              options={KINDS.map((kind) => [kind, words.kind[kind] ?? kind] as const)}
              value={what}
              onPick={begin}
            />
            <p class="soft">{words.lead[what]}</p>
            <FileButton disabled={offline || busy !== undefined} onFile={choose} />
            <p class="soft small">{words.formats}</p>
          </section>
          <Take what={what} offline={offline} />
        </div>
      )}
      {problem && (
        <Banner
          bad
          action={problem.code === 'import_stale' && <Button onClick={() => read(reading)}>{words.fresh}</Button>}
        >
          {wrong(problem)}
        </Banner>
      )}
      <p class="soft" role="status">
        {busy && `${words[busy]}`}
      </p>
      {done && <Done counts={done} onNext={() => begin()} />}
      {shown && (
        <>
          <header class="row wrap">
            <h2 class="grow">{words.kind[shown.what]}</h2>
            <Button icon="returned" onClick={() => begin()}>
              {words.other}
            </Button>
          </header>
          <Columns shown={shown} busy={busy !== undefined} onRead={read} onKind={(kind) => begin(kind)} />
          {shown.version !== null && (
            <Shown shown={shown} reading={reading} busy={busy !== undefined || offline} onApply={carryOut} />
          )}
        </>
      )}
    </>
  );
}

function FileButton({ disabled, onFile }: { disabled: boolean; onFile: (file: File) => void }) {
  const words = saySheets();
  return (
    <label class={`button primary big sheets-file${disabled ? ' off' : ''}`}>
      <Icon name="in" />
      {words.choose}
      <input
        type="file"
        accept=".xlsx,.csv,.txt"
        disabled={disabled}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          // The same file, corrected, may be chosen again.
          currentTarget.value = '';
          if (file) onFile(file);
        }}
      />
    </label>
  );
}

function Done({ counts, onNext }: { counts: Counts; onNext: () => void }) {
  const words = saySheets();
  return (
    <section class="card stack" role="status">
      <h2 class="row">
        <Icon name="delivered" />
        {words.done}
      </h2>
      <p>{words.doneCounts(counts.new, counts.changed)}</p>
      <div class="row wrap">
        <Button icon="in" onClick={onNext}>
          {words.other}
        </Button>
      </div>
    </section>
  );
}
