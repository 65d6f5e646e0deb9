import { sayRequests } from '../messages/requests/index.ts';
import { textOf, useApp, useNow } from '../ui/context.ts';
import { DecideCard } from '../ui/decide.tsx';
import { Icon } from '../ui/icons.tsx';
import { WaitingCards } from '../ui/request-page.tsx';
import type { Request } from '../ui/requests.ts';
import { Said } from '../ui/said.tsx';
import { shiftWords } from '../ui/shifts.ts';
import { nameOf } from '../ui/values.ts';
import { coverOf, DESK, type Desk } from './queries.ts';
import type { LeaveClass } from './rules.ts';
import { sortWords, spanWords } from './words.ts';

/** A leave or an outing that waits: how long, how late, who is left on the post. */
export function LeaveCard({ request, desk }: { request: Request; desk: Desk }) {
  const { engine, duty, who } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const { row } = request;
  const class_ = textOf(row, 'class') as LeaveClass | '';
  const cover = coverOf(desk, request);
  const substitute = textOf(row, 'substitute');
  return (
    <DecideCard request={request} names={desk.names} acts={desk.acts} to={`/leave/of/${request.id}`}>
      <p class="row wrap">
        <strong>{sortWords(request)}</strong>
        {class_ && <span class={`tag${class_ === 'late' ? ' warn' : ''}`}>{words.class[class_]}</span>}
        {request.kind === 'leave' && <span class="tag">{words.days(Number(row.f['days'] ?? 1))}</span>}
      </p>
      <p class="number">{spanWords(request.since, request.until, now, duty.zone)}</p>
      {request.kind === 'leave' && cover.length === 0 && <p class="soft small">{words.noShift}</p>}
      {cover.length > 0 && (
        <ul class="stack tight">
          {cover.map(({ shift, left }) => (
            <li key={shift.id} class="row wrap small">
              <Icon name={left === 0 && !substitute ? 'needs_you' : 'people'} />
              <span class="number">{shiftWords(shift, now, duty.zone)}</span>
              <Said class="soft" text={desk.names.get(shift.post) ?? ''} />
              <strong>{words.left(left)}</strong>
            </li>
          ))}
        </ul>
      )}
      {request.kind === 'leave' && (
        <p class="small">
          {substitute ? <Said text={words.coverBy(nameOf(desk.names, substitute, who.person))} /> : words.coverNone}
        </p>
      )}
      {row.f['certificate'] === true && <p class="small">{words.certDue(textOf(row, 'due'))}</p>}
    </DecideCard>
  );
}

/** Leave and outings that wait for this person, for the one list of what waits. */
export function LeaveCards() {
  return <WaitingCards source={DESK} card={(request, desk) => <LeaveCard request={request} desk={desk} />} />;
}
