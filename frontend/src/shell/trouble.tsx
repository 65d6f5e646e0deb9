import type { Engine } from '@gatehouse/sync/api';
import { say } from '../messages/index.ts';
import { useWatch } from '../ui/context.ts';
import { Banner } from '../ui/panel.tsx';

/** What endangers work on this device, for as long as it does. */
export function TroubleBanner({ engine }: { engine: Engine }) {
  const trouble = useWatch(engine.status)?.trouble;
  return trouble ? <Banner bad>{say().trouble[trouble]}</Banner> : null;
}
