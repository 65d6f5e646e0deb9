// Puts the features together for whoever is signed in: which post is kept, which screen is shown.

import type { Engine, Who } from '@gatehouse/sync/api';
import { useEffect, useMemo } from 'preact/hooks';
import { attendanceScreens } from '../attendance/view.tsx';
import { boardScreens } from '../board/view.tsx';
import { bind, readClock } from '../clock/bind.ts';
import { clockScreens } from '../clock/view.tsx';
import { CorrectionCards, correctionScreens } from '../corrections/view.tsx';
import { badge } from '../device/notify.ts';
import { inboxScreens } from '../inbox/view.tsx';
import { LeaveCards, leaveScreens } from '../leave/view.tsx';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { inOffice, officeScreens } from '../office/view.tsx';
import { robotScreens } from '../robots/view.tsx';
import { Mine, rosterScreens } from '../roster/view.tsx';
import { sheetScreens } from '../sheets/view.tsx';
import { SwapList, swapScreens } from '../swaps/view.tsx';
import { AppContext, useApp, useNow, useRows, useWatch } from '../ui/context.ts';
import { NEVER, useIdle } from '../ui/idle.ts';
import { lazy } from '../ui/lazy.tsx';
import { Empty } from '../ui/panel.tsx';
import { AFTER } from '../ui/punches.ts';
import { go, path } from '../ui/route.ts';
import type { Screen } from '../ui/screen.ts';
import { readInsideCount } from '../visitors/orders.ts';
import { Latest, visitorScreens } from '../visitors/view.tsx';
import { PickDuty, useDuty } from './duty.tsx';
import { Frame } from './frame.tsx';
import { Guarded } from './guarded.tsx';
import { Home } from './home.tsx';
import { find } from './router.ts';
import { SignOut } from './sign-out.tsx';
import { useStanding } from './standing.ts';
import { Starting } from './starting.tsx';
import { SyncChip } from './sync-chip.tsx';
import { keepNight } from './theme.ts';
import { TroubleBanner } from './trouble.tsx';
import { useWaiting } from './waiting.ts';

const Me = lazy(async () => (await import('./me.tsx')).Me);

const guestsInOffice = [...inOffice('import', sheetScreens), ...inOffice('robots', robotScreens)];

/** What a person sees who is signed in. */
export function SignedIn({ engine, who, shared }: { engine: Engine; who: Who; shared: boolean }) {
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
        <PickDuty engine={engine} places={places} pick={pick} />
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
    if (!shared) return;
    go('/', { replace: true });
    engine.signOut().catch(console.error);
  });
}

/** Whoever looks at their own shifts sees which version of the roster they are of, and has received it. */
function withVersion(screen: Screen): Screen {
  if (screen.path !== '/shifts') return screen;
  return {
    path: screen.path,
    draw: (id) => (
      <>
        <Mine />
        {screen.draw(id)}
      </>
    ),
  };
}

function Present({ onChangeDuty }: { onChangeDuty: () => void }) {
  const { engine, duty, who } = useApp();
  const now = useNow(engine);
  const clocking = useRows(engine, who.person, ['shift', 'punch'], (view) => readClock(view, who.person));
  const bound = clocking && bind(clocking.shifts, clocking.made, now);
  const waiting = useWaiting();
  const night = bound?.shift?.night ? bound.shift.end + AFTER : 0;
  useEffect(() => keepNight(night), [night]);
  const inside = useRows(engine, duty.site, ['visit'], (view) => readInsideCount(view, duty.site));
  const screens: Screen[] = [
    {
      path: '/',
      draw: () => (
        <Home inside={inside} bound={bound} waiting={waiting.swaps + waiting.requests} onChangeDuty={onChangeDuty}>
          <Latest />
        </Home>
      ),
    },
    { path: '/me', draw: () => <Me onChangeDuty={onChangeDuty} /> },
    ...visitorScreens,
    ...clockScreens,
    {
      path: '/swaps',
      draw: () => (
        <SwapList others={waiting.requests}>
          <LeaveCards />
          <CorrectionCards />
        </SwapList>
      ),
    },
    ...swapScreens.map(withVersion),
    ...leaveScreens,
    ...correctionScreens,
    ...rosterScreens,
    ...attendanceScreens,
    ...boardScreens,
    ...inboxScreens,
    ...officeScreens,
    ...guestsInOffice,
  ];
  const found = find(path.value, screens);
  return found ? found.screen.draw(found.id) : <Empty icon="search" title={saySignedIn().page.gone} />;
}
