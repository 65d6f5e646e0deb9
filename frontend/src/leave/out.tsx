import { useState } from 'preact/hooks';
import { sayRequests } from '../messages/requests/index.ts';
import { Clause } from '../ui/clause.tsx';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { record } from '../ui/decide.tsx';
import { Chips } from '../ui/field.tsx';
import { SaveBar, TimeField } from '../ui/fields.tsx';
import { Gone } from '../ui/gone.tsx';
import { Heading, Loading } from '../ui/panel.tsx';
import { ReasonField } from '../ui/reason-field.tsx';
import { go } from '../ui/route.ts';
import { type Shift, shiftWords } from '../ui/shifts.ts';
import { packOn, termOn } from '../ui/terms.ts';
import { clock } from '../ui/time.ts';
import { goOut } from './actions.ts';
import { instant } from './ask.tsx';
import { ahead, type Desk, KINDS, readDesk } from './queries.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/** Asks to go out during the shift of now, or the next one. */
export function GoOut() {
  const { engine, who } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const desk = useRows(engine, who.person, KINDS, readDesk);
  if (desk === undefined) return <Loading />;
  const shift = ahead(desk, who.person, now)[0];
  if (shift === undefined) {
    return (
      <Gone title={words.outTitle} up="/leave" icon="calendar">
        {words.noDuty}
      </Gone>
    );
  }
  return <Form key={shift.id} shift={shift} desk={desk} />;
}

function Form({ shift, desk }: { shift: Shift; desk: Desk }) {
  const { engine, duty } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const begin = Math.max(shift.start, Math.ceil((now + 5 * MINUTE) / (5 * MINUTE)) * 5 * MINUTE);
  const [from, setFrom] = useState(() => clock(begin, duty.zone));
  const [to, setTo] = useState(() => clock(Math.min(begin + 60 * MINUTE, shift.end), duty.zone));
  const [business, setBusiness] = useState(true);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const consent = termOn(desk.book, shift.team, shift.date, 'outing.needs_consent');
  const since = within(from, shift, duty.zone);
  const until = within(to, shift, duty.zone);
  const right = since !== undefined && until !== undefined && until > since;
  const send = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!right) return;
    const said = reason.normalize('NFC').trim();
    if (await record(goOut(engine, shift, since, until, business, said), words.done)) go('/leave', { replace: true });
  };
  return (
    <form class="page stack" onSubmit={send}>
      <Heading title={words.outTitle} up="/leave" />
      <p>
        <span class="soft">{words.during} </span>
        <strong class="number">{shiftWords(shift, now, duty.zone)}</strong>
      </p>
      <section class="card">
        <p class="strong">{consent.value === true ? words.needsConsent(words.level.superior) : words.noConsent}</p>
        <Clause id={consent.clause} pack={packOn(desk.book, shift.team, shift.date)} />
      </section>
      <div class="pair">
        <TimeField label={words.from} value={from} onInput={setFrom} />
        <TimeField label={words.to} value={to} onInput={setTo} problem={tried && !right ? words.badTime : undefined} />
      </div>
      <Chips
        label={words.kind}
        options={[
          ['business', words.business],
          ['private', words.private],
        ]}
        value={business ? 'business' : 'private'}
        onPick={(one) => setBusiness(one === 'business')}
      />
      <ReasonField value={reason} onInput={setReason} />
      <SaveBar>{words.send}</SaveBar>
    </form>
  );
}

/** A time of day inside the shift, also after midnight; undefined for one outside. */
export function within(time: string, shift: Shift, zone: string): number | undefined {
  const at = instant(shift.date, time, zone);
  if (at === undefined) return undefined;
  const found = at < shift.start ? at + DAY : at;
  return found <= shift.end ? found : undefined;
}
