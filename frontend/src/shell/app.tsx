// Puts the features together: who is signed in, which post is kept, which screen is shown.

import type { Engine, Who } from '@gatehouse/sync/api';
import { useEffect, useMemo } from 'preact/hooks';
import { badge } from '../device/notify.ts';
import { inboxScreens } from '../inbox/view.tsx';
import { say } from '../messages/index.ts';
import { AppContext, useApp, useRows, useWatch } from '../ui/context.ts';
import { lazy } from '../ui/lazy.tsx';
import { Empty } from '../ui/panel.tsx';
import { path } from '../ui/route.ts';
import { readInsideCount } from '../visitors/orders.ts';
import { Latest, visitorScreens } from '../visitors/view.tsx';
import { PickDuty, useDuty } from './duty.tsx';
import { Frame } from './frame.tsx';
import { Guarded } from './guarded.tsx';
import { Home } from './home.tsx';
import { find, type Screen } from './router.ts';
import { SignIn } from './sign-in.tsx';
import { SignOut } from './sign-out.tsx';
import { Starting } from './starting.tsx';
import { SyncChip } from './sync-chip.tsx';
import { TroubleBanner } from './trouble.tsx';

const Me = lazy(async () => (await import('./me.tsx')).Me);

export function Root({ engine }: { engine: Engine }) {
  const who = useWatch(engine.who);
  if (who === undefined) return <Starting engine={engine} />;
  return who === null ? <SignIn engine={engine} /> : <SignedIn key={who.person} engine={engine} who={who} />;
}

function SignedIn({ engine, who }: { engine: Engine; who: Who }) {
  const { duty, places, pick, leave } = useDuty(engine, who);
  const app = useMemo(() => duty && { engine, who, duty }, [engine, who, duty]);
  const todo = useWatch(engine.status)?.needsYou ?? 0;
  useEffect(() => badge(todo), [todo]);
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

function Present({ onChangeDuty }: { onChangeDuty: () => void }) {
  const { engine, duty } = useApp();
  const inside = useRows(engine, duty.site, ['visit'], (view) => readInsideCount(view, duty.site));
  const screens: Screen[] = [
    {
      path: '/',
      draw: () => (
        <Home inside={inside} onChangeDuty={onChangeDuty}>
          <Latest />
        </Home>
      ),
    },
    { path: '/me', draw: () => <Me onChangeDuty={onChangeDuty} /> },
    ...visitorScreens,
    ...inboxScreens,
  ];
  const found = find(path.value, screens);
  return found ? found.screen.draw(found.id) : <Empty icon="search" title={say().page.gone} />;
}
