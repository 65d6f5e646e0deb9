import type { Engine, Kiosk as Place } from '@gatehouse/sync/api';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { stayAwake } from '../device/awake.ts';
import { sayClock } from '../messages/clock/index.ts';
import { Button } from '../ui/button.tsx';
import { useNow, useWatch } from '../ui/context.ts';
import { Loading } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import { clock } from '../ui/time.ts';
import { Confirmed, type Done } from './confirmed.tsx';
import { Find } from './find.tsx';
import { type Known, readPost } from './finding.ts';
import { Person } from './person.tsx';

interface KioskProps {
  engine: Engine;
  kiosk: Place;
  onSignIn: () => void;
  /** The sync line. */
  children: ComponentChildren;
}

type Stage =
  | { readonly at: 'find' }
  | { readonly at: 'person'; readonly known: Known }
  | { readonly at: 'done'; readonly done: Done };

const START: Stage = { at: 'find' };

/** A post's tablet with nobody signed in: find yourself, clock, and it is the next one's turn. */
export function Kiosk({ engine, kiosk, onSignIn, children }: KioskProps) {
  const words = sayClock().kiosk;
  const now = useNow(engine, 1_000);
  const [stage, go] = useState<Stage>(START);
  const watch = useMemo(() => engine.watchPost(['badge', 'shift', 'punch'], readPost), [engine]);
  const post = useWatch(watch);
  useEffect(() => stayAwake(), []);
  const restart = () => go(START);
  if (stage.at === 'done') return <Confirmed done={stage.done} zone={kiosk.zone} onClose={restart} />;
  return (
    <main class="kiosk">
      <header class="kiosk-top">
        <div class="grow">
          <h1>
            <Said text={words.title(kiosk.name)} />
          </h1>
          <p class="soft">
            <Said text={kiosk.siteName} />
          </p>
        </div>
        <time class="clock-time">{clock(now, kiosk.zone)}</time>
        {children}
      </header>
      {!post && <Loading />}
      {post && stage.at === 'find' && <Find people={post.people} onPick={(known) => go({ at: 'person', known })} />}
      {post && stage.at === 'person' && (
        <Person
          engine={engine}
          kiosk={kiosk}
          post={post}
          known={stage.known}
          onBack={restart}
          onDone={(done) => go({ at: 'done', done })}
        />
      )}
      <footer class="row wrap">
        <Button icon="me" onClick={onSignIn}>
          {words.more}
        </Button>
        <span class="soft small">{words.moreHint}</span>
      </footer>
    </main>
  );
}
