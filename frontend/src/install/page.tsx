// The install page: whether this device trusts the server already, and else step by step how it comes to.

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { insideAnotherApp } from '../device/browser.ts';
import { sayInstall } from '../messages/install/index.ts';
import { Button } from '../ui/button.tsx';
import { Chips } from '../ui/field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Banner, Empty } from '../ui/panel.tsx';
import { Steps } from './steps.tsx';
import { askTrust, type Facts, readFacts, type System, system, type Trust } from './trust.ts';

const SYSTEMS: System[] = ['android', 'ios', 'windows'];

export function InstallPage({ children }: { children?: ComponentChildren }) {
  const words = sayInstall();
  const [facts, set] = useState<Facts | 'broken'>();
  const [trust, hear] = useState<Trust>();
  const [kind, choose] = useState(() => system(navigator.userAgent, navigator.maxTouchPoints));
  useEffect(() => {
    readFacts().then(
      (found) => set(found ?? 'broken'),
      () => set('broken'),
    );
  }, []);
  const app = typeof facts === 'object' ? facts.app : undefined;
  useEffect(() => {
    if (app) return watchTrust(app, hear);
    return undefined;
  }, [app]);
  if (facts === 'broken') return <Empty icon="offline" title={words.broken} />;
  if (!facts) return null;
  return (
    <main class="alone install">
      <h1>{words.title}</h1>
      <p class="soft">{words.lead}</p>
      {insideAnotherApp() && <Banner bad>{words.inApp}</Banner>}
      <State trust={trust} app={facts.app} again={() => askAnew(facts.app, hear)} />
      <Chips
        label={words.system}
        options={SYSTEMS.map((name) => [name, words.systems[name]] as const)}
        value={kind}
        onPick={choose}
      />
      <Steps kind={kind} facts={facts} trusted={trust === 'trusted'} />
      <section class="card pass-on">
        <div class="stack">
          <h2>{words.pass.title}</h2>
          <p>{words.pass.lead}</p>
          <p class="strong number">{facts.install}</p>
        </div>
        <img class="qr" src="/api/install/qr.svg" alt={words.pass.code} width="176" height="176" />
      </section>
      <p class="soft small">{words.gone}</p>
      {children}
    </main>
  );
}

/** Asks now, and each time the person comes back from the settings. */
function watchTrust(app: string, hear: (trust: Trust | undefined) => void): () => void {
  const look = () => {
    if (document.visibilityState === 'visible') askAnew(app, hear);
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => document.removeEventListener('visibilitychange', look);
}

function askAnew(app: string, hear: (trust: Trust | undefined) => void): void {
  hear(undefined);
  askTrust(app).then(hear, console.error);
}

function State({ trust, app, again }: { trust: Trust | undefined; app: string; again: () => void }) {
  const words = sayInstall();
  return (
    <section class={`card state ${trust ?? ''}`}>
      <p class="row strong" role="status">
        <Icon name={trust === 'trusted' ? 'delivered' : trust ? 'needs_you' : 'waiting'} />
        <span class="grow">{trust ? words[trust] : words.asking}</span>
      </p>
      {trust === 'trusted' ? (
        <a class="button primary big" href={`${app}/`}>
          {words.open}
        </a>
      ) : (
        <Button onClick={again} disabled={!trust}>
          {words.again}
        </Button>
      )}
    </section>
  );
}
