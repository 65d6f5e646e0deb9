import { sayStaff } from '../messages/staff/index.ts';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { Loading } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import { ago } from '../ui/time.ts';
import { type Build, buildsOf, type Device, lags, lastHeard } from './devices.ts';
import { DEVICE_KINDS, type Devices, readDevices } from './fleet.ts';
import { Section, Way } from './parts.tsx';
import { appWords, DEVICES, userWords } from './staff-words.ts';

/** Which builds run where, and who lags behind. */
export function Versions() {
  const { engine, who } = useApp();
  const found = useRows(engine, `fleet ${who.person}`, DEVICE_KINDS, readDevices);
  return found ? <Shown found={found} /> : <Loading />;
}

function Shown({ found: { devices, newest, names } }: { found: Devices }) {
  const { engine } = useApp();
  const words = sayStaff().versions;
  const now = useNow(engine);
  const used = devices.filter(({ revoked }) => revoked === undefined);
  const old = used.filter((device) => lags(device, newest)).sort((a, b) => lastHeard(b) - lastHeard(a));
  return (
    <Section title={words.title} up={DEVICES}>
      <p class="soft">{words.lead}</p>
      {newest === undefined && <p>{words.noServer}</p>}
      <ul class="list office-list" aria-label={words.title}>
        {buildsOf(used, newest).map((build) => (
          <li key={build.app ?? ''} class="row wrap office-build">
            <BuildLine build={build} />
          </li>
        ))}
      </ul>
      {newest !== undefined && (
        <>
          <h2>{words.lagging}</h2>
          {old.length === 0 ? (
            <p class="soft">{words.none}</p>
          ) : (
            <ul class="list office-list" aria-label={words.lagging}>
              {old.map((device) => (
                <li key={device.id}>
                  <Lagging device={device} names={names} now={now} />
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </Section>
  );
}

function BuildLine({ build: { app, newest, devices } }: { build: Build }) {
  const words = sayStaff().versions;
  return (
    <>
      <span class="grow">
        {app === undefined ? words.unknown : <Said class="number" text={appWords(app)} />}{' '}
        {newest && <span class="tag">{words.newest}</span>}
      </span>
      <span class="number strong">{words.count(devices.length)}</span>
    </>
  );
}

function Lagging({ device, names, now }: { device: Device; names: Devices['names']; now: number }) {
  const words = sayStaff().devices;
  const heard = device.seen === undefined ? words.never : words.heard(ago(device.seen, now));
  const app = device.app === undefined ? sayStaff().versions.unknown : appWords(device.app);
  return (
    <Way to={`${DEVICES}/${device.id}`} title={<Said text={device.label} />}>
      <Said text={[userWords(device, names), app, heard].filter(Boolean).join(' · ')} />
    </Way>
  );
}
