import { sayRequests } from '../messages/requests/index.ts';
import { reason, StateBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Clause } from '../ui/clause.tsx';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { record, standsWords } from '../ui/decide.tsx';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, Heading, Loading } from '../ui/panel.tsx';
import { isOpen, type Request } from '../ui/requests.ts';
import { Said } from '../ui/said.tsx';
import { shiftWords } from '../ui/shifts.ts';
import { dayKey, moment } from '../ui/time.ts';
import { withdraw } from './actions.ts';
import { type Desk, KINDS, readDesk, shiftOf } from './queries.ts';
import { barred, claimedOf, type Direction, type Gap, gapsOf, packOf, type Quota, quotaOf } from './rules.ts';

/** Missing punches of one's own, how many corrections are left, and what became of those asked for. */
export function CorrectionList() {
  const { engine, duty, who, standing } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const desk = useRows(engine, who.person, KINDS, readDesk);
  if (desk === undefined) return <Loading />;
  const gaps = gapsOf(desk.shifts, desk.punches, desk.rows, desk.book, who.person, now, duty.zone);
  const team = standing.team ?? '';
  const quota = quotaOf(desk.rows, desk.shifts, desk.book, who.person, team, dayKey(now, duty.zone));
  const own = desk.requests.filter((one) => one.person === who.person).sort((a, b) => b.row.at - a.row.at);
  return (
    <section class="page stack roomy">
      <Heading title={words.correction} up="/leave" />
      <QuotaLine quota={quota} />
      <h2>{words.missing}</h2>
      {gaps.length === 0 && (
        <Empty icon="clock" title={words.noMissing}>
          {words.noMissingHint}
        </Empty>
      )}
      {gaps.length > 0 && (
        <ul class="list">
          {gaps.map((gap) => (
            <GapLine key={`${gap.shift.id} ${gap.direction}`} gap={gap} desk={desk} />
          ))}
        </ul>
      )}
      {own.length > 0 && (
        <>
          <h2>{words.mine}</h2>
          <ul class="list">
            {own.map((request) => (
              <Line key={request.id} request={request} desk={desk} />
            ))}
          </ul>
        </>
      )}
      {standing.leads.length > 0 && (
        <Link to="/corrections/outage" class="button">
          {words.outage}
        </Link>
      )}
    </section>
  );
}

export function QuotaLine({ quota: { used, cap } }: { quota: Quota }) {
  const words = sayRequests();
  const full = cap !== undefined && used >= cap;
  return (
    <p class={`row strong${full ? ' wrong' : ''}`}>
      <Icon name={full ? 'needs_you' : 'stamp'} />
      {cap === undefined ? words.uncapped(used) : words.used(used, cap)}
    </p>
  );
}

function GapLine({ gap, desk }: { gap: Gap; desk: Desk }) {
  const { engine, duty, who } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const { shift, direction, due, until } = gap;
  const quota = quotaOf(desk.rows, desk.shifts, desk.book, who.person, shift.team, shift.date);
  const bar = barred(gap, quota, desk.book, now);
  return (
    <li class="request-line row wrap">
      <div class="grow stack tight">
        <p class="row wrap">
          <strong>{words[direction]}</strong>
          <span class="number">{words.due(moment(due, now, duty.zone))}</span>
        </p>
        <Said class="soft" text={desk.names.get(shift.post) ?? ''} />
        <p class="small">{until === undefined ? words.noLimit : words.askUntil(moment(until, now, duty.zone))}</p>
        {bar && (
          <div class="stack tight">
            <p class="row small strong">
              <Icon name="needs_you" />
              {reason(bar.code)}
            </p>
            <Clause id={bar.clause} pack={packOf(desk.book, shift)} />
          </div>
        )}
      </div>
      {!bar && (
        <Link to={`/corrections/${direction}/${shift.id}`} class="button primary">
          {words.correction}
        </Link>
      )}
    </li>
  );
}

export function Line({ request, desk }: { request: Request; desk: Desk }) {
  const { engine, duty, who } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const { shift } = shiftOf(desk, request);
  const state = desk.states.get(request.id);
  const direction = request.row.f['direction'] as Direction;
  return (
    <li class="request-line stack tight">
      <p class="row wrap">
        <Link to={`/corrections/of/${request.id}`} class="strong">
          {words.claims(words[direction], moment(claimedOf(request.row), now, duty.zone))}
        </Link>
        <span class={`tag stand ${request.state}`}>{standsWords(request)}</span>
        {state && state.state !== 'delivered' && <StateBadge state={state} />}
      </p>
      {shift && <p class="number soft">{shiftWords(shift, now, duty.zone)}</p>}
      {request.note && (
        <p>
          <span class="soft small">{words.note} </span>
          <Said text={request.note} />
        </p>
      )}
      {isOpen(request) && request.person === who.person && (
        <div>
          <Button onClick={() => void record(withdraw(engine, request.id), words.withdrawn)}>{words.withdraw}</Button>
        </div>
      )}
    </li>
  );
}
