import './roster.css';
import { useState } from 'preact/hooks';
import { sayRoster } from '../messages/roster/index.ts';
import { Button } from '../ui/button.tsx';
import { textOf, useApp, useNow, useRows } from '../ui/context.ts';
import { useDraft } from '../ui/draft.ts';
import { Chips } from '../ui/field.tsx';
import { Empty, Heading, Loading } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import { dayKey } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import { Brushes } from './brushes.tsx';
import { DutyDayList } from './duty-days.tsx';
import { Files } from './files.tsx';
import { Generate } from './generate.tsx';
import { Grid } from './grid.tsx';
import { type Draft, edited, type Key, later, NO_DRAFT, present, type Work } from './month.ts';
import { Publish } from './publish.tsx';
import { KINDS, type Plan, peopleOf, postsOf, readPlan, versionOf } from './queries.ts';
import { Stale, Unsettled } from './stale.tsx';
import { Versions } from './versions.tsx';

/** A team's month, cell by cell: for whoever leads it. */
export function Planner() {
  const { engine, duty, who, standing } = useApp();
  const words = sayRoster();
  const now = useNow(engine);
  const plan = useRows(engine, who.person, KINDS, readPlan);
  const [chosen, setTeam] = useState<string>();
  const [view, setView] = useState<'grid' | 'duty'>('grid');
  const [month, setMonth] = useState(() => later(dayKey(engine.now(), duty.zone).slice(0, 7), 0));
  if (plan === undefined) return <Loading />;
  const teams = plan.teams.filter((row) => standing.leads.includes(row.id));
  const mine = textOf(
    plan.people.find((row) => row.id === who.person),
    'team',
  );
  const team = teams.find((row) => row.id === (chosen ?? mine)) ?? teams[0];
  if (team === undefined) {
    return (
      <section class="page stack">
        <Heading title={words.title} up="/" />
        <Empty icon="calendar" title={words.noTeam}>
          {words.noTeamHint}
        </Empty>
      </section>
    );
  }
  const [year = 0, number = 0] = month.split('-').map(Number);
  return (
    <section class="page roomy stack roster">
      <Heading title={words.title} up="/">
        {teams.length === 1 && <Said class="strong" text={plan.names.get(team.id) ?? ''} />}
      </Heading>
      <div class="bar wrap paperless">
        {teams.length > 1 && (
          <select
            class="input grow"
            aria-label={words.team}
            value={team.id}
            onChange={(event) => setTeam(event.currentTarget.value)}
          >
            {teams.map((row) => (
              <option key={row.id} value={row.id}>
                {plan.names.get(row.id)}
              </option>
            ))}
          </select>
        )}
        <div class="bar roster-month">
          <Button icon="back" label={words.before} onClick={() => setMonth(later(month, -1))} />
          <span class="strong number">{words.month(year, number)}</span>
          <Button icon="next" label={words.after} onClick={() => setMonth(later(month, 1))} />
        </div>
      </div>
      <div class="paperless">
        <Chips
          hideLabel
          label={words.view}
          options={[
            ['grid', words.viewGrid],
            ['duty', words.viewDuty],
          ]}
          value={view}
          onPick={setView}
        />
      </div>
      {view === 'grid' ? (
        <Month key={`${team.id} ${month}`} plan={plan} team={team.id} month={month} now={now} />
      ) : (
        <DutyDayList plan={plan} team={team.id} month={month} today={dayKey(now, duty.zone)} />
      )}
    </section>
  );
}

function Month({ plan, team, month, now }: { plan: Plan; team: string; month: string; now: number }) {
  const { engine, duty } = useApp();
  const words = sayRoster();
  const draft = useDraft<Draft>(engine, `roster ${team} ${month}`, () => NO_DRAFT);
  const posts = postsOf(plan, team);
  const [post, setPost] = useState<string>();
  const [brush, setBrush] = useState<string>();
  const [painting, setPainting] = useState(false);
  if (draft.value === undefined) return <Loading />;
  const here = present(plan.shifts, team, month);
  const version = versionOf(plan, team);
  const people = peopleOf(plan, team, month, now);
  const at = posts.find(({ id }) => id === post) ?? posts[0];
  if (people.length === 0) return <Empty icon="people" title={words.noPeople} />;
  if (plan.templates.size === 0 || at === undefined) return <Empty icon="calendar" title={words.noTemplates} />;
  const value = draft.value;
  const picked = brush ?? [...plan.templates.keys()][0] ?? '';
  const set = (cells: readonly (readonly [Key, Work])[], hand: boolean) =>
    draft.change(edited(value, here, version, cells, hand));
  const put = (key: Key) => {
    const undone = value.cells[key]?.was ?? here.get(key) ?? '';
    set([[key, picked === 'revert' ? undone : picked === 'rest' ? '' : `${picked}:${at.id}`]], true);
  };
  const replace = (next: Draft) => draft.change(next);
  const count = Object.keys(value.cells).length;
  const shown = { plan, team, month, here, people, draft: value };
  return (
    <>
      <Unsettled {...shown} onRestore={replace} />
      {count > 0 && value.seen < version && <Stale {...shown} version={version} onGo={replace} />}
      <Brushes
        templates={plan.templates}
        posts={posts}
        picked={picked}
        post={at.id}
        painting={painting}
        onPick={setBrush}
        onPost={setPost}
        onPaint={setPainting}
      />
      <Grid {...shown} post={at} today={dayKey(now, duty.zone)} painting={painting} onPut={put} />
      <div class="row wrap roster-foot">
        <Versions plan={plan} team={team} people={people} version={version} />
        <Generate {...shown} post={at.id} onFill={(cells) => set(cells, false)} />
        <Files {...shown} post={at.id} onTake={(cells) => set(cells, true)} />
        {count > 0 && (
          <Button
            look="danger"
            onClick={() => {
              draft.clear().catch(console.error);
              tell(words.discarded);
            }}
          >
            {words.discard}
          </Button>
        )}
        <Publish {...shown} stale={value.seen < version} onDone={() => draft.recorded(value)} />
      </div>
    </>
  );
}
