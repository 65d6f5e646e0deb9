import './roster.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { sayRoster } from '../messages/roster/index.ts';
import { Button } from '../ui/button.tsx';
import { numberOf, textOf, useApp, useNow, useRows } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Banner } from '../ui/panel.tsx';
import { answered } from '../ui/problem.ts';
import { dayWords } from '../ui/time.ts';
import { receive } from './actions.ts';
import { concerns, KINDS, readPlan, receiptsOf, versionOf } from './queries.ts';

const DAY = 86_400_000;

/**
 * Which version of the roster one holds. Seeing a new one is its receipt; a change less than a day ahead wants a tap
 * (R-SCH-08).
 */
export function Mine() {
  const { engine, duty, who, standing } = useApp();
  const words = sayRoster().mine;
  const now = useNow(engine);
  const plan = useRows(engine, who.person, KINDS, readPlan);
  const [known, setKnown] = useState(0);
  const sent = useRef(0);
  const team = standing.team ?? '';
  const version = plan && team ? versionOf(plan, team) : 0;
  const newest = plan && team ? concerns(plan, team, who.person) : 0;
  const held = plan ? (receiptsOf(plan, team).get(who.person)?.version ?? 0) : 0;
  const changed = (plan?.shifts ?? [])
    .filter((row) => textOf(row, 'team') === team && textOf(row, 'person') === who.person)
    .filter((row) => (numberOf(row, 'roster') ?? 0) > held && (numberOf(row, 'end') ?? 0) > now)
    .sort((a, b) => (numberOf(a, 'start') ?? 0) - (numberOf(b, 'start') ?? 0));
  const urgent = held > 0 && known < newest && changed.some((row) => (numberOf(row, 'start') ?? 0) - now < DAY);
  const receipt = plan !== undefined && newest > held && !urgent ? newest : 0;
  useEffect(() => {
    if (receipt === 0 || sent.current >= receipt) return;
    sent.current = receipt;
    answered(receive(engine, team, receipt)).catch(console.error);
  }, [engine, team, receipt]);
  if (plan === undefined || version === 0) return null;
  const list = changed.map((row) => {
    const day = dayWords(numberOf(row, 'start') ?? 0, now, duty.zone);
    return `${day} ${row.f['cancelled'] ? words.gone : textOf(row, 'label')}`;
  });
  return (
    <div class="roster-mine">
      {urgent ? (
        <Banner bad action={<Button onClick={() => setKnown(newest)}>{words.know}</Button>}>
          {words.urgent} {list.join('、')}
        </Banner>
      ) : (
        <p class="row soft small">
          <Icon name="delivered" />
          {words.version(version)} · {words.received(Math.max(held, receipt, known))}
        </p>
      )}
    </div>
  );
}
