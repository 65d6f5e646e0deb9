import type { Answer, History, HistoryEntry } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayHistory } from '../messages/history/index.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from './button.tsx';
import { useApp, useNow, useRows } from './context.ts';
import type { HistoryProps } from './history.tsx';
import {
  actorWords,
  lateWords,
  lostWords,
  MOST,
  ofVisits,
  outcomeOf,
  type Reading,
  setWords,
  whyWords,
} from './history-words.ts';
import { Icon } from './icons.tsx';
import { answered, problemWords } from './problem.ts';
import { Said } from './said.tsx';
import { moment } from './time.ts';
import { readNames } from './values.ts';

/** Everything that was ever done to a record, for whoever asks; devices hold its present alone. */
export function HistoryCard({ id, words = ofVisits }: HistoryProps) {
  const { engine } = useApp();
  const spoken = sayHistory();
  const [asked, setAsked] = useState<{ id: string; answer?: Answer<History> }>();
  const current = asked?.id === id ? asked : undefined;
  const answer = current?.answer;
  const problem = answer && 'problem' in answer ? answer.problem : undefined;
  const ask = async () => {
    setAsked({ id });
    const got = await answered(engine.history(id));
    setAsked((now) => (now?.id === id ? { id, answer: got } : now));
  };
  const button = () => {
    if (current && !answer) return spoken.asking;
    if (!answer) return spoken.show;
    return 'problem' in answer ? spoken.again : spoken.fresh;
  };
  return (
    <section class="card" aria-label={spoken.title}>
      <h2>{spoken.title}</h2>
      {!answer && <p class="soft small">{spoken.lead}</p>}
      <div role="status" class={problem ? undefined : 'unseen'}>
        {problem && (
          <p class="row">
            <Icon name={problem.code === 'unreachable' ? 'offline' : 'needs_you'} />
            <span>{problemLine(problem)}</span>
          </p>
        )}
      </div>
      {answer && 'ok' in answer && <Entries history={answer.ok} words={words} />}
      <Button disabled={current !== undefined && !answer} onClick={() => void ask()}>
        {button()}
      </Button>
    </section>
  );
}

function problemLine(problem: Parameters<typeof problemWords>[0]): string {
  const words = sayHistory();
  if (problem.code === 'unreachable') return words.offline;
  return problem.code === 'not_found' ? words.gone : problemWords(problem);
}

function Entries({ history, words }: { history: History; words: NonNullable<HistoryProps['words']> }) {
  const { engine, duty, who } = useApp();
  const spoken = sayHistory();
  const now = useNow(engine);
  const known = useRows(engine, who.person, ['person', 'post', 'site', 'team'], readNames);
  const names = new Map([...(known ?? []), ...Object.entries(history.names)]);
  const reading: Reading = { names, self: who.person, now, zone: duty.zone, words };
  return (
    <>
      {history.entries.length === 0 && <p class="soft">{spoken.empty}</p>}
      {history.entries.length >= MOST && <p class="soft small">{spoken.truncated}</p>}
      <ol class="stack">
        {history.entries.map((entry) => (
          <Step key={entry.op} entry={entry} reading={reading} />
        ))}
      </ol>
    </>
  );
}

const SHAPES = { merged: 'needs_you', refused: 'needs_you', parked: 'held', returned: 'returned' } as const;

function Step({ entry, reading }: { entry: HistoryEntry; reading: Reading }) {
  const words = sayHistory();
  const outcome = outcomeOf(entry);
  const from = entry.label && entry.actor !== entry.device ? words.from(entry.label) : '';
  const lines = [...setWords(entry, reading), ...lostWords(entry, reading), ...whyWords(entry, reading)];
  return (
    <li>
      <p>
        <time class="number">{moment(entry.at, reading.now, reading.zone)}</time>{' '}
        <Said class="strong" text={actorWords(entry, reading)} />{' '}
        {saySignedIn().act[entry.kind] ?? saySignedIn().otherAct}
      </p>
      <p class="soft small number">
        <Said text={[from, lateWords(entry)].filter(Boolean).join(' · ')} />
      </p>
      {outcome && (
        <p class="row small strong">
          <Icon name={SHAPES[outcome]} />
          {words[outcome]}
        </p>
      )}
      {lines.map((line) => (
        <p key={line} class="small">
          <Said class="lines" text={line} />
        </p>
      ))}
    </li>
  );
}
