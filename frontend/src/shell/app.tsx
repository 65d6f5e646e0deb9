// Which of three faces the app has: a post's tablet, the sign-in, or what a person signed in sees.

import type { Engine, Who } from '@gatehouse/sync/api';
import { useEffect, useState } from 'preact/hooks';
import { useWatch } from '../ui/context.ts';
import { lazy } from '../ui/lazy.tsx';
import { SharedTablet } from './shared-tablet.tsx';
import { SignIn } from './sign-in.tsx';
import { Starting } from './starting.tsx';

const signedIn = () => import('./signed-in.tsx');
// It comes beside the sign-in page, and while the storage opens where somebody is signed in already.
signedIn().catch(() => undefined);
const SignedIn = lazy<{ engine: Engine; who: Who; shared: boolean }>(async () => (await signedIn()).SignedIn);

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
    return <SharedTablet engine={engine} kiosk={kiosk} onSignIn={() => ask(true)} />;
  }
  return who === null ? (
    <SignIn engine={engine} onBack={shared ? () => ask(false) : undefined} />
  ) : (
    <SignedIn key={who.person} engine={engine} who={who} shared={shared} />
  );
}
