import { useEffect } from 'preact/hooks';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { useApp, useRows } from '../ui/context.ts';
import { Empty, Loading } from '../ui/panel.tsx';
import { NoticeCard } from './card.tsx';
import { isSwap, readInbox } from './queries.ts';
import { Results } from './results.tsx';
import { noteSeen } from './seen.ts';
import { SwapNotice } from './swap-card.tsx';

const KINDS = ['notice', 'visit', 'swap', 'shift', 'person', 'post'];

/** Everything that was decided otherwise than the person meant, and what to do about it. */
export function InboxList() {
  const { engine, who } = useApp();
  const words = saySignedIn().inbox;
  const inbox = useRows(engine, who.person, KINDS, (view) => readInbox(view, who.person, engine.now()));
  // Also what arrives while it is looked at is seen.
  const results = inbox?.results.length ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new result is what it is noted for
  useEffect(() => noteSeen(engine, who), [engine, who, results]);
  return (
    <section class="page stack roomy">
      <h1>{words.title}</h1>
      {!inbox && <Loading />}
      {inbox?.notices.length === 0 && (
        <Empty icon="inbox" title={words.empty}>
          {words.emptyHint}
        </Empty>
      )}
      <ul class="cards">
        {inbox?.notices.map((notice) => (
          <li key={notice.id}>
            {isSwap(notice.kind) ? (
              <SwapNotice notice={notice} inbox={inbox} />
            ) : (
              <NoticeCard notice={notice} names={inbox.names} />
            )}
          </li>
        ))}
      </ul>
      {inbox && <Results inbox={inbox} />}
    </section>
  );
}
