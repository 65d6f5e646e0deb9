import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { useApp } from '../ui/context.ts';
import { Link } from '../ui/link.tsx';
import { Empty } from '../ui/panel.tsx';
import { Said, visible } from '../ui/said.tsx';
import { ago, moment } from '../ui/time.ts';
import { Place, Rename, Revoke, ToPersonal } from './device-forms.tsx';
import { CLOCK_OFF, type Device, lags, troublesOf } from './devices.ts';
import { Troubles } from './devices-list.tsx';
import { type Devices, fleetOf } from './fleet.ts';
import { useFresh } from './fresh.ts';
import { ChangeButton, Section } from './parts.tsx';
import { appWords, clockSpan, DEVICES, dayOf, kindWords, PEOPLE } from './staff-words.ts';

type Sheet = 'rename' | 'place' | 'personal' | 'revoke';

export function DevicePage({ found, id }: { found: Devices; id: string }) {
  const words = sayStaff().devices;
  const device = found.devices.find((one) => one.id === id);
  if (!device) {
    return (
      <Section title={words.title} up={DEVICES}>
        <Empty icon="search" title={words.missing} />
      </Section>
    );
  }
  return <Page found={found} device={device} />;
}

function Page({ found, device }: { found: Devices; device: Device }) {
  const { engine, who, duty } = useApp();
  const words = sayStaff().device;
  const now = useFresh(engine, found);
  const [sheet, show] = useState<Sheet>();
  const close = () => show(undefined);
  const own = device.id === who.device;
  const tablet = device.kind === 'kiosk';
  const troubles = troublesOf(device, fleetOf(found, now));
  return (
    <Section title={visible(device.label)} up={DEVICES}>
      {own && (
        <p>
          <span class="tag">{sayStaff().devices.thisOne}</span>
        </p>
      )}
      {device.revoked !== undefined && (
        <p>
          <span class="tag late">{words.revokedAt(moment(device.revoked, now, duty.zone))}</span>
        </p>
      )}
      <Troubles device={device} troubles={troubles} />
      <section class="card">
        <Facts found={found} device={device} now={now} />
      </section>
      {device.revoked === undefined && (
        <section class="card">
          <div class="row wrap">
            <ChangeButton icon="pencil" onClick={() => show('rename')}>
              {words.rename}
            </ChangeButton>
            {!own && (
              <ChangeButton icon="tablet" onClick={() => show('place')}>
                {tablet ? words.movePost : words.toPost}
              </ChangeButton>
            )}
            {tablet && !own && <ChangeButton onClick={() => show('personal')}>{words.toPersonal}</ChangeButton>}
            {!own && (
              <ChangeButton look="danger" onClick={() => show('revoke')}>
                {words.revoke}
              </ChangeButton>
            )}
          </div>
          {own && (
            <p class="soft">
              {words.ownRevoke} {words.ownPlace}
            </p>
          )}
        </section>
      )}
      {sheet === 'rename' && <Rename device={device} onClose={close} />}
      {sheet === 'place' && <Place device={device} posts={found.posts} onClose={close} />}
      {sheet === 'personal' && <ToPersonal device={device} onClose={close} />}
      {sheet === 'revoke' && <Revoke device={device} onClose={close} />}
    </Section>
  );
}

function Facts({ found: { newest, names }, device, now }: { found: Devices; device: Device; now: number }) {
  const { duty } = useApp();
  const words = sayStaff().device;
  const { owner, post, seen, enrolled, app, waiting, kept } = device;
  const postName = names.get(post);
  return (
    <dl class="facts office-facts">
      <Fact name={words.kind}>{kindWords(device)}</Fact>
      {post ? (
        <Fact name={words.post}>
          <Said text={postName ?? ''} />
        </Fact>
      ) : (
        <Fact name={words.owner}>
          {names.has(owner) ? (
            <Link to={`${PEOPLE}/${owner}`} class="button quiet office-link">
              <Said text={names.get(owner) ?? ''} />
            </Link>
          ) : (
            sayStaff().devices.nobody
          )}
        </Fact>
      )}
      <Fact name={words.seen}>
        {seen === undefined ? sayStaff().devices.never : `${ago(seen, now)}（${moment(seen, now, duty.zone)}）`}
      </Fact>
      <Fact name={words.waiting}>{waiting > 0 ? words.waitingSome(waiting) : words.waitingNone}</Fact>
      <Fact name={words.app}>
        {app === undefined ? words.appUnknown : <AppLine app={app} newest={newest} old={lags(device, newest)} />}
      </Fact>
      <Fact name={words.clock}>{clockLine(device)}</Fact>
      {kept !== undefined && (
        <Fact name={words.storage}>
          {kept ? words.kept : words.notKept}
          {!kept && <p class="soft small">{words.storageAdvice}</p>}
        </Fact>
      )}
      <Fact name={words.enrolled}>
        <span class="number">{dayOf(enrolled, duty.zone)}</span>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function AppLine({ app, newest, old }: { app: string; newest: string | undefined; old: boolean }) {
  const words = sayStaff().device;
  return (
    <>
      <Said class="number" text={appWords(app)} />{' '}
      {newest !== undefined && (
        <span class={old ? 'tag late' : 'tag'}>{old ? words.old(appWords(newest)) : words.newest}</span>
      )}
    </>
  );
}

function clockLine({ offset }: Device): string {
  const words = sayStaff().device;
  if (offset === undefined) return words.clockUnknown;
  if (Math.abs(offset) <= CLOCK_OFF) return words.clockFine;
  return offset > 0 ? words.clockSlow(clockSpan(offset)) : words.clockFast(clockSpan(offset));
}
