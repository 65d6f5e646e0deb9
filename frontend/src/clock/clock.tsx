import { useState } from 'preact/hooks';
import { pulse } from '../device/cue.ts';
import { sayClock } from '../messages/clock/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useNow, useRows, useWatch } from '../ui/context.ts';
import { Heading, Loading } from '../ui/panel.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import type { Direction } from '../ui/punches.ts';
import { Said } from '../ui/said.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { hoursWords, shiftWords } from '../ui/shifts.ts';
import { clock, span } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import { clockHere } from './actions.ts';
import { type Bound, bind, type Clocking, doubt, readClock } from './bind.ts';
import { Punches } from './punches.tsx';
import { doubtWords } from './words.ts';

/** One's own clock: the shift of now, one button for what comes next in it, and what was punched. */
export function Clock() {
  const { engine, who } = useApp();
  const clocking = useRows(engine, who.person, ['shift', 'punch'], (view) => readClock(view, who.person));
  return (
    <section class="page stack clock">
      <Heading title={sayClock().title} up="/" />
      {clocking ? <Present clocking={clocking} /> : <Loading />}
    </section>
  );
}

const DEAD = 3_000;

function Present({ clocking }: { clocking: Clocking }) {
  const { engine, duty } = useApp();
  const words = sayClock();
  const now = useNow(engine, 1_000);
  const [asking, ask] = useState<{ direction: Direction; text: string }>();
  const [busy, setBusy] = useState(false);
  const bound = bind(clocking.shifts, clocking.made, now);
  const other: Direction = bound.direction === 'in' ? 'out' : 'in';

  const record = async (direction: Direction) => {
    ask(undefined);
    setBusy(true);
    // One tap of a glove is often two: the button rests before it takes the next.
    setTimeout(() => setBusy(false), DEAD);
    const at = engine.now();
    const answer = await answered(clockHere(engine, duty, bind(clocking.shifts, clocking.made, at), direction));
    const bad = 'problem' in answer;
    pulse(bad);
    const what = direction === 'in' ? words.inShort : words.outShort;
    tell(bad ? problemWords(answer.problem) : words.done(what, clock(at, duty.zone)), { bad });
  };
  const tap = (direction: Direction) => {
    const at = engine.now();
    const seen = bind(clocking.shifts, clocking.made, at);
    const why = doubt(seen, direction, at);
    if (why === undefined) record(direction).catch(console.error);
    else ask({ direction, text: doubtWords(why, seen, direction, duty.zone) });
  };
  return (
    <>
      <div class="clock-now">
        <time class="clock-time">{clock(now, duty.zone)}</time>
        <Binding bound={bound} clocking={clocking} now={now} />
        <ClockTrust />
      </div>
      <div class="clock-act">
        <p class="soft">
          <Said text={words.at(`${duty.siteName} ${duty.postName}`)} />
        </p>
        <button type="button" class="button primary punch" disabled={busy} onClick={() => tap(bound.direction)}>
          {words[bound.direction]}
        </button>
        <Button look="quiet" disabled={busy} onClick={() => tap(other)}>
          {words.other[other]}
        </Button>
      </div>
      <Punches rows={clocking.punches} shifts={clocking.shifts} />
      {asking && (
        <Sheet title={words.ask.title} onClose={() => ask(undefined)}>
          <p>{asking.text}</p>
          <div class="pair">
            <Button big look="primary" onClick={() => record(asking.direction)}>
              {words.ask.yes}
            </Button>
            <Button big onClick={() => ask(undefined)}>
              {words.ask.no}
            </Button>
          </div>
        </Sheet>
      )}
    </>
  );
}

function Binding({ bound, clocking, now }: { bound: Bound; clocking: Clocking; now: number }) {
  const { duty } = useApp();
  const words = sayClock();
  const { shift, made } = bound;
  if (shift === undefined) {
    const next = clocking.shifts.find(({ start }) => start > now);
    return (
      <div class="stack">
        <p class="strong">{words.noShift}</p>
        <p class="soft">{next ? words.next(shiftWords(next, now, duty.zone)) : words.noShiftHint}</p>
      </div>
    );
  }
  const came = made.find(({ direction }) => direction === 'in');
  const went = made.findLast(({ direction }) => direction === 'out');
  return (
    <div class="stack">
      <p class="strong">{hoursWords(shift, duty.zone)}</p>
      <p class="soft">
        {came ? words.cameAt(clock(came.at, duty.zone)) : words.notYet}
        {went && ` · ${words.wentAt(clock(went.at, duty.zone))}`}
      </p>
    </div>
  );
}

/** Said only when the device's own clock is off, or was never compared: else it is right and no matter. */
function ClockTrust() {
  const { engine } = useApp();
  const words = sayClock();
  const offset = useWatch(engine.status)?.clockOffset;
  if (offset === undefined) return null;
  if (offset === null) return <p class="soft small">{words.clockUnknown}</p>;
  return Math.abs(offset) < 60_000 ? null : <p class="soft small">{words.clockOff(span(Math.abs(offset)))}</p>;
}
