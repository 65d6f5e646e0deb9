import type { Engine } from '@gatehouse/sync/api';
import { useEffect, useState } from 'preact/hooks';
import { say } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { Empty, Loading } from '../ui/panel.tsx';
import { TroubleBanner } from './trouble.tsx';

/** Opening takes a moment on a slow phone; after this long it is stuck, and the person must be told. */
const STUCK = 8_000;

/** While the device's storage opens: nothing at first, so that nothing flickers. */
export function Starting({ engine }: { engine: Engine }) {
  const [stage, set] = useState<'quiet' | 'slow' | 'stuck'>('quiet');
  useEffect(() => {
    const timers = [setTimeout(() => set('slow'), 1_000), setTimeout(() => set('stuck'), STUCK)];
    return () => timers.forEach(clearTimeout);
  }, []);
  return (
    <main class="sign-in">
      <TroubleBanner engine={engine} />
      {stage === 'slow' && <Loading />}
      {stage === 'stuck' && <Broken />}
    </main>
  );
}

/** Storage did not open: private browsing, or a window that holds an older version of it. */
export function Broken() {
  return (
    <div class="stack">
      <Empty icon="needs_you" title={say().broken} />
      <Button big onClick={() => location.reload()}>
        {say().update.reload}
      </Button>
    </div>
  );
}
