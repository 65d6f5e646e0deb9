import type { Row } from '@gatehouse/sync/api';
import type { ComponentChildren } from 'preact';
import { StateBadge } from '../ui/badge.tsx';
import { useApp } from '../ui/context.ts';
import { Link } from '../ui/link.tsx';
import { Said } from '../ui/said.tsx';
import { clock } from '../ui/time.ts';
import type { Listed } from './queries.ts';
import { categoryWords, restWords, whoWords } from './words.ts';

interface RowProps {
  row: Row;
  state?: Listed['state'];
  current?: boolean;
  /** Shown as the row's time. */
  at: number;
  tags?: ComponentChildren;
  children?: ComponentChildren;
}

/** A visitor in a list: opens the record; what can be done at once stands beside it. */
export function VisitRow({ row, state, current, at, tags, children }: RowProps) {
  const { duty } = useApp();
  const who = whoWords(row);
  const rest = restWords(row);
  return (
    <li class={`visit${current ? ' current' : ''}`}>
      <Link to={`/visitors/of/${row.id}`} class="visit-link" current={current}>
        <span class="row wrap">
          <Said class="strong" text={who} />
          {who !== categoryWords(row) && <span class="tag">{categoryWords(row)}</span>}
          {state && state.state !== 'delivered' && <StateBadge state={state} />}
        </span>
        {rest.length > 0 && (
          <span>
            {rest.map((part, index) => (
              <Said key={part} class="part" text={index < rest.length - 1 ? `${part} ·\u00a0` : part} />
            ))}
          </span>
        )}
        <span class="row wrap soft small">
          <time>{clock(at, duty.zone)}</time>
          {tags}
        </span>
      </Link>
      {children}
    </li>
  );
}
