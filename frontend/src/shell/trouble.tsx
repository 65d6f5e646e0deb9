import type { Engine } from '@gatehouse/sync/api';
import { say } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { useWatch } from '../ui/context.ts';
import { Banner } from '../ui/panel.tsx';
import { applyUpdate } from './update.ts';

/** What endangers work on this device, for as long as it does, with the way out where there is one. */
export function TroubleBanner({ engine }: { engine: Engine }) {
  const trouble = useWatch(engine.status)?.trouble;
  const who = useWatch(engine.who);
  if (!trouble) return null;
  const again = trouble === 'signed_out_elsewhere' && who && (
    <Button
      onClick={() => {
        engine.signOut().catch(console.error);
      }}
    >
      {say().sign.go}
    </Button>
  );
  const update = trouble === 'old_app' && <Button onClick={applyUpdate}>{say().update.apply}</Button>;
  return (
    <Banner bad action={again || update}>
      {say().trouble[trouble]}
    </Banner>
  );
}
