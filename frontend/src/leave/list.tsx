import { sayRequests } from '../messages/requests/index.ts';
import { StateBadge } from '../ui/badge.tsx';
import { textOf, useApp, useNow, useRows } from '../ui/context.ts';
import { standsWords } from '../ui/decide.tsx';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, Heading, Loading } from '../ui/panel.tsx';
import type { Request } from '../ui/requests.ts';
import { nameOf } from '../ui/values.ts';
import { type Desk, KINDS, mine, readDesk } from './queries.ts';
import { sortWords, spanWords } from './words.ts';

/** What one can ask for, and what became of what one asked. */
export function LeaveList() {
  const { engine, who } = useApp();
  const words = sayRequests();
  const desk = useRows(engine, who.person, KINDS, readDesk);
  if (desk === undefined) return <Loading />;
  const own = mine(desk, who.person);
  return (
    <section class="page stack roomy">
      <Heading title={words.title} up="/" />
      <nav class="request-ways" aria-label={words.title}>
        <Link to="/leave/new" class="button primary">
          <Icon name="calendar" />
          {words.ask}
        </Link>
        <Link to="/leave/out" class="button">
          <Icon name="out" />
          {words.goOut}
        </Link>
        <Link to="/corrections" class="button">
          <Icon name="pencil" />
          {words.correction}
        </Link>
      </nav>
      <h2>{words.mine}</h2>
      {own.length === 0 && (
        <Empty icon="calendar" title={words.none}>
          {words.noneHint}
        </Empty>
      )}
      {own.length > 0 && (
        <ul class="list">
          {own.map((request) => (
            <Line key={request.id} request={request} desk={desk} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ request, desk }: { request: Request; desk: Desk }) {
  const { engine, duty, who } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const state = desk.states.get(request.id);
  const sort = sortWords(request);
  const whose = request.person === who.person ? sort : `${nameOf(desk.names, request.person, who.person)} · ${sort}`;
  return (
    <li class="request-line">
      <Link to={`/leave/of/${request.id}`} class="row card-link">
        <div class="grow stack tight">
          <p class="row wrap">
            <strong>{whose}</strong>
            <span class={`tag stand ${request.state}`}>{standsWords(request)}</span>
            {state && state.state !== 'delivered' && <StateBadge state={state} />}
          </p>
          <p class="number">{spanWords(request.since, request.until, now, duty.zone)}</p>
          {textOf(request.row, 'due') !== '' && request.row.f['seen'] === undefined && (
            <p class="small">{words.certDue(textOf(request.row, 'due'))}</p>
          )}
        </div>
        <Icon name="next" />
      </Link>
    </li>
  );
}
