import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { insideAnotherApp } from '../device/browser.ts';
import { useUnseen } from '../inbox/seen.ts';
import { say } from '../messages/index.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { inCharge, useApp, useWatch } from '../ui/context.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Banner } from '../ui/panel.tsx';
import { path } from '../ui/route.ts';
import { Toast } from '../ui/toast.tsx';
import { SyncChip } from './sync-chip.tsx';
import { TroubleBanner } from './trouble.tsx';
import { UpdateBanner } from './update-banner.tsx';
import { useWaiting } from './waiting.ts';

/** What surrounds every screen: the sync line above, the ways below (beside, on a tablet). */
export function Frame({ children }: { children: ComponentChildren }) {
  const { engine } = useApp();
  const main = useRef<HTMLElement>(null);
  // A reader, and the Tab key, go on from the new screen.
  useEffect(
    () =>
      path.subscribe(
        () => main.current?.contains(document.activeElement) || main.current?.focus({ preventScroll: true }),
      ),
    [],
  );
  return (
    <div class="frame">
      <header class="top">
        <SyncChip engine={engine} />
      </header>
      <Ways />
      <main ref={main} class="content" tabIndex={-1}>
        <div class="notes">
          {insideAnotherApp() && <Banner>{say().inApp}</Banner>}
          <UpdateBanner />
          <TroubleBanner engine={engine} />
        </div>
        {children}
      </main>
      <Toast />
    </div>
  );
}

function Ways() {
  const { engine, who, standing } = useApp();
  const words = saySignedIn().nav;
  const todo = useWatch(engine.status)?.needsYou ?? 0;
  const unseen = useUnseen(engine, who);
  const waiting = useWaiting();
  const at = path.value;
  const on = (to: string) =>
    at === to ||
    (to === '/office' && at.startsWith('/office/')) ||
    (to === '/visitors' && at.startsWith('/visitors/') && at !== '/visitors/new');
  const way = (to: string, icon: IconName, title: string, count = 0) => (
    <Link to={to} class={to === '/visitors/new' ? 'way main' : 'way'} current={on(to)}>
      <Icon name={icon} />
      <span>{title}</span>
      {count > 0 && <span class="count">{count > 99 ? '99+' : count}</span>}
    </Link>
  );
  return (
    <nav class="ways" aria-label={words.label}>
      {way('/', 'home', words.home)}
      {inCharge(standing) ? (
        <>
          {way('/swaps', 'stamp', words.waiting, waiting.swaps + waiting.requests)}
          {way('/board', 'board', words.board)}
          {standing.office && way('/office', 'post', words.office)}
        </>
      ) : (
        <>
          {way('/visitors', 'people', words.inside)}
          {way('/visitors/new', 'add', words.arrive)}
        </>
      )}
      {way('/inbox', 'inbox', words.inbox, todo + unseen)}
      {way('/me', 'me', words.me)}
    </nav>
  );
}
