import { saySignedIn } from '../messages/signed-in/index.ts';
import { reason, StateBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { Gone } from '../ui/gone.tsx';
import { History } from '../ui/history.tsx';
import { Link } from '../ui/link.tsx';
import { Banner, Heading, Loading } from '../ui/panel.tsx';
import { go } from '../ui/route.ts';
import { Said } from '../ui/said.tsx';
import { moment } from '../ui/time.ts';
import { nameOf } from '../ui/values.ts';
import { Facts } from './facts.tsx';
import { leaveNow, putBack } from './leave.ts';
import { filedAt, isInside } from './orders.ts';
import { isOverdue, type Page, readPage } from './queries.ts';
import { categoryWords, sinceWords, whoWords } from './words.ts';

/** One visit: what is known, who wrote it, how one's own acts on it stand, and what can be done. */
export function VisitPage({ id }: { id: string }) {
  const app = useApp();
  const { engine, duty, who } = app;
  const words = saySignedIn().page;
  const now = useNow(engine);
  const page = useRows(engine, id, ['visit', 'notice', 'person', 'post'], (view) => readPage(view, id));
  if (page === undefined) return <Loading />;
  if (page === null) {
    return (
      <Gone title={words.title} up="/visitors">
        {words.gone}
      </Gone>
    );
  }
  const { row, state } = page;
  const inside = isInside(row);
  return (
    <section class="page stack">
      <Heading title={words.title} up="/visitors">
        {state && <StateBadge state={state} />}
      </Heading>
      {state?.code !== undefined && <Banner>{reason(state.code)}</Banner>}
      {page.conflict && (
        <Banner
          action={
            <Link to="/inbox" class="button">
              {saySignedIn().nav.inbox}
            </Link>
          }
        >
          {words.conflict}
        </Banner>
      )}
      <div class="stack">
        <p class="row wrap">
          <Said class="visit-name" text={whoWords(row)} />
          <span class="tag">{categoryWords(row)}</span>
          {inside ? (
            <span class={isOverdue(row, now) ? 'tag late' : 'tag'}>{`${words.inside} · ${sinceWords(row, now)}`}</span>
          ) : (
            <span class="tag">{row.f['arrived'] === undefined ? words.unpaired : words.outside}</span>
          )}
        </p>
        {row.erased && <p class="soft">{saySignedIn().visit.erased}</p>}
        {row.sh && <p class="soft">{saySignedIn().visit.masked}</p>}
      </div>
      <div class="row wrap">
        {inside && (
          <Button look="primary" big icon="out" onClick={() => leaveNow(app, row)}>
            {words.leaveAt(duty.postName)}
          </Button>
        )}
        {!row.sh && !row.erased && (
          <Button icon="pencil" onClick={() => go(`/visitors/amend/${id}`)}>
            {words.amend}
          </Button>
        )}
      </div>
      <Facts page={page} />
      <Joined page={page} />
      <p class="soft">{words.recorded(nameOf(page.names, row.by, who.person), moment(row.at, now, duty.zone))}</p>
      <OwnActs page={page} />
      <History id={id} />
      {justLeft(row.w?.['left'], who.person, now) && !row.sh && (
        <Button onClick={() => putBack(app, row).then(() => go('/visitors'))}>{words.back}</Button>
      )}
    </section>
  );
}

/** A slip is noticed within minutes; later it is the supervisor's matter. */
const SLIP = 15 * 60_000;

function justLeft(wrote: readonly [string, number, string] | undefined, self: string, now: number): boolean {
  return wrote !== undefined && wrote[0] === self && now - wrote[1] < SLIP;
}

function Joined({ page: { row, joined } }: { page: Page }) {
  const words = saySignedIn().page;
  const { engine, duty } = useApp();
  const now = useNow(engine);
  const target = row.f['joined'];
  return (
    <>
      {typeof target === 'string' && (
        <Banner
          action={
            <Link to={`/visitors/of/${target}`} class="button">
              {words.open}
            </Link>
          }
        >
          {words.joinedTo}
        </Banner>
      )}
      {joined.map((other) => (
        <Link key={other.id} to={`/visitors/of/${other.id}`} class="button">
          {`${saySignedIn().join.done} · ${moment(filedAt(other), now, duty.zone)}`}
        </Link>
      ))}
    </>
  );
}

function OwnActs({ page: { acts } }: { page: Page }) {
  const { engine, duty } = useApp();
  const now = useNow(engine);
  if (acts.length === 0) return null;
  return (
    <section class="card">
      <h2>{saySignedIn().page.mine}</h2>
      <ul class="stack">
        {acts.map((act) => (
          <li key={act.id}>
            <div class="row wrap">
              <time class="number">{moment(act.at, now, duty.zone)}</time>
              <span class="grow">{saySignedIn().act[act.kind] ?? saySignedIn().otherAct}</span>
              <StateBadge state={{ state: act.state, ops: [], ...(act.code ? { code: act.code } : {}) }} />
            </div>
            {act.code && <p class="soft small">{reason(act.code)}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
