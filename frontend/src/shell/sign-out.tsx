import type { Engine } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from '../ui/button.tsx';
import { useWatch } from '../ui/context.ts';
import { go } from '../ui/route.ts';
import { Sheet } from '../ui/sheet.tsx';

/** Hands the device to somebody else: says first what becomes of acts that are still here. */
export function SignOut({ engine }: { engine: Engine }) {
  const words = saySignedIn().me;
  const waiting = useWatch(engine.status)?.waiting ?? 0;
  const [asking, ask] = useState(false);
  return (
    <>
      <Button icon="me" onClick={() => ask(true)}>
        {words.switch}
      </Button>
      {asking && (
        <Sheet title={words.switch} onClose={() => ask(false)}>
          <p>{waiting > 0 ? words.unsent(waiting) : words.switchLead}</p>
          <Button
            look="primary"
            big
            onClick={() => {
              go('/', { replace: true });
              engine.signOut().catch(console.error);
            }}
          >
            {words.out}
          </Button>
        </Sheet>
      )}
    </>
  );
}
