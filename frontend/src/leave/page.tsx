import { useState } from 'preact/hooks';
import { sayRequests } from '../messages/requests/index.ts';
import { reason } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Clause } from '../ui/clause.tsx';
import { numberOf, textOf, useApp, useNow } from '../ui/context.ts';
import { record, standsWords } from '../ui/decide.tsx';
import { TextField } from '../ui/field.tsx';
import { DateField } from '../ui/fields.tsx';
import { Link } from '../ui/link.tsx';
import { RequestPage } from '../ui/request-page.tsx';
import { isOpen, type Request } from '../ui/requests.ts';
import { Said } from '../ui/said.tsx';
import { packOn } from '../ui/terms.ts';
import { dayKey, moment } from '../ui/time.ts';
import { nameOf } from '../ui/values.ts';
import { certify, comeBack, withdraw } from './actions.ts';
import { LeaveCard } from './card.tsx';
import { DESK, type Desk } from './queries.ts';
import { ofRequests, sortWords, spanWords } from './words.ts';

/** One request: how it stands, by which clause, and what can be done now. */
export function LeavePage({ id }: { id: string }) {
  const title = (request?: Request) => (request ? sortWords(request) : sayRequests().leave);
  return (
    <RequestPage id={id} source={DESK} list="/leave" title={title} fields={ofRequests}>
      {(request, desk, decide) => (
        <>
          {decide ? <LeaveCard request={request} desk={desk} /> : <Facts request={request} desk={desk} />}
          <Moves request={request} desk={desk} />
        </>
      )}
    </RequestPage>
  );
}

function Facts({ request, desk }: { request: Request; desk: Desk }) {
  const { engine, duty, who } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const { row } = request;
  const names = (people: readonly string[]) => people.map((one) => nameOf(desk.names, one, who.person)).join(' · ');
  const clause = textOf(row, 'clause');
  const why = textOf(row, 'why');
  const certs = (Array.isArray(row.f['certs']) ? row.f['certs'] : []).map(String);
  return (
    <section class="card">
      <p class="row wrap">
        <span class={`tag stand ${request.state}`}>{standsWords(request)}</span>
        {request.person !== who.person && <Said class="strong" text={nameOf(desk.names, request.person, who.person)} />}
      </p>
      <p class="number strong">{spanWords(request.since, request.until, now, duty.zone)}</p>
      <p class="soft small">{words.asked(moment(row.at, now, duty.zone))}</p>
      {request.by !== request.person && <Said text={words.filedBy(nameOf(desk.names, request.by, who.person))} />}
      {isOpen(request) && request.levels.length > 0 && (
        <p>{words.by(request.levels.map((level) => words.level[level]).join(words.arrow))}</p>
      )}
      {request.approved.length > 0 && <Said text={words.approvedBy(names(request.approved))} />}
      {isOpen(request) && request.deadline !== undefined && (
        <p class="small">{words.decidedBefore(moment(request.deadline, now, duty.zone))}</p>
      )}
      {textOf(row, 'substitute') && (
        <Said text={words.coverBy(nameOf(desk.names, textOf(row, 'substitute'), who.person))} />
      )}
      {textOf(row, 'due') && certs.length === 0 && <p>{words.certDue(textOf(row, 'due'))}</p>}
      {certs.length > 0 && <p class="number">{words.certsSeen(certs.join(' · '))}</p>}
      {why && <p>{reason(why)}</p>}
      {clause && <Clause id={clause} pack={packOn(desk.book, request.team, dayKey(request.since, duty.zone))} />}
      {request.reason && (
        <p>
          <span class="soft small">{words.because} </span>
          <Said text={request.reason} />
        </p>
      )}
      {request.note && (
        <p>
          <span class="soft small">{words.note} </span>
          <Said class="strong" text={request.note} />
        </p>
      )}
    </section>
  );
}

/** What the person, or who is in charge, can do with it now. */
function Moves({ request, desk }: { request: Request; desk: Desk }) {
  const { engine, who, standing } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const { id, kind, state } = request;
  const own = request.person === who.person || request.by === who.person;
  const open = isOpen(request) || (state === 'granted' && (request.deadline ?? 0) > now);
  const away = kind === 'leave' && state === 'granted' && request.since <= now && now < request.until;
  const lead = !own && (standing.leads.includes(request.team) || request.approved.includes(who.person));
  const sick =
    kind === 'leave' && textOf(request.row, 'sort') === 'sick' && (state === 'granted' || state === 'requested');
  return (
    <div class="stack">
      {own && open && kind !== 'correction' && (
        <Button onClick={() => void record(withdraw(engine, kind, id), words.withdrawn)}>{words.withdraw}</Button>
      )}
      {(own || lead) && away && numberOf(request.row, 'returned') === undefined && (
        <Button look="primary" big onClick={() => void record(comeBack(engine, id), words.backDone)}>
          {words.back}
        </Button>
      )}
      {lead && sick && <Certify request={request} />}
      {own && state === 'rejected' && desk.shifts.some((shift) => shift.person === who.person && shift.start > now) && (
        <Link to="/shifts" class="button">
          {words.trySwap}
        </Link>
      )}
    </div>
  );
}

function Certify({ request }: { request: Request }) {
  const { engine, duty } = useApp();
  const words = sayRequests();
  const [first, setFirst] = useState(() => dayKey(request.since, duty.zone));
  const [last, setLast] = useState(() => dayKey(request.until - 1, duty.zone));
  const [note, setNote] = useState('');
  return (
    <form
      class="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        void record(certify(engine, request.id, first, last, note.normalize('NFC').trim()), words.certifyDone);
      }}
    >
      <h2>{words.certifyLead}</h2>
      <div class="pair">
        <DateField label={words.from} value={first} onInput={setFirst} />
        <DateField label={words.to} value={last} min={first} onInput={setLast} />
      </div>
      <TextField label={words.certifyNote} value={note} onInput={setNote} max={200} enter="done" />
      <Button submit>{words.certify}</Button>
    </form>
  );
}
