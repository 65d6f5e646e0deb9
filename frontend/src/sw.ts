// The service worker: it keeps the app's own files, so that the app starts with no network. It never touches
// /api/: acts and rows live in IndexedDB, and the page alone sends them.

export {};

declare const self: ServiceWorkerGlobalScope;
declare const __SHELL__: { version: string; files: Record<string, string>; extras: Record<string, string> };

const shell = __SHELL__;
const PREFIX = 'shell-';
const OWN = PREFIX + shell.version;
const EXTRAS = 'extras';
/** Put into a cache when its worker takes over: tells a shell that ran from one that was only ever waiting. */
const RAN = '/.ran';

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin || pathname.startsWith('/api/')) return;
  if (request.mode === 'navigate') {
    if (!pathname.includes('.') && pathname !== '/api') event.respondWith(page(request));
  } else if (pathname.startsWith('/assets/') || pathname in shell.files) {
    event.respondWith(file(request, pathname));
  }
});

self.addEventListener('message', (event) => {
  // Sent only after the person's tap: a form is never swapped out under somebody's hands.
  if (event.data === 'skip-waiting') event.waitUntil(self.skipWaiting());
});

// Background Sync is a bonus on some browsers: it wakes an open page, which pushes by its own rules.
self.addEventListener('sync' as 'message', (event) => event.waitUntil(wake()));

async function install(): Promise<void> {
  const own = await caches.open(OWN);
  await Promise.all(Object.entries(shell.files).map(([path, hash]) => keep(own, path, hash)));
}

/** Any failure rejects the install as a whole: half a shell never takes over. */
async function keep(own: Cache, path: string, hash: string): Promise<void> {
  // Hashed names never change, so what an older shell holds need not be fetched again.
  const known = path.startsWith('/assets/') ? await caches.match(path) : undefined;
  const response = known ?? (await fetch(path, { cache: 'reload', credentials: 'same-origin' }));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  // A hotel's sign-in page, or a deployment half way through, also answers 200.
  if ((await sha256(response.clone())) !== hash) throw new Error(`${path}: not the file this version was built with`);
  await own.put(path, response);
}

async function activate(): Promise<void> {
  const own = await caches.open(OWN);
  const older = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== OWN);
  // Pages of the shell before this one may still be open in other tabs and ask for its lazy chunks.
  const ran = await Promise.all(older.map((name) => caches.match(RAN, { cacheName: name })));
  const previous = older.filter((_, index) => ran[index]).at(-1);
  await Promise.all(older.filter((name) => name !== previous).map((name) => caches.delete(name)));
  await forgetOldExtras();
  await own.put(RAN, new Response());
  await self.clients.claim();
}

async function forgetOldExtras(): Promise<void> {
  const extras = await caches.open(EXTRAS);
  const old = (await extras.keys()).filter((request) => !(new URL(request.url).pathname in shell.extras));
  await Promise.all(old.map((request) => extras.delete(request)));
}

async function page(request: Request): Promise<Response> {
  return (await caches.match('/index.html', { cacheName: OWN })) ?? fetch(request);
}

async function file(request: Request, path: string): Promise<Response> {
  const own = await caches.match(path, { cacheName: OWN });
  if (own) return own;
  const older = path.startsWith('/assets/') ? await caches.match(path) : undefined;
  if (older) return older;
  const response = await fetch(request);
  if (response.ok && path in shell.extras) await (await caches.open(EXTRAS)).put(path, response.clone());
  return response;
}

async function wake(): Promise<void> {
  for (const client of await self.clients.matchAll({ type: 'window' })) client.postMessage('sync');
}

async function sha256(response: Response): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
  return Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
