import { useState } from 'preact/hooks';
import { sayDesk } from '../messages/attendance-desk/index.ts';
import { StateBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useApp, useNow } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { ReasonSheet } from '../ui/reason.tsx';
import { Said } from '../ui/said.tsx';
import { dayKey, moment } from '../ui/time.ts';
import { closeMonth, reopen } from './actions.ts';
import { type Desk, leftOf, ofTeam } from './desk.ts';
import { settle } from './settle.ts';

interface CloseProps {
  desk: Desk;
  month: string;
  teams: readonly string[];
}

/** Each team's month: what is still open, then closing it, or opening it again. */
export function CloseMonths({ desk, month, teams }: CloseProps) {
  return (
    <div class="att-matters">
      {teams.map((team) => (
        <CloseTeam key={team} team={team} desk={desk} month={month} />
      ))}
    </div>
  );
}

/** Who may open a closed month again. */
const REOPEN = ['clerk', 'manager', 'admin'];

function CloseTeam({ team, desk, month }: { team: string; desk: Desk; month: string }) {
  const { engine, duty, standing } = useApp();
  const words = sayDesk();
  const now = useNow(engine);
  const [asking, ask] = useState(false);
  const months = ofTeam(desk.months, team, desk.names);
  const left = leftOf(months);
  const closed = desk.closed.get(`${team} ${month}`);
  const act = desk.acts.get(closed?.id ?? '') ?? desk.acts.get(`${team} ${month}`);
  const waits = act !== undefined && act.state !== 'needs_you' && act.state !== 'returned';
  const over = dayKey(now, duty.zone).slice(0, 7) > month;
  const revised = months.filter(({ revisions }) => revisions.length > 0).length;
  const open = [
    ...(left.undo > 0 ? [words.leftUndo(left.undo)] : []),
    ...(left.waiting > 0 ? [words.leftWaiting(left.waiting)] : []),
    ...(left.open > 0 ? [words.leftOpen(left.open)] : []),
    ...(left.proposed > 0 ? [words.leftProposed(left.proposed)] : []),
  ];
  const mayReopen = REOPEN.some((role) => standing.roles.has(role));
  return (
    <article class="card">
      <header class="row wrap">
        <h3 class="grow">
          <Said text={desk.names.get(team) ?? words.teams} />
        </h3>
        <span class="badge">
          <Icon name={closed ? 'stamp' : 'draft'} />
          {closed ? words.isClosed(moment(closed.at, now, duty.zone)) : words.isOpen}
        </span>
      </header>
      {revised > 0 && <p class="att-warn">{words.revised(revised)}</p>}
      {!closed && (
        <div class="stack tight">
          <p class="soft small">{words.left}</p>
          {open.length === 0 ? (
            <p class="row">
              <Icon name="delivered" />
              {words.leftNone}
            </p>
          ) : (
            <ul class="stack tight">
              {open.map((line) => (
                <li key={line} class="row">
                  <Icon name="waiting" />
                  {line}
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      {act && (
        <p class="row wrap small">
          {words.pending}
          <StateBadge state={{ state: act.state, ops: [act.id], ...(act.code ? { code: act.code } : {}) }} />
        </p>
      )}
      {!closed && !over && <p class="soft small">{words.running}</p>}
      {!closed && over && !waits && (
        <>
          <p class="soft small">{words.closeHint}</p>
          <Button
            big
            look={open.length > 0 ? 'plain' : 'primary'}
            onClick={() => void settle(closeMonth(engine, team, month), words.closeDone)}
          >
            {open.length > 0 ? words.closeAnyway : words.close}
          </Button>
        </>
      )}
      {closed && !mayReopen && <p class="soft small">{words.reopenWho}</p>}
      {closed && mayReopen && !waits && <Button onClick={() => ask(true)}>{words.reopen}</Button>}
      {asking && closed && (
        <ReasonSheet
          title={words.reopenTitle}
          act={words.reopen}
          reasons={words.reopenReasons}
          label={words.reason}
          hint={words.reasonHint}
          needs={words.reasonNeeds}
          onGive={(reason) => {
            void settle(reopen(engine, closed.id, reason), words.reopenDone);
            ask(false);
          }}
          onClose={() => ask(false)}
        />
      )}
    </article>
  );
}
