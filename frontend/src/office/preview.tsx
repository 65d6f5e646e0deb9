// What a change would do, shown before it is made: the devices it reaches, what waits there, what goes there.

import type { Answer, Effects, Planned } from '@gatehouse/sync/api';
import { useEffect, useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { Said } from '../ui/said.tsx';

export interface Preview {
  /** Undefined while it is asked. */
  readonly answer: Answer<Effects> | undefined;
  /** It is on the screen: only then may the change be made. */
  readonly ready: boolean;
  readonly again: () => void;
}

/** Asks what the change would do, as soon as one is thought of, and again for every other. */
export function usePreview(planned: Planned | undefined): Preview {
  const { engine } = useApp();
  const wanted = JSON.stringify(planned ?? null);
  const [seen, see] = useState<{ of: string; answer: Answer<Effects> }>();
  const ask = () => {
    see(undefined);
    if (planned) {
      answered(engine.effects(planned))
        .then((answer) => see({ of: wanted, answer }))
        .catch(console.error);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `wanted` stands for `planned`, which is new on every draw
  useEffect(ask, [engine, wanted]);
  const answer = seen?.of === wanted ? seen.answer : undefined;
  return { answer, ready: answer !== undefined && 'ok' in answer, again: ask };
}

/** `person`: whose change it is, so that their shifts are spoken of. `lost`: the device may never be heard of again. */
export function EffectsCard({ preview, lost }: { preview: Preview; lost?: boolean }) {
  const words = sayStaff().effects;
  const { answer, again } = preview;
  return (
    <section class="office-effects stack" aria-label={words.title} aria-busy={answer === undefined}>
      <h3>{words.title}</h3>
      {answer === undefined && <p class="soft">{words.asking}</p>}
      {answer && 'problem' in answer && (
        <>
          <p class="wrong" role="alert">
            {answer.problem.code === 'unreachable' ? words.offline : problemWords(answer.problem)}
          </p>
          <Button onClick={again}>{words.again}</Button>
        </>
      )}
      {answer && 'ok' in answer && <Foreseen effects={answer.ok} lost={lost === true} />}
    </section>
  );
}

function Foreseen({ effects: { devices, shifts }, lost }: { effects: Effects; lost: boolean }) {
  const words = sayStaff().effects;
  const kinds = sayStaff().devices;
  const waits = devices.some(({ waiting }) => waiting > 0);
  return (
    <>
      <p>{devices.length > 0 ? words.devices(devices.length) : words.noDevices}</p>
      {devices.length > 0 && (
        <ul class="stack">
          {devices.map(({ id, label, kind, waiting, rows }) => (
            <li key={id} class="office-effect">
              <p>
                <Said class="strong" text={label} /> <span class="soft">{kinds.kind[kind] ?? kinds.otherKind}</span>
              </p>
              <p class="row wrap">
                <span class={waiting > 0 ? 'badge waiting' : 'badge delivered'}>
                  <Icon name={waiting > 0 ? 'waiting' : 'delivered'} />
                  {waiting > 0 ? words.waiting(waiting) : words.nothingWaiting}
                </span>
                <span class="soft small">{rows > 0 ? words.rows(rows) : words.noRows}</span>
              </p>
            </li>
          ))}
        </ul>
      )}
      {waits && (
        <p class="row office-advice">
          <Icon name="needs_you" />
          <span class="grow">
            {words.advice} {lost && words.adviceLost}
          </span>
        </p>
      )}
      {shifts > 0 && <p>{words.shifts(shifts)}</p>}
      <p class="soft small">{words.now}</p>
    </>
  );
}
