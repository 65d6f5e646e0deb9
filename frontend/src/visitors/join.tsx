import type { Row } from '@gatehouse/sync/api';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useNow } from '../ui/context.ts';
import { Said } from '../ui/said.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { moment } from '../ui/time.ts';
import { join } from './actions.ts';
import { settle } from './leave.ts';
import { filedAt } from './orders.ts';
import { categoryWords, restWords, whoWords } from './words.ts';

interface JoinProps {
  pair: readonly [Row, Row];
  onApart: () => void;
  onClose: () => void;
}

/** Two records that may be one visitor, side by side, for a person to say. */
export function JoinSheet({ pair, onApart, onClose }: JoinProps) {
  const { engine, duty } = useApp();
  const words = saySignedIn().join;
  const now = useNow(engine);
  // An exit belongs to its entry, whichever gate's clock ran ahead.
  const order = (row: Row) => (row.f['arrived'] === undefined ? Number.POSITIVE_INFINITY : filedAt(row));
  const [first, second] = order(pair[0]) <= order(pair[1]) ? pair : [pair[1], pair[0]];
  const side = (title: string, row: Row) => (
    <div class="card">
      <p class="soft small">
        {title} · <time>{moment(filedAt(row), now, duty.zone)}</time>
      </p>
      <Said class="strong" text={whoWords(row)} />
      <Said text={[categoryWords(row), ...restWords(row)].join(' · ')} />
    </div>
  );
  return (
    <Sheet title={words.title} onClose={onClose}>
      <p class="soft">{words.lead}</p>
      <div class="pair">
        {side(words.earlier, first)}
        {side(words.later, second)}
      </div>
      <div class="pair">
        <Button
          big
          look="primary"
          onClick={() => {
            onClose();
            settle(join(engine, duty, first, second), words.done).catch(console.error);
          }}
        >
          {words.yes}
        </Button>
        <Button
          big
          onClick={() => {
            onClose();
            onApart();
          }}
        >
          {words.no}
        </Button>
      </div>
    </Sheet>
  );
}
