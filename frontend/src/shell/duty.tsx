// The post a guard keeps: asked once a shift, kept with the person's drafts.

import type { Engine, Row, View, Who } from '@gatehouse/sync/api';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { isClosed } from '../ui/closed.ts';
import { type Duty, inCharge, numberOf, type Standing, textOf, useRows, useWatch } from '../ui/context.ts';
import { Empty, Loading } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';

const KEY = 'duty';
/** Longer than any shift, shorter than the way to the same shift on the next day. */
const SHIFT = 14 * 3_600_000;

export interface Place {
  readonly site: Row;
  readonly posts: readonly Row[];
}

const used = async (view: View, kind: string) => (await view.all(kind)).filter((row) => !isClosed(row));

/** The sites whose rows this person holds, each with its posts in their order; what is out of use is no choice. */
export async function readPlaces(view: View): Promise<Place[]> {
  const [sites, posts] = await Promise.all([used(view, 'site'), used(view, 'post')]);
  const order = (row: Row) => numberOf(row, 'order') ?? 0;
  return sites
    .map((site) => ({
      site,
      posts: posts.filter((post) => post.f['site'] === site.id).sort((a, b) => order(a) - order(b) || a.at - b.at),
    }))
    .filter(({ posts: found }) => found.length > 0)
    .sort((a, b) => a.site.at - b.site.at || textOf(a.site, 'name').localeCompare(textOf(b.site, 'name'), 'zh'));
}

interface Keeping {
  /** Undefined while the disk is asked, null when a post must be picked. */
  readonly duty: Duty | null | undefined;
  readonly places: readonly Place[] | undefined;
  pick(post: Row): void;
  leave(): void;
}

/** Who is in charge stands at no gate: for them it is the first one until they pick another. */
export function useDuty(engine: Engine, who: Who, standing: Standing | undefined): Keeping {
  const [kept, keep] = useState<string | null>();
  const [asking, ask] = useState(false);
  const places = useRows(engine, who.person, ['site', 'post'], readPlaces);
  useEffect(() => {
    let here = true;
    const read = async () => {
      const found = (await engine.drafts.get(KEY)) as { post?: string; at?: number } | undefined;
      const fresh = found?.post !== undefined && engine.now() - (found.at ?? 0) < SHIFT;
      if (here) keep(fresh ? (found.post ?? null) : null);
    };
    read().catch(() => here && keep(null));
    return () => {
      here = false;
    };
  }, [engine]);
  const pick = useCallback(
    (post: Row) => {
      keep(post.id);
      engine.drafts.put(KEY, { post: post.id, at: engine.now() }).catch(console.error);
    },
    [engine],
  );
  const leave = useCallback(() => {
    ask(true);
    keep(null);
  }, []);
  const duty = useMemo(() => {
    if (!places || kept === undefined || standing === undefined) return undefined;
    const first = !asking && inCharge(standing) ? places[0]?.posts[0]?.id : undefined;
    return dutyOf(places, kept) ?? dutyOf(places, first ?? null);
  }, [places, kept, standing, asking]);
  return { duty, places, pick, leave };
}

function dutyOf(places: readonly Place[], post: string | null): Duty | null {
  for (const { site, posts } of places) {
    const row = posts.find(({ id }) => id === post);
    if (row) {
      const zone = textOf(site, 'zone') || Intl.DateTimeFormat().resolvedOptions().timeZone;
      return { site: site.id, siteName: textOf(site, 'name'), post: row.id, postName: textOf(row, 'name'), zone };
    }
  }
  return null;
}

interface PickProps {
  engine: Engine;
  places: readonly Place[] | undefined;
  pick: (post: Row) => void;
}

export function PickDuty({ engine, places, pick }: PickProps) {
  const words = saySignedIn().duty;
  const status = useWatch(engine.status);
  // Before the first pull there are no posts yet, which is no reason to send anybody to their supervisor.
  const first = status?.syncedAt === null && status.network !== 'offline';
  if (!places) return <Loading />;
  if (places.length === 0 && first) return <Empty icon="sending" title={words.first} />;
  if (places.length === 0) return <Empty icon="post" title={words.none} />;
  return (
    <section class="page stack">
      <h1>{words.title}</h1>
      <p class="soft">{words.lead}</p>
      {places.map(({ site, posts }) => (
        <div key={site.id} class="stack">
          <h2>
            <Said text={textOf(site, 'name')} />
          </h2>
          <div class="posts">
            {posts.map((post) => (
              <button key={post.id} type="button" class="button big" onClick={() => pick(post)}>
                <Said text={textOf(post, 'name')} />
              </button>
            ))}
          </div>
        </div>
      ))}
    </section>
  );
}
