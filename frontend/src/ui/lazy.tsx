import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { say } from '../messages/index.ts';
import { Empty } from './panel.tsx';

/**
 * A screen in a chunk of its own, so that the first paint does not wait for it. All chunks are fetched once the app is
 * idle, and the service worker holds them: a screen does not depend on the network later.
 */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let ready: ComponentType<P> | undefined;
  const fetch = async () => {
    ready = await load();
  };
  setTimeout(() => void fetch().catch(() => undefined), 1_000);
  return function Lazy(props: P) {
    const [state, set] = useState(ready ? 'ready' : 'asked');
    // Also when it came between this drawing and its effect: nothing else would draw it again.
    useEffect(() => {
      fetch().then(
        () => set('ready'),
        () => set('missing'),
      );
    }, []);
    const Screen = ready;
    if (Screen) return <Screen {...props} />;
    // Only before the very first install is complete.
    return state === 'missing' ? <Empty icon="offline" title={say().missing} /> : null;
  };
}
