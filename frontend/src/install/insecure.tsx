// Plain HTTP on a LAN: the browser gives no storage worth the name there, so nothing is recorded at all.

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { sayInsecure } from '../messages/insecure/index.ts';
import { Icon } from '../ui/icons.tsx';
import { readFacts } from './trust.ts';

/** Why, and where to go: the install page when this server has one. */
export function Insecure({ children }: { children?: ComponentChildren }) {
  const words = sayInsecure();
  const [install, set] = useState<string | null>();
  useEffect(() => {
    readFacts().then(
      (facts) => set(facts?.install ?? null),
      () => set(null),
    );
  }, []);
  return (
    <main class="sign-in">
      <h1 class="row">
        <Icon name="needs_you" />
        {words.title}
      </h1>
      <p>{words.why}</p>
      {install && (
        <div class="card">
          <p class="strong">{words.guide}</p>
          <a class="button primary big" href={`${install}/`}>
            {words.go}
          </a>
          <p class="soft number">{install}</p>
        </div>
      )}
      {install === null && <p class="card">{words.admin}</p>}
      {children}
    </main>
  );
}
