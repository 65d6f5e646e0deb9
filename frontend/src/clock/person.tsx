import type { Engine, Kiosk } from '@gatehouse/sync/api';
import { useRef, useState } from 'preact/hooks';
import { pulse } from '../device/cue.ts';
import { sayClock } from '../messages/clock/index.ts';
import { Button } from '../ui/button.tsx';
import { useNow } from '../ui/context.ts';
import { useIdle } from '../ui/idle.ts';
import { answered, problemWords } from '../ui/problem.ts';
import type { Direction } from '../ui/punches.ts';
import { Said } from '../ui/said.tsx';
import { hoursWords } from '../ui/shifts.ts';
import { clockFor } from './actions.ts';
import { bind, byTime, lately, TWICE } from './bind.ts';
import type { Done } from './confirmed.tsx';
import type { Known, Post } from './finding.ts';

interface PersonProps {
  engine: Engine;
  kiosk: Kiosk;
  post: Post;
  known: Known;
  onBack: () => void;
  onDone: (done: Done) => void;
}

/** For one person the buttons rest so long after a punch. */
const DEAD = 3_000;

/**
 * Who picked themselves: their shift of now and two buttons. The one that fits the shift's hours stands out; whether
 * they came already is not told to whoever picked the name.
 */
export function Person({ engine, kiosk, post, known, onBack, onDone }: PersonProps) {
  const words = sayClock();
  const now = useNow(engine, 500);
  const [asking, ask] = useState<Direction>();
  const [wrong, setWrong] = useState('');
  const [busy, setBusy] = useState(false);
  const recording = useRef(false);
  useIdle(20_000, known.person, onBack);
  const shifts = post.shifts.filter(({ person }) => person === known.person);
  const made = post.made.filter(({ person }) => person === known.person);
  const bound = bind(shifts, made, now);
  const fits = bound.shift && byTime(bound.shift, now);
  const dead = busy || lately(made, now, DEAD);

  const record = async (direction: Direction) => {
    if (recording.current) return;
    recording.current = true;
    setBusy(true);
    const at = engine.now();
    const answer = await answered(clockFor(engine, kiosk, known.person, bind(shifts, made, at), direction));
    recording.current = false;
    setBusy(false);
    const bad = 'problem' in answer;
    pulse(bad);
    if (bad) setWrong(problemWords(answer.problem));
    else onDone({ name: known.name, direction, at, shift: bound.shift });
  };
  const tap = (direction: Direction) => {
    if (lately(made, engine.now(), TWICE)) ask(direction);
    else record(direction).catch(console.error);
  };
  return (
    <section class="kiosk-person stack">
      <h2 class="kiosk-name">
        <Said text={words.kiosk.hello(known.name)} />
      </h2>
      <p class="kiosk-shift">
        {bound.shift ? `${words.kiosk.yourShift} ` : words.noShift}
        {bound.shift && <span>{hoursWords(bound.shift, kiosk.zone)}</span>}
      </p>
      {wrong !== '' && (
        <p class="banner bad" role="alert">
          {`${words.kiosk.unsaved}. ${wrong}`}
        </p>
      )}
      {asking === undefined ? (
        <div class="pair">
          {(['in', 'out'] as const).map((direction) => (
            <button
              key={direction}
              type="button"
              class={`button punch${fits === direction ? ' primary' : ''}`}
              disabled={dead}
              onClick={() => tap(direction)}
            >
              {dead ? words.kiosk.wait : words[direction]}
            </button>
          ))}
        </div>
      ) : (
        <div class="card">
          <p class="strong">{words.kiosk.twice}</p>
          <div class="pair">
            <Button big look="primary" disabled={dead} onClick={() => record(asking)}>
              {words.kiosk.again}
            </Button>
            <Button big onClick={onBack}>
              {words.ask.no}
            </Button>
          </div>
        </div>
      )}
      <Button icon="back" onClick={onBack}>
        {words.kiosk.back}
      </Button>
    </section>
  );
}
