// Puts the features together: who is signed in, which post is kept, which screen is shown.

import type { Engine, Who } from '@gatehouse/sync/api';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { boardScreens } from '../board/view.tsx';
import { bind, readClock } from '../clock/bind.ts';
import { clockScreens, Kiosk } from '../clock/view.tsx';
import { badge } from '../device/notify.ts';
import { inboxScreens } from '../inbox/view.tsx';
import { say } from '../messages/index.ts';
import { swapScreens } from '../swaps/view.tsx';
import { AppContext, useApp, useNow, useRows, useWatch } from '../ui/context.ts';
import { useIdle } from '../ui/idle.ts';
import { lazy } from '../ui/lazy.tsx';
import { Empty } from '../ui/panel.tsx';
import { path } from '../ui/route.ts';
import type { Screen } from '../ui/screen.ts';
import { readInsideCount } from '../visitors/orders.ts';
import { Latest, visitorScreens } from '../visitors/view.tsx';
import { PickDuty, useDuty } from './duty.tsx';
import { Frame } from './frame.tsx';
import { Guarded } from './guarded.tsx';
import { Home } from './home.tsx';
import { find } from './router.ts';
import { SignIn } from './sign-in.tsx';
import { SignOut } from './sign-out.tsx';
import { useStanding } from './standing.ts';
import { Starting } from './starting.tsx';
import { SyncChip } from './sync-chip.tsx';
import { keepShift } from './theme.ts';
import { TroubleBanner } from './trouble.tsx';
import { useWaiting } from './waiting.ts';

const Me = lazy(async () => (await import('./me.tsx')).Me);

export function Root({ engine }: { engine: Engine }) {
  const who = useWatch(engine.who);
  const kiosk = useWatch(engine.kiosk);
  const [asked, ask] = useState(false);
  const shared = kiosk !== null && kiosk !== undefined;
  // Signed in, the question is over: signing out leads back to the post's own screen.
  useEffect(() => {
    if (who) ask(false);
  }, [who]);
  if (who === undefined || kiosk === undefined) return <Starting engine={engine} />;
  if (who === null && shared && !asked) {
    return (
      <Kiosk engine={engine} kiosk={kiosk} onSignIn={() => ask(true)}>
        <SyncChip engine={engine} />
      </Kiosk>
    );
  }
  return who === null ? (
    <SignIn engine={engine} onBack={shared ? () => ask(false) : undefined} />
  ) : (
    <SignedIn key={who.person} engine={engine} who={who} shared={shared} />
  );
}

function SignedIn({ engine, who, shared }: { engine: Engine; who: Who; shared: boolean }) {
  const standing = useStanding(engine, who);
  const { duty, places, pick, leave } = useDuty(engine, who, standing);
  const app = useMemo(
    () => duty && (standing ? { engine, who, duty, standing } : undefined),
    [engine, who, duty, standing],
  );
  const todo = useWatch(engine.status)?.needsYou ?? 0;
  useEffect(() => badge(todo), [todo]);
  useSharedTablet(engine, shared);
  if (app === undefined) return <Starting engine={engine} />;
  if (app === null) {
    return (
      <main class="alone">
        <header class="row wrap">
          <SyncChip engine={engine} />
          <SignOut engine={engine} />
        </header>
        <TroubleBanner engine={engine} />
        <PickDuty places={places} pick={pick} />
      </main>
    );
  }
  return (
    <AppContext.Provider value={app}>
      <Frame>
        <Guarded at={path.value}>
          <Present onChangeDuty={leave} />
        </Guarded>
      </Frame>
    </AppContext.Provider>
  );
}

/** On a post's tablet: long enough for a form, short enough that the next one does not work in this one's name. */
const LEFT_ALONE = 3 * 60_000;

function useSharedTablet(engine: Engine, shared: boolean): void {
  useIdle(shared ? LEFT_ALONE : NEVER, String(shared), () => {
    if (shared) engine.signOut().catch(console.error);
  });
}

/** The longest time that a browser's timer takes. */
const NEVER = 2 ** 31 - 1;

function Present({ onChangeDuty }: { onChangeDuty: () => void }) {
  const { engine, duty, who } = useApp();
  const now = useNow(engine);
  const clocking = useRows(engine, who.person, ['shift', 'punch'], (view) => readClock(view, who.person));
  const bound = clocking && bind(clocking.shifts, clocking.made, now);
  const waiting = useWaiting();
  useEffect(() => keepShift(bound?.shift), [bound?.shift]);
  const inside = useRows(engine, duty.site, ['visit'], (view) => readInsideCount(view, duty.site));
  const screens: Screen[] = [
    {
      path: '/',
      draw: () => (
        <Home inside={inside} bound={bound} waiting={waiting} onChangeDuty={onChangeDuty}>
          <Latest />
        </Home>
      ),
    },
    { path: '/me', draw: () => <Me onChangeDuty={onChangeDuty} /> },
    ...visitorScreens,
    ...clockScreens,
    ...swapScreens,
    ...boardScreens,
    ...inboxScreens,
  ];
  const found = find(path.value, screens);
  return found ? found.screen.draw(found.id) : <Empty icon="search" title={say().page.gone} />;
}
