import { sayStaff } from '../messages/staff/index.ts';
import { useApp, useRows } from '../ui/context.ts';
import { Said } from '../ui/said.tsx';
import { ago } from '../ui/time.ts';
import { troublesOf } from './devices.ts';
import { Troubles } from './devices-list.tsx';
import { DEVICE_KINDS, fleetOf, readDevices } from './fleet.ts';
import { useFresh } from './fresh.ts';
import { Way } from './parts.tsx';
import { DEVICES } from './staff-words.ts';

/** The devices where this person signed in last. */
export function UsedDevices({ person }: { person: string }) {
  const { engine, who } = useApp();
  const words = sayStaff().devices;
  const found = useRows(engine, `fleet ${who.person}`, DEVICE_KINDS, readDevices);
  const now = useFresh(engine, found);
  if (!found) return null;
  const theirs = found.devices.filter(({ owner, revoked }) => owner === person && revoked === undefined);
  return (
    <section class="card" aria-label={words.used}>
      <h2>{words.used}</h2>
      {theirs.length === 0 ? (
        <p class="soft">{words.usedNone}</p>
      ) : (
        <ul class="office-list">
          {theirs.map((device) => (
            <li key={device.id}>
              <Way to={`${DEVICES}/${device.id}`} title={<Said text={device.label} />}>
                {device.seen === undefined ? words.never : words.heard(ago(device.seen, now))}
                <Troubles device={device} troubles={troublesOf(device, fleetOf(found, now))} />
              </Way>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
