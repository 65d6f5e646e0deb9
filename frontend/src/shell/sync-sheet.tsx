import type { Engine, OwnAct, Status } from '@gatehouse/sync/api';
import { version } from '../../package.json';
import { available } from '../device/persist.ts';
import { say } from '../messages/index.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { reason, StateBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useNow, useRows, useWatch } from '../ui/context.ts';
import { Sheet } from '../ui/sheet.tsx';
import { ago, moment, span } from '../ui/time.ts';

interface SheetProps {
  engine: Engine;
  status: Status;
  onClose: () => void;
}

const readUnsent = async (view: { ownActs(): readonly OwnAct[] }) =>
  view.ownActs().filter(({ state, code }) => state !== 'delivered' || code !== undefined);

export function SyncSheet({ engine, status, onClose }: SheetProps) {
  const words = say().sync;
  const now = useNow(engine);
  const who = useWatch(engine.who);
  const unsent = useRows(engine, who?.person ?? '', ['visit', 'notice'], readUnsent) ?? [];
  return (
    <Sheet title={words.title} onClose={onClose}>
      <p class="soft">{words.safe}</p>
      <Button look="primary" icon="sending" onClick={() => engine.syncNow()}>
        {words.now}
      </Button>
      <dl class="facts">
        <dt>{words.label}</dt>
        <dd>{`${words[status.network]} · ${status.waiting > 0 ? words.waiting(status.waiting) : words.clear}`}</dd>
        <dt>{words.last}</dt>
        <dd>{status.syncedAt === null ? words.never : ago(status.syncedAt, now)}</dd>
        <dt>{words.clock}</dt>
        <dd>{clockWords(status.clockOffset)}</dd>
        <dt>{words.storage}</dt>
        <dd>{status.persistent ? words.kept : words.notKept}</dd>
        <dt>{words.device}</dt>
        <dd class="number">{who?.device.slice(-8) ?? say().none}</dd>
        <dt>{words.version}</dt>
        <dd class="number">{version}</dd>
      </dl>
      {!status.persistent && available() && (
        <Button
          onClick={() => {
            engine.persist().catch(console.error);
          }}
        >
          {words.keep}
        </Button>
      )}
      <h2>{words.unsent}</h2>
      {unsent.length === 0 ? <p class="soft">{words.allSent}</p> : <Unsent acts={unsent} now={now} />}
    </Sheet>
  );
}

function Unsent({ acts, now }: { acts: readonly OwnAct[]; now: number }) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <ul class="stack">
      {[...acts].reverse().map((act) => (
        <li key={act.id}>
          <div class="row wrap">
            <time class="number">{moment(act.at, now, zone)}</time>
            <span class="grow">{saySignedIn().act[act.kind] ?? saySignedIn().otherAct}</span>
            <StateBadge state={{ state: act.state, ops: [], ...(act.code ? { code: act.code } : {}) }} />
          </div>
          {act.code && <p class="soft small">{reason(act.code)}</p>}
        </li>
      ))}
    </ul>
  );
}

function clockWords(offset: number | null): string {
  const words = say().sync;
  if (offset === null) return words.clockUnknown;
  if (Math.abs(offset) < 60_000) return words.clockFine;
  return offset > 0 ? words.clockFast(span(offset)) : words.clockSlow(span(-offset));
}
