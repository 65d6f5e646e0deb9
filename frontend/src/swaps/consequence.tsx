// What whoever decides sees of a swap: its place in the month, cover, and what speaks against it, with the clause.

import { saySwapRules } from '../messages/swap-rules/index.ts';
import { saySwaps } from '../messages/swaps/index.ts';
import { Icon } from '../ui/icons.tsx';
import { lazy } from '../ui/lazy.tsx';
import { Said } from '../ui/said.tsx';
import { SwapTold } from '../ui/swap-told.tsx';
import type { Names } from '../ui/values.ts';
import type { Cover, Weighed } from './weighed.ts';

const Clause = lazy(async () => (await import('../ui/clause.tsx')).Clause);

export function Consequences({ weighed, names, open }: { weighed: Weighed; names: Names; open: boolean }) {
  const words = saySwapRules();
  const { quota, cover, against, atOnce } = weighed;
  return (
    <>
      {atOnce && <Fact icon="delivered" text={words.inEffect} />}
      {quota && quota.nth > 0 && (
        <Fact
          icon="swap"
          text={quota.cap > 0 ? words.quota(quota.nth, quota.cap) : words.quotaFree(quota.nth)}
          bad={quota.cap > 0 && quota.nth > quota.cap}
        />
      )}
      {open && cover.length === 0 && <Fact icon="people" text={saySwaps().cover} />}
      {open &&
        unlike(cover).map(({ post, before, after, least }) => (
          <Fact
            key={`${post} ${before} ${after}`}
            icon="people"
            text={[words.cover(names.get(post) ?? '', before, after), least > 0 ? words.least(least) : '']
              .filter(Boolean)
              .join(' · ')}
            bad={after < least}
          />
        ))}
      {open && against.length > 0 && (
        <section class="against">
          <h4 class="row">
            <Icon name="needs_you" />
            {words.speaks}
          </h4>
          <ul>
            {against.map(({ key, clause, told }) => (
              <li key={`${key} ${JSON.stringify(told)}`}>
                <SwapTold code={key} told={told} names={names} otherwise={key} of="against" />
                {clause && <Clause id={clause} />}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** Both legs are often of one post, with as many people: said once. */
function unlike(cover: readonly Cover[]): Cover[] {
  return [...new Map(cover.map((one) => [`${one.post} ${one.before} ${one.after}`, one])).values()];
}

function Fact({ icon, text, bad }: { icon: 'people' | 'swap' | 'delivered'; text: string; bad?: boolean }) {
  return (
    <p class={`row small number${bad ? ' late' : ''}`}>
      <Icon name={bad ? 'needs_you' : icon} />
      <Said text={text} />
    </p>
  );
}
