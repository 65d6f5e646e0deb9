import type { Engine, Status } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { say } from '../messages/index.ts';
import { useNow, useWatch } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { lazy } from '../ui/lazy.tsx';
import { ago } from '../ui/time.ts';

const SyncSheet = lazy(async () => (await import('./sync-sheet.tsx')).SyncSheet);
const LONG = 12 * 3_600_000;

/** Network, number waiting, age of the last exchange: always in sight, and the way to the rest of it. */
export function SyncChip({ engine }: { engine: Engine }) {
  const words = say().sync;
  const status = useWatch(engine.status);
  const now = useNow(engine);
  const [open, setOpen] = useState(false);
  if (!status) return null;
  return (
    <>
      <div role="status" aria-label={words.label}>
        <button type="button" class={`sync-chip ${mood(status, now)}`} onClick={() => setOpen(true)}>
          <Icon name={status.network === 'online' ? 'online' : status.network === 'offline' ? 'offline' : 'sending'} />
          <span>{words[status.network]}</span>
          {status.waiting > 0 && <strong>{words.waiting(status.waiting)}</strong>}
          <span class="soft">{status.syncedAt === null ? words.never : words.at(ago(status.syncedAt, now))}</span>
        </button>
      </div>
      {open && <SyncSheet engine={engine} status={status} onClose={() => setOpen(false)} />}
    </>
  );
}

/** Acts that have waited for half a day need somebody to notice. */
function mood({ network, waiting, syncedAt }: Status, now: number): string {
  if (waiting > 0 && syncedAt !== null && now - syncedAt > LONG) return 'bad';
  return waiting > 0 || network === 'offline' ? 'warn' : 'good';
}
