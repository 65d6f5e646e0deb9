import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { locale } from '../messages/index.ts';
import { sayRoster } from '../messages/roster/index.ts';
import { Icon } from '../ui/icons.tsx';
import { Said } from '../ui/said.tsx';
import { byDate, least, type Template } from './cover.ts';
import { cellsOf, type Draft, daysOf, type Key, keyOf, labelOf, pairsOf, type Work } from './month.ts';
import { type Person, type Plan, type Post, unsettled } from './queries.ts';

interface Props {
  plan: Plan;
  team: string;
  month: string;
  here: ReadonlyMap<Key, Work>;
  people: readonly Person[];
  draft: Draft;
  post: Post;
  today: string;
  painting: boolean;
  onPut: (key: Key) => void;
}

const MINUTES = (at: number) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
const MOVES: Record<string, readonly [number, number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** People by days. One tap sets a cell; with a mouse, or while painting, what the pointer passes is set too. */
export function Grid({ plan, team, month, here, people, draft, post, today, painting, onPut }: Props) {
  const words = sayRoster();
  const days = daysOf(month);
  const [focus, setFocus] = useState<Key>();
  const last = useRef<Key | undefined>(undefined);
  const drawn = useRef(false);
  const table = useRef<HTMLTableElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // What is still to come stands beside the names.
    const now = box.current?.querySelector<HTMLElement>('thead .today');
    const names = box.current?.querySelector<HTMLElement>('thead .roster-name');
    if (box.current && now && names) {
      box.current.scrollLeft += now.getBoundingClientRect().left - names.getBoundingClientRect().right;
    }
  }, []);
  const going = useMemo(
    () =>
      new Map(
        unsettled(plan, team, month)
          .filter(({ code }) => code === undefined)
          .flatMap(({ values }) => [...cellsOf(values)]),
      ),
    [plan, team, month],
  );
  const look = looks(plan.templates);
  const works = new Map(here);
  for (const [key, work] of going) works.set(key, work);
  for (const [key, { work }] of Object.entries(draft.cells)) works.set(key, work);

  const put = (target: EventTarget | null) => {
    const key = target instanceof Element ? target.closest<HTMLElement>('[data-key]')?.dataset['key'] : undefined;
    if (key === undefined || key === last.current) return;
    last.current = key;
    onPut(key);
  };
  const move = (event: KeyboardEvent) => {
    const step = MOVES[event.key];
    if (step === undefined) return;
    const key = (event.target as HTMLElement).dataset['key'];
    const [row, column] = [people.findIndex(({ id }) => key?.startsWith(id)), days.indexOf(key?.slice(-10) ?? '')];
    const [person, date] = [people[row + step[0]], days[column + step[1]]];
    if (person === undefined || date === undefined) return;
    event.preventDefault();
    const next = keyOf(person.id, date);
    setFocus(next);
    table.current?.querySelector<HTMLElement>(`[data-key="${next}"]`)?.focus();
  };
  const first = people[0] && days[0] ? keyOf(people[0].id, days[0]) : '';
  return (
    <div ref={box} class="roster-scroll" data-painting={painting}>
      <table
        ref={table}
        class="roster-grid"
        onKeyDown={move}
        onPointerDown={(event) => {
          drawn.current = event.pointerType === 'mouse' || painting;
          last.current = undefined;
          if (drawn.current) put(event.target);
        }}
        onPointerMove={(event) => {
          if (event.buttons === 1 && drawn.current) put(document.elementFromPoint(event.clientX, event.clientY));
        }}
        onClick={(event) => {
          // The click that ends a stroke was done with it.
          if (!drawn.current) put(event.target);
          drawn.current = false;
          last.current = undefined;
        }}
      >
        <thead>
          <tr>
            <th scope="col" class="roster-at roster-day roster-name">
              {words.person}
            </th>
            {days.map((date) => (
              <DayHead key={date} date={date} today={date === today} />
            ))}
            <th scope="col" class="roster-at roster-day">
              {words.shifts}
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map(({ id, name, staffNo }) => (
            <tr key={id}>
              <th scope="row" class="roster-at roster-name">
                <Said text={name} />
                <span class="soft small">{staffNo}</span>
              </th>
              {days.map((date) => {
                const key = keyOf(id, date);
                const work = works.get(key) ?? '';
                const label = labelOf(work, look.labels);
                const state = draft.cells[key] ? 'edited' : going.has(key) ? 'going' : '';
                const where = pairsOf(work).map((pair) => plan.names.get(pair.post) ?? '');
                const said = [label || words.restWords, ...where].join(' ');
                const more = state === 'edited' ? words.edited : state === 'going' ? words.onWay : '';
                const other = label && !pairsOf(work).some((pair) => pair.post === post.id);
                return (
                  <td key={date} class="roster-at">
                    <button
                      type="button"
                      data-key={key}
                      class={`cell ${label ? (look.hues.get(pairsOf(work)[0]?.template ?? '') ?? 'hue0') : 'rest'} ${state}${other ? ' elsewhere' : ''}`}
                      tabIndex={(focus ?? first) === key ? 0 : -1}
                      aria-label={[words.cell(name, date, said), more].filter(Boolean).join('，')}
                      onFocus={() => setFocus(key)}
                    >
                      {label || words.rest}
                    </button>
                  </td>
                );
              })}
              <td class="roster-at number">{days.filter((date) => works.get(keyOf(id, date))).length}</td>
            </tr>
          ))}
        </tbody>
        <Foot days={days} works={works} post={post} templates={plan.templates} />
      </table>
    </div>
  );
}

function looks(templates: ReadonlyMap<string, Template>) {
  const list = [...templates.values()];
  return {
    labels: new Map(list.map(({ id, label }) => [id, label])),
    hues: new Map(list.map(({ id }, i) => [id, `hue${i % 6}`])),
  };
}

function DayHead({ date, today }: { date: string; today: boolean }) {
  const day = new Date(`${date}T12:00Z`);
  const weekend = [0, 6].includes(day.getUTCDay());
  const name = new Intl.DateTimeFormat(locale.value, { weekday: 'narrow', timeZone: 'UTC' }).format(day);
  return (
    <th scope="col" class={`roster-at roster-day${weekend ? ' weekend' : ''}${today ? ' today' : ''}`}>
      {Number(date.slice(-2))}
      <span class="small">{name}</span>
    </th>
  );
}

/** The least cover of the chosen post, day by day; what is below its minimum is marked by a sign and said. */
function Foot({
  days,
  works,
  post,
  templates,
}: {
  days: readonly string[];
  works: ReadonlyMap<Key, Work>;
  post: Post;
  templates: ReadonlyMap<string, Template>;
}) {
  const words = sayRoster();
  const dated = byDate(works);
  return (
    <tfoot>
      <tr>
        <th scope="row" class="roster-at roster-low roster-name">
          {words.cover}
          <Said class="soft small" text={post.name} />
        </th>
        {days.map((date, i) => {
          const found = least(dated, date, days[i - 1], post.id, templates, post.always);
          const below = found !== undefined && found.people < post.least;
          const clause = post.always ? 'R-SCH-17' : 'R-SCH-10';
          const said = found && words.coverOf(date, found.people, MINUTES(found.at));
          return (
            <td key={date} class={`roster-at roster-low${below ? ' below' : ''}`} title={said}>
              <span class="unseen">
                {said}
                {below && ` ${words.below(found.people, post.least, clause)}`}
              </span>
              <span aria-hidden="true">
                {below && <Icon name="needs_you" />}
                {found?.people ?? '·'}
              </span>
            </td>
          );
        })}
        <td class="roster-at roster-low" />
      </tr>
    </tfoot>
  );
}
