import { useState } from 'preact/hooks';
import { sayRequests } from '../messages/requests/index.ts';
import { reason as codeWords } from '../ui/badge.tsx';
import { Clause } from '../ui/clause.tsx';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { record } from '../ui/decide.tsx';
import { Chips } from '../ui/field.tsx';
import { SaveBar, TimeField } from '../ui/fields.tsx';
import { Gone } from '../ui/gone.tsx';
import { Icon } from '../ui/icons.tsx';
import { Heading, Loading } from '../ui/panel.tsx';
import { ReasonField } from '../ui/reason-field.tsx';
import { go } from '../ui/route.ts';
import { Said } from '../ui/said.tsx';
import { shiftWords } from '../ui/shifts.ts';
import { clock, moment } from '../ui/time.ts';
import { request } from './actions.ts';
import { QuotaLine } from './list.tsx';
import { type Desk, KINDS, readDesk } from './queries.ts';
import {
  barred,
  CAUSES,
  type Cause,
  type Direction,
  fits,
  type Gap,
  levelsOf,
  limitOf,
  nearest,
  packOf,
  quotaOf,
} from './rules.ts';

/** Asks for a missing punch: what is left and until when stands there before anything is typed. */
export function AskCorrection({ id, direction }: { id: string; direction: Direction }) {
  const { engine, duty, who } = useApp();
  const words = sayRequests();
  const desk = useRows(engine, who.person, KINDS, readDesk);
  if (desk === undefined) return <Loading />;
  const shift = desk.shifts.find((one) => one.id === id && one.person === who.person);
  if (shift === undefined) {
    return (
      <Gone title={words.correctTitle} up="/corrections">
        {words.gone}
      </Gone>
    );
  }
  const due = direction === 'in' ? shift.start : shift.end;
  const until = limitOf(due, desk.book, shift.team, shift.date, duty.zone);
  return <Form desk={desk} gap={{ shift, direction, due, until }} />;
}

function Form({ desk, gap }: { desk: Desk; gap: Gap }) {
  const { engine, duty, who } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const { shift, direction, due } = gap;
  const [time, setTime] = useState(() => clock(due, duty.zone));
  const [cause, setCause] = useState<Cause>('forgot');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const quota = quotaOf(desk.rows, desk.shifts, desk.book, who.person, shift.team, shift.date);
  const bar = barred(gap, quota, desk.book, now);
  const levels = levelsOf(desk.book, shift.team, shift.date);
  const claimed = nearest(time, due, duty.zone);
  const right = claimed !== undefined && fits(claimed, gap, desk.book, now);
  const send = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (bar || !right || claimed === undefined) return;
    const act = request(engine, gap, claimed, cause, reason.normalize('NFC').replace(/\s+/g, ' ').trim());
    if (await record(act, words.correctDone)) go('/corrections', { replace: true });
  };
  return (
    <form class="page stack" onSubmit={send}>
      <Heading title={words.correctTitle} up="/corrections" />
      <section class={`card outlook${bar ? ' bad' : ''}`}>
        <p class="row wrap">
          <strong>{words[direction]}</strong>
          <span class="number">{words.due(moment(due, now, duty.zone))}</span>
        </p>
        <p class="number">{shiftWords(shift, now, duty.zone)}</p>
        <Said class="soft" text={desk.names.get(shift.post) ?? ''} />
        <QuotaLine quota={quota} />
        <p>{gap.until === undefined ? words.noLimit : words.askUntil(moment(gap.until, now, duty.zone))}</p>
        <p>{words.by(levels.map((level) => words.level[level]).join(words.arrow))}</p>
        {bar && (
          <>
            <p class="row strong">
              <Icon name="needs_you" />
              {codeWords(bar.code)}
            </p>
            <Clause id={bar.clause} pack={packOf(desk.book, shift)} />
          </>
        )}
      </section>
      <TimeField
        label={words.claimed}
        value={time}
        onInput={setTime}
        problem={tried && !right ? words.claimWrong : undefined}
      />
      <Chips
        label={words.cause}
        options={CAUSES.map((one) => [one, words.causes[one]] as const)}
        value={cause}
        onPick={setCause}
      />
      <ReasonField value={reason} onInput={setReason} />
      <SaveBar disabled={bar !== undefined}>{words.send}</SaveBar>
    </form>
  );
}
