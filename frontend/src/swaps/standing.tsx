// How it stands with a shift one would swap: checked when, which of the month's swaps it would be, what keeps it.

import { saySwapRules } from '../messages/swap-rules/index.ts';
import { useApp, useNow } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { lazy } from '../ui/lazy.tsx';
import { SwapTold } from '../ui/swap-told.tsx';
import { ago } from '../ui/time.ts';
import type { Names } from '../ui/values.ts';
import type { Found } from './partners.ts';

const Clause = lazy(async () => (await import('../ui/clause.tsx')).Clause);

export function Standing({ found: { partners, asking, old }, names }: { found: Found; names: Names }) {
  const { engine } = useApp();
  const now = useNow(engine);
  const words = saySwapRules();
  const age = partners ? ago(partners.at, now) : '';
  const checked = old
    ? partners
      ? words.partners.old(age)
      : words.partners.unknown
    : asking
      ? words.partners.asking
      : words.partners.asOf(age);
  return (
    <section class="stack tight standing" aria-live="polite">
      {partners?.refused && (
        <div class="against">
          <h4 class="row">
            <Icon name="needs_you" />
            {words.partners.blocked}
          </h4>
          <SwapTold code={partners.refused.code} told={partners.refused.told} names={names} />
          <Clause id={partners.refused.clause} />
        </div>
      )}
      {partners && partners.cap > 0 && !partners.refused && (
        <p class="row small number">
          <Icon name="swap" />
          {words.quota(partners.nth, partners.cap)}
        </p>
      )}
      {partners?.notify && (
        <p class="row small">
          <Icon name="people" />
          {words.told}
        </p>
      )}
      <p class={`row small ${old ? 'heedful' : 'soft'}`}>
        <Icon name={old ? 'offline' : 'clock'} />
        {checked}
      </p>
    </section>
  );
}
