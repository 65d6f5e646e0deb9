// The card of a request that superiors decide: who asks, what follows from it, two big buttons.

import type { Engine, OwnAct } from '@gatehouse/sync/api';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { pulse } from '../device/cue.ts';
import { sayRequests } from '../messages/requests/index.ts';
import { StateBadge } from './badge.tsx';
import { Button } from './button.tsx';
import { useApp, useNow } from './context.ts';
import { Icon } from './icons.tsx';
import { Link } from './link.tsx';
import { answered, problemWords } from './problem.ts';
import { ReasonSheet } from './reason.tsx';
import { isOpen, type Request, undecided } from './requests.ts';
import { Said } from './said.tsx';
import { moment } from './time.ts';
import { tell } from './toast.tsx';
import { type Names, nameOf } from './values.ts';

const URGENT = 4 * 3_600_000;

/** Records an act and says whether it is on disk; true when it is. */
export async function record(act: ReturnType<Engine['act']>, done: string): Promise<boolean> {
  const answer = await answered(act);
  const bad = 'problem' in answer;
  pulse(bad);
  tell(bad ? problemWords(answer.problem) : done, { bad });
  return !bad;
}

interface CardProps {
  request: Request;
  names: Names;
  acts: readonly OwnAct[];
  to: string;
  /** What is asked for, and what would follow. */
  children: ComponentChildren;
}

export function DecideCard({ request, names, acts, to, children }: CardProps) {
  const { engine, duty, who } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const [asking, ask] = useState(false);
  const act = undecided(acts, request);
  const say = (yes: boolean, note = '') =>
    record(
      engine.act({
        kind: `${request.kind}.${yes ? 'approve' : 'reject'}`,
        entity: request.id,
        ...(note ? { private: { note } } : {}),
      }),
      yes ? words.approved : words.rejected,
    );
  const urgent = request.deadline !== undefined && request.deadline - now < URGENT;
  return (
    <article class="card request">
      <header class="stack tight">
        <h3>
          <Link to={to} class="card-link row">
            <Said class="grow" text={words.wants[request.kind](nameOf(names, request.person, who.person))} />
            <Icon name="next" />
          </Link>
        </h3>
        {request.deadline !== undefined && isOpen(request) && (
          <p class={`row small number${urgent ? ' late' : ''}`}>
            <Icon name="clock" />
            {words.decidedBefore(moment(request.deadline, now, duty.zone))}
          </p>
        )}
      </header>
      {children}
      {request.levels.length > 1 && (
        <p class="small">
          {words.step(request.level + 1, request.levels.length)} ·{' '}
          {words.by(request.levels.map((level) => words.level[level]).join(words.arrow))}
        </p>
      )}
      {request.reason && (
        <p>
          <span class="soft small">{words.because} </span>
          <Said text={request.reason} />
        </p>
      )}
      {act ? (
        <p class="row wrap">
          <strong class="grow">{words.onWay}</strong>
          {act.state !== 'delivered' && <StateBadge state={{ state: act.state, ops: [] }} />}
        </p>
      ) : (
        <div class="pair">
          <Button big look="primary" onClick={() => void say(true)}>
            {words.approve}
          </Button>
          <Button big onClick={() => ask(true)}>
            {words.reject}
          </Button>
        </div>
      )}
      {asking && (
        <ReasonSheet
          title={words.rejectTitle}
          act={words.reject}
          look="danger"
          reasons={words.rejectReasons}
          label={words.rejectNote}
          hint={words.rejectHint}
          needs={words.rejectNeeds}
          onGive={(note) => {
            ask(false);
            void say(false, note);
          }}
          onClose={() => ask(false)}
        />
      )}
    </article>
  );
}

/** How a request stands, in one line. */
export function standsWords(request: Request): string {
  const words = sayRequests();
  if (!request.sent) return words.unsent;
  const level = request.levels[request.level];
  if (isOpen(request) && level !== undefined) return words.waitsAt(words.level[level]);
  return words.state[request.state] ?? request.state;
}
