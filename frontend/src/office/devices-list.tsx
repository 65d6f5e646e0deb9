import { useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useRows } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, Loading } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import { ago } from '../ui/time.ts';
import { DevicePage } from './device-page.tsx';
import { byTrouble, type Device, type Trouble } from './devices.ts';
import { DEVICE_KINDS, type Devices as Found, fleetOf, readDevices } from './fleet.ts';
import { useFresh } from './fresh.ts';
import { Glyph } from './glyph.tsx';
import { Section, Way } from './parts.tsx';
import { holds } from './search.ts';
import { DEVICES, HELD, kindWords, troubleWords, userWords, VERSIONS } from './staff-words.ts';

/** With fewer devices than this there is nothing to search. */
const SEARCHED = 8;

/** Every device of the org, or one of them. */
export function Devices({ id }: { id?: string }) {
  const { engine, who } = useApp();
  const found = useRows(engine, `fleet ${who.person}`, DEVICE_KINDS, readDevices);
  if (!found) return <Loading />;
  return id === undefined ? <DeviceList found={found} /> : <DevicePage key={id} found={found} id={id} />;
}

function DeviceList({ found }: { found: Found }) {
  const { engine } = useApp();
  const words = sayStaff().devices;
  const now = useFresh(engine, found);
  const [typed, type] = useState('');
  const [open, setOpen] = useState(false);
  const { devices, names } = found;
  const text = (device: Device) => `${device.label} ${userWords(device, names)} ${kindWords(device)}`;
  const sorted = byTrouble(
    devices.filter((device) => holds(text(device), typed)),
    fleetOf(found, now),
  );
  const used = sorted.filter(({ device }) => device.revoked === undefined);
  const revoked = sorted.filter(({ device }) => device.revoked !== undefined);
  const bad = used.filter(({ troubles }) => troubles.length > 0).length;
  return (
    <Section title={words.title}>
      <p class="row wrap">
        <Link to={HELD} class="button">
          {sayStaff().held.open}
        </Link>
        <Link to={VERSIONS} class="button">
          {words.versions}
        </Link>
      </p>
      {devices.length === 0 && (
        <Empty icon="tablet" title={words.empty}>
          {words.emptyLead}
        </Empty>
      )}
      {devices.length >= SEARCHED && (
        <TextField
          label={words.search}
          value={typed}
          onInput={type}
          type="search"
          mode="search"
          enter="search"
          max={80}
        />
      )}
      {devices.length > 0 && (
        <p class="soft small" role="status">
          {words.summary(used.length, bad)}
        </p>
      )}
      {used.length > 0 && (
        <ul class="list office-list" aria-label={words.title}>
          {used.map(({ device, troubles }) => (
            <li key={device.id}>
              <Line device={device} troubles={troubles} found={found} now={now} />
            </li>
          ))}
        </ul>
      )}
      {revoked.length > 0 && (
        <>
          <Button icon={open ? 'less' : 'add'} expanded={open} onClick={() => setOpen(!open)}>
            {words.revokedOnes(revoked.length)}
          </Button>
          {open && (
            <ul class="list office-list" aria-label={words.revokedOnes(revoked.length)}>
              {revoked.map(({ device }) => (
                <li key={device.id}>
                  <Line device={device} troubles={[]} found={found} now={now} />
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </Section>
  );
}

interface LineProps {
  device: Device;
  troubles: readonly Trouble[];
  found: Found;
  now: number;
}

function Line({ device, troubles, found, now }: LineProps) {
  const { who } = useApp();
  const words = sayStaff().devices;
  const heard = device.seen === undefined ? words.never : words.heard(ago(device.seen, now));
  return (
    <Way
      to={`${DEVICES}/${device.id}`}
      title={
        <>
          <Said text={device.label} /> {device.id === who.device && <span class="tag">{words.thisOne}</span>}
        </>
      }
      icon={<Glyph name={device.kind === 'kiosk' ? 'devices' : 'handset'} />}
    >
      <Said text={[kindWords(device), userWords(device, found.names), heard].filter(Boolean).join(' · ')} />
      <Troubles device={device} troubles={troubles} />
    </Way>
  );
}

/** What is wrong, each with the sign for it; nothing where nothing is. */
export function Troubles({ device, troubles }: { device: Device; troubles: readonly Trouble[] }) {
  if (troubles.length === 0) return null;
  return (
    <span class="row wrap office-troubles">
      {troubles.map((trouble) => (
        <span key={trouble} class={`tag late${trouble === 'lost' ? ' worst' : ''}`}>
          <Icon name={trouble === 'waiting' ? 'waiting' : 'needs_you'} />
          {troubleWords(trouble, device)}
        </span>
      ))}
    </span>
  );
}
