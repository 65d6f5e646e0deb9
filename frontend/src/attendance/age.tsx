import { sayAttendance } from '../messages/attendance/index.ts';
import { useApp, useNow, useWatch } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { moment } from '../ui/time.ts';

/** Until when this device itself has heard the others. */
export function Age() {
  const { engine, duty } = useApp();
  const words = sayAttendance();
  const now = useNow(engine);
  const status = useWatch(engine.status);
  if (!status) return null;
  const offline = status.network === 'offline';
  const at = status.syncedAt === null ? '' : moment(status.syncedAt, now, duty.zone);
  return (
    <p class={`row small number ${offline ? 'att-warn' : 'soft'}`}>
      {offline && <Icon name="offline" />}
      {at ? (offline ? words.offline(at) : words.age(at)) : words.never}
    </p>
  );
}
