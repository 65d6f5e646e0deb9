import { sayAttendance } from '../messages/attendance/index.ts';
import { Clause } from '../ui/clause.tsx';
import { Icon, type IconName } from '../ui/icons.tsx';
import type { Punch } from '../ui/punches.ts';
import { Said } from '../ui/said.tsx';
import { clock } from '../ui/time.ts';
import { fieldOf } from './fields.ts';
import { type Day, isOfShift, type Month } from './month.ts';
import { ProposalCard } from './proposal.tsx';
import { Sign } from './sign.tsx';
import { type Around, GROUP_NAMES, type GroupName, groupOf, lineWords } from './words.ts';

const SHAPE: Readonly<Record<GroupName, IconName>> = {
  asked: 'calendar',
  punched: 'clock',
  excused: 'stamp',
  found: 'board',
  sure: 'eye',
};

interface ExplainProps {
  month: Month;
  date: string;
  around: Around;
  /** Punches of this device that the server has not judged yet. */
  unsent?: readonly Punch[];
}

/** How each shift of a date was judged: every sentence with the clause it rests on, then what is proposed for it. */
export function Explain({ month, date, around, unsent = [] }: ExplainProps) {
  const words = sayAttendance();
  const { days } = fieldOf(month, date);
  return (
    <div class="stack">
      {days.length === 0 && <p class="soft">{words.noShift}</p>}
      {unsent.length > 0 && (
        <div class="banner">
          <Icon name="sending" />
          <div class="grow">
            {unsent.map((punch) => (
              <p key={punch.id}>
                {words.pending(clock(punch.at, around.zone), words.fact.direction[punch.direction] ?? '')}
              </p>
            ))}
          </div>
        </div>
      )}
      {days.map((day) => (
        <Shift key={day.shift} day={day} month={month} around={around} />
      ))}
    </div>
  );
}

function Shift({ day, month, around }: { day: Day; month: Month; around: Around }) {
  const words = sayAttendance();
  const field = fieldOf({ ...month, days: [day] }, day.date);
  const proposals = month.proposals.filter((proposal) => isOfShift(proposal, day.shift));
  return (
    <div class="stack">
      <div class="row att-verdict">
        <Sign field={field} />
        <div class="grow stack tight">
          <h2>{words.mark[field.mark]}</h2>
          <p class={`small ${field.open ? 'att-warn' : 'soft'}`}>{words.certainty[day.certainty]}</p>
        </div>
      </div>
      {GROUP_NAMES.map((name) => {
        const lines = day.lines.filter((line) => groupOf(line) === name);
        return (
          lines.length > 0 && (
            <section key={name} class="card att-group">
              <h3 class="row">
                <Icon name={SHAPE[name]} />
                {words.group[name]}
              </h3>
              <ul class="stack">
                {lines.map((line, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: lines of a verdict have no names of their own, and their order is theirs
                  <li key={i} class="stack tight">
                    <Said text={lineWords(line, day.date, around)} />
                    {line.clause && <Clause id={line.clause} />}
                  </li>
                ))}
              </ul>
            </section>
          )
        );
      })}
      {proposals.map((proposal) => (
        <ProposalCard key={proposal.id} proposal={proposal} around={around} />
      ))}
    </div>
  );
}
