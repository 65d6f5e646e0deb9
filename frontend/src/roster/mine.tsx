import './roster.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { sayRoster } from '../messages/roster/index.ts';
import { Button } from '../ui/button.tsx';
import { numberOf, textOf, useApp, useNow, useRows } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Banner } from '../ui/panel.tsx';
import { answered } from '../ui/problem.ts';
import { readBook, TERM_KINDS, termOn } from '../ui/terms.ts';
import { dayKey, dayWords } from '../ui/time.ts';
import { receive } from './actions.ts';
import { concerns, KINDS, readPlan, receiptsOf, versionOf } from './queries.ts';

const DAY = 86_400_000;
const RECALLS = 'roster.recall_old_version';

/** What a version changed of one's shifts. */
interface News {
  readonly version: number;
  readonly list: string;
}

/**
 * Which version of the roster one holds, and what the newest changed. Seeing it is its receipt; a change less than a
 * day ahead wants a tap. The copy one held before is withdrawn (R-SCH-08, H-03).
 */
export function Mine() {
  const { engine, duty, who, standing } = useApp();
  const words = sayRoster().mine;
  const now = useNow(engine);
  const plan = useRows(engine, who.person, KINDS, readPlan);
  const book = useRows(engine, who.person, TERM_KINDS, readBook);
  const [known, setKnown] = useState(0);
  const [news, setNews] = useState<News | null>(null);
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
  const list = changed
    .map((row) => {
      const day = dayWords(numberOf(row, 'start') ?? 0, now, duty.zone);
      return `${day} ${row.f['cancelled'] ? words.gone : textOf(row, 'label')}`;
    })
    .join('、');
  useEffect(() => {
    if (receipt === 0 || sent.current >= receipt) return;
    sent.current = receipt;
    // What is received is no news to the roster any more; whoever looks has yet to read it.
    if (held > 0 && list !== '' && known < receipt) setNews({ version: receipt, list });
    answered(receive(engine, team, receipt)).catch(console.error);
  }, [engine, team, receipt, held, known, list]);
  if (plan === undefined || version === 0) return null;
  const recalls = book === undefined || termOn(book, team, dayKey(now, duty.zone), RECALLS).value !== false;
  const recalled = recalls && <span class="line">{words.superseded(newest)}</span>;
  return (
    <div class="roster-mine">
      {urgent ? (
        <Banner bad action={<Button onClick={() => setKnown(newest)}>{words.know}</Button>}>
          {words.urgent} {list}
          {recalled}
        </Banner>
      ) : news ? (
        <Banner action={<Button onClick={() => setNews(null)}>{words.know}</Button>}>
          {words.changed(news.version)}
          {news.list}
          {recalled}
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
