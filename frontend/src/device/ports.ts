/** What the sync engine needs of its surroundings, as a page has it. */

import type { Ports } from '@gatehouse/sync/ports';

const MARKER = 'gatehouse-device';

/** The ports of a page. */
export function pagePorts(): Ports {
  return {
    wall: () => Date.now(),
    mono: () => Math.round(performance.now()),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    after: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
    fetch: (path, init) => fetch(path, init),
    socket: (path, events) => {
      const url = new URL(path, location.href);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      const socket = new WebSocket(url);
      socket.onopen = () => events.open();
      socket.onmessage = ({ data }) => events.message(data);
      socket.onclose = ({ code }) => events.close(code);
      return socket;
    },
    databases: indexedDB,
    locks: navigator.locks,
    channel: (name, heard) => {
      const channel = new BroadcastChannel(name);
      channel.onmessage = ({ data }) => heard(data);
      return { post: (message) => channel.postMessage(message), close: () => channel.close() };
    },
    marker: localMarker(),
    storage: {
      persisted: async () => (await navigator.storage?.persisted?.()) ?? false,
      persist: async () => (await navigator.storage?.persist?.()) ?? false,
    },
    online: () => navigator.onLine,
    woken: (then) => {
      const looked = () => document.visibilityState === 'visible' && then();
      addEventListener('online', then);
      addEventListener('offline', then);
      document.addEventListener('visibilitychange', looked);
      return () => {
        removeEventListener('online', then);
        removeEventListener('offline', then);
        document.removeEventListener('visibilitychange', looked);
      };
    },
    report: (error) => reportError(error),
  };
}

/** Where localStorage is forbidden, a lost database is simply not noticed. */
function localMarker(): Ports['marker'] {
  const attempt = <T>(use: () => T, otherwise: T): T => {
    try {
      return use();
    } catch {
      return otherwise;
    }
  };
  return {
    get: () => attempt(() => localStorage.getItem(MARKER), null),
    set: (text) => attempt(() => localStorage.setItem(MARKER, text), undefined),
  };
}
