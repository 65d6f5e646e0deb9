import { useState } from 'preact/hooks';
import { sayRequests } from '../messages/requests/index.ts';
import { Button } from '../ui/button.tsx';
import { numberOf, textOf, useApp, useNow, useRows } from '../ui/context.ts';
import { record } from '../ui/decide.tsx';
import { Chips, TextField } from '../ui/field.tsx';
import { DateField, TimeField } from '../ui/fields.tsx';
import { Heading, Loading } from '../ui/panel.tsx';
import { Said, visible } from '../ui/said.tsx';
import { clock, dayKey, moment } from '../ui/time.ts';
import { declare } from './actions.ts';
import { type Desk, KINDS, readDesk } from './queries.ts';
import { nearest } from './rules.ts';

const HOUR = 3_600_000;

/** Says when nobody could punch at a post, and shows what was said before. */
export function Outages() {
  const { engine, duty, who } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const desk = useRows(engine, who.person, KINDS, readDesk);
  if (desk === undefined) return <Loading />;
  const said = [...desk.outages].sort((a, b) => (numberOf(b, 'since') ?? 0) - (numberOf(a, 'since') ?? 0));
  return (
    <section class="page stack roomy">
      <Heading title={words.outage} up="/corrections" />
      <p class="soft">{words.outageLead}</p>
      <Form desk={desk} />
      {said.length > 0 && (
        <>
          <h2>{words.outages}</h2>
          <ul class="list">
            {said.map((row) => (
              <li key={row.id} class="request-line">
                <Said class="strong block" text={desk.names.get(textOf(row, 'post')) ?? ''} />
                <span class="number">
                  {moment(numberOf(row, 'since') ?? 0, now, duty.zone)} –{' '}
                  {moment(numberOf(row, 'until') ?? 0, now, duty.zone)}
                </span>
                {textOf(row, 'reason') && <Said class="soft block" text={textOf(row, 'reason')} />}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Form({ desk }: { desk: Desk }) {
  const { engine, duty } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const [post, setPost] = useState(duty.post);
  const [day, setDay] = useState(() => dayKey(now, duty.zone));
  const [from, setFrom] = useState(() => clock(now - HOUR, duty.zone));
  const [to, setTo] = useState(() => clock(now, duty.zone));
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const noon = Date.parse(`${day}T12:00Z`);
  const since = at(day, from, duty.zone);
  const until = at(day, to, duty.zone);
  const right = since !== undefined && until !== undefined && until > since && since <= now;
  const posts = desk.posts.filter((row) => row.f['site'] === duty.site && numberOf(row, 'closed') === undefined);
  const send = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!right || Number.isNaN(noon)) return;
    if (await record(declare(engine, post, since, until, reason.normalize('NFC').trim()), words.outageDone)) {
      setReason('');
      setTried(false);
    }
  };
  return (
    <form class="card stack" onSubmit={send}>
      <Chips
        label={words.outagePost}
        options={posts.map((row) => [row.id, visible(textOf(row, 'name'))] as const)}
        value={post}
        onPick={setPost}
      />
      <DateField label={words.day} value={day} onInput={setDay} />
      <div class="pair">
        <TimeField label={words.from} value={from} onInput={setFrom} />
        <TimeField label={words.to} value={to} onInput={setTo} problem={tried && !right ? words.badTime : undefined} />
      </div>
      <TextField label={words.reason} value={reason} onInput={setReason} max={200} enter="done" />
      <Button submit look="primary" big>
        {words.outageSend}
      </Button>
    </form>
  );
}

/** A local day and time of day as an instant. */
function at(day: string, time: string, zone: string): number | undefined {
  const noon = Date.parse(`${day}T12:00Z`);
  if (Number.isNaN(noon)) return undefined;
  const found = nearest(time, noon, zone);
  if (found === undefined) return undefined;
  // The nearest such time to noon UTC may lie on a neighbouring local day.
  return dayKey(found, zone) < day ? found + 24 * HOUR : dayKey(found, zone) > day ? found - 24 * HOUR : found;
}
