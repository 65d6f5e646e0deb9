// The composition root: opens the engine, picks language and look, draws the shell.

import { openEngine } from '@gatehouse/sync/engine';
import { render } from 'preact';
import { secure } from './device/browser.ts';
import { pagePorts } from './device/ports.ts';
import { startLanguage } from './messages/index.ts';
import { Root } from './shell/app.tsx';
import { Broken } from './shell/starting.tsx';
import { startTheme } from './shell/theme.ts';
import { watchUpdates } from './shell/update.ts';
import { registerWorker } from './shell/worker.ts';
import './ui/style.css';
import { orders as byTime } from './clock/orders.ts';
import { orders as units } from './office/orders.ts';
import { orders as visits } from './visitors/orders.ts';

declare const __VERSION__: string;
/** This build as the server names the one it serves: the release, and what the first script is called. */
const app = `${__VERSION__}+${import.meta.url.split('/').pop()}`;

async function start(place: HTMLElement): Promise<void> {
  // Nothing would work offline, so nothing begins: a page of its own says why, and where to go.
  if (!secure()) return location.replace('/install/insecure.html');
  startTheme();
  await startLanguage();
  const engine = await openEngine({ orders: { ...visits, ...byTime, ...units }, label: label(), app }, pagePorts());
  render(<Root engine={engine} />, place);
  // The worker tells when the system woke it because the network is back.
  navigator.serviceWorker?.addEventListener('message', (event) => event.data === 'sync' && engine.syncNow());
  const registration = await registerWorker().catch(console.error);
  if (registration) watchUpdates(registration);
}

/** What admins see this device as until they name it: its make, no more than the browser tells every site. */
function label(): string {
  const { userAgent } = navigator;
  return /\(([^)]{1,60})/.exec(userAgent)?.[1] ?? 'browser';
}

const place = document.getElementById('app');
if (place) {
  start(place).catch((error: unknown) => {
    console.error(error);
    render(<Broken />, place);
  });
}
