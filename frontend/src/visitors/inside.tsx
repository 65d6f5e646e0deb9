import type { Row } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, Heading, Loading } from '../ui/panel.tsx';
import { useApart } from './apart.ts';
import { GateChips } from './gates.tsx';
import { JoinSheet } from './join.tsx';
import { leaveNow } from './leave.ts';
import { filedAt } from './orders.ts';
import { gatesOf, isOverdue, type Listed, readInside } from './queries.ts';
import { VisitRow } from './row.tsx';
import { sinceWords, whoWords } from './words.ts';

/** Who is inside, by the post they came in at, with the age of what each post's devices have told. */
export function InsideList({ current }: { current?: string }) {
  const app = useApp();
  const { engine, duty, who } = app;
  const words = saySignedIn().inside;
  const now = useNow(engine);
  const [apart, setApart] = useApart(engine);
  const found = useRows(engine, `${duty.site} ${apart.size}`, ['visit', 'post', 'gate'], (view) =>
    readInside(view, duty.site, apart),
  );
  const [post, setPost] = useState('');
  const [pair, setPair] = useState<readonly [Row, Row]>();
  if (!found) return <Loading />;

  const rows = found.rows.filter(({ row }) => !post || row.f['post'] === post);
  const gates = gatesOf(
    found.posts,
    found.devices,
    found.rows.map(({ row }) => row),
    who.device,
    now,
  );
  const ask = (listed: Listed) => {
    const [id] = listed.same;
    const other = found.rows.find(({ row }) => row.id === id)?.row ?? found.exits.find((row) => row.id === id);
    if (other) setPair([listed.row, other]);
  };
  return (
    <section class="page stack">
      <Heading title={words.title}>
        <Link to="/visitors/search" class="button square" label={saySignedIn().search.title}>
          <Icon name="search" />
        </Link>
        <Link to="/visitors/history" class="button square" label={words.history}>
          <Icon name="clock" />
        </Link>
      </Heading>
      <GateChips gates={gates} total={found.rows.length} value={post} onPick={setPost} />
      {rows.length === 0 ? (
        <Empty icon="people" title={words.empty}>
          {words.emptyHint}
        </Empty>
      ) : (
        <ul class="list">
          {rows.map((listed) => (
            <VisitRow
              key={listed.row.id}
              row={listed.row}
              state={listed.state}
              at={filedAt(listed.row)}
              current={listed.row.id === current}
              tags={
                isOverdue(listed.row, now) ? (
                  <span class="tag late">{words.overdue}</span>
                ) : (
                  <span>{sinceWords(listed.row, now)}</span>
                )
              }
            >
              <Button label={words.leaveName(whoWords(listed.row))} onClick={() => leaveNow(app, listed.row)}>
                {words.leave}
              </Button>
              {listed.same.length > 0 && (
                <Button look="quiet" icon="people" onClick={() => ask(listed)}>
                  {words.same}
                </Button>
              )}
            </VisitRow>
          ))}
        </ul>
      )}
      <Link to="/visitors/exit" class="button">
        {words.exit}
      </Link>
      {pair && (
        <JoinSheet pair={pair} onApart={() => setApart(pair[0].id, pair[1].id)} onClose={() => setPair(undefined)} />
      )}
    </section>
  );
}
