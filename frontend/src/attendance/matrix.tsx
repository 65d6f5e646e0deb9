import { useEffect, useState } from 'preact/hooks';
import { save } from '../device/save.ts';
import { sayAttendance } from '../messages/attendance/index.ts';
import { sayDesk } from '../messages/attendance-desk/index.ts';
import { say } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useNow, useRows, useWatch } from '../ui/context.ts';
import { Chips } from '../ui/field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Empty, Heading, Loading } from '../ui/panel.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { ReasonSheet } from '../ui/reason.tsx';
import { go } from '../ui/route.ts';
import { visible } from '../ui/said.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { dayKey, moment } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import { nameOf } from '../ui/values.ts';
import { silence } from './actions.ts';
import { Age } from './age.tsx';
import { fetchMonth, fetchSheet, useAsked } from './ask.ts';
import { CloseMonths } from './close.tsx';
import { type Desk, KINDS, mattersOf, ofTeam, readDesk, readTeams, teamsIn, type Waits, waitsOf } from './desk.ts';
import { Explain } from './explain.tsx';
import { Legend } from './legend.tsx';
import { Matters } from './matters.tsx';
import type { Month } from './month.ts';
import { Turn } from './my-month.tsx';
import { settle } from './settle.ts';
import { MonthTable } from './table.tsx';
import { type Around, dateWords, deviceWords, reachWords } from './words.ts';

/** Roles that keep attendance of sites, and hold no stream of their teams: they ask the server. */
const KEEPERS = ['clerk', 'manager', 'admin'];

/** The month of a team, or of all that one looks after: `2026-11`, `2026-11_team`. */
export function Matrix({ named = '' }: { named?: string }) {
  const { engine, who, duty, standing } = useApp();
  const words = sayDesk();
  const now = useNow(engine);
  const today = dayKey(now, duty.zone);
  const [, given, team = ''] = /^(\d{4}-(?:0[1-9]|1[0-2]))(?:_([\w-]+))?$/.exec(named) ?? [];
  const month = given ?? today.slice(0, 7);
  const keeper = KEEPERS.some((role) => standing.roles.has(role));
  const known = useRows(engine, who.person, ['team', 'person'], readTeams);
  // A keeper looks at one team at a time: the one in the address, else the first by name.
  const looked = keeper ? team || (known?.[0]?.[0] ?? '') : '';
  const { asked, problem, again } = useAsked(engine, looked, month);
  const desk = useRows(engine, `${who.person} ${month} ${asked?.team ?? ''} ${asked?.at ?? 0}`, KINDS, (view) =>
    readDesk(view, month, asked),
  );
  const to = (next: string, of: string) => `/attendance/of/${next}${of ? `_${of}` : ''}`;
  const waiting = keeper && asked === undefined && problem === undefined;
  return (
    <section class="page att-page stack attendance">
      <Heading title={words.title} up="/">
        {keeper ? <AskedAge at={asked?.at} problem={problem !== undefined} again={again} /> : <Age />}
      </Heading>
      <Turn month={month} to={(next) => to(next, team)} />
      {desk === undefined || (waiting && desk.months.length === 0) ? (
        <Loading />
      ) : desk.months.length > 0 ? (
        <Present
          key={looked}
          desk={desk}
          month={month}
          team={keeper ? looked : team}
          teams={keeper ? (known ?? []).map(([id]) => id) : undefined}
          today={today}
          onTeam={(of) => go(to(month, of))}
        />
      ) : problem !== undefined ? (
        <Empty icon="offline" title={words.needsLine}>
          {words.needsLineHint}
        </Empty>
      ) : (
        <Empty icon="calendar" title={words.none}>
          {words.noneHint}
        </Empty>
      )}
    </section>
  );
}

/** How old what the server gave is, and asking anew. */
function AskedAge({ at, problem, again }: { at: number | undefined; problem: boolean; again: () => Promise<void> }) {
  const { engine, duty } = useApp();
  const words = sayDesk();
  const now = useNow(engine);
  return (
    <p class={`row wrap small number ${problem ? 'att-warn' : 'soft'}`}>
      {problem && <Icon name="offline" />}
      {at === undefined ? words.needsLine : words.asked(moment(at, now, duty.zone))}
      <Button look="quiet" onClick={() => void again()}>
        {words.askAgain}
      </Button>
    </p>
  );
}

interface PresentProps {
  desk: Desk;
  month: string;
  /** '' for every team. */
  team: string;
  /** To choose from, one at a time; undefined: those of the rows, or all of them. */
  teams: readonly string[] | undefined;
  today: string;
  onTeam: (team: string) => void;
}

type Shown = 'sheet' | 'list' | 'close';

function Present({ desk, month, team, teams: choice, today, onTeam }: PresentProps) {
  const { who, duty } = useApp();
  const words = sayDesk();
  const [shown, show] = useState<Shown>('sheet');
  const [opened, open] = useState<{ readonly month: Month; readonly date: string } | undefined>(undefined);
  const [paper, print] = usePaper();
  const teams = choice ?? teamsIn(desk.months, desk.names);
  const chosen = teams.includes(team) ? team : '';
  const months = ofTeam(desk.months, chosen, desk.names);
  const around: Around = { names: desk.names, labels: desk.labels, device: who.device, zone: duty.zone };
  const waits = waitsOf(months);
  const name = (person: string) => nameOf(desk.names, person, who.person);
  const teamName = (id: string) => visible(desk.names.get(id) ?? say().loading);
  // What is open in the sheet follows the rows: a decision that arrives is seen at once.
  const current = opened && (months.find(({ id }) => id === opened.month.id) ?? opened.month);
  return (
    <>
      <h2 class="att-paper">{[words.title, month, chosen ? teamName(chosen) : ''].filter(Boolean).join(' ')}</h2>
      <div class="att-tools">
        {teams.length > 1 && (
          <Chips
            label={words.teams}
            hideLabel
            options={[...(choice ? [] : [['', words.all] as const]), ...teams.map((id) => [id, teamName(id)] as const)]}
            value={chosen}
            onPick={onTeam}
          />
        )}
        <Chips
          label={words.view}
          hideLabel
          options={[
            ['sheet', words.views.sheet],
            ['list', words.views.list(mattersOf(months).open.length)],
            ['close', words.views.close],
          ]}
          value={shown}
          onPick={show}
        />
      </div>
      {waits.length > 0 && <AwaitedDevices waits={waits} month={month} around={around} />}
      {shown === 'sheet' && (
        <>
          <MonthTable
            months={months}
            month={month}
            today={today}
            name={name}
            whole={paper}
            onOpen={(of, date) => open({ month: of, date })}
          />
          <Tools month={month} team={chosen || (teams.length === 1 ? (teams[0] ?? '') : '')} onPrint={print} />
          <Legend />
        </>
      )}
      {shown === 'list' && (
        <Matters desk={desk} months={months} around={around} onDay={(of, date) => open({ month: of, date })} />
      )}
      {shown === 'close' && (
        <CloseMonths desk={desk} month={month} teams={chosen ? [chosen] : teamsIn(desk.months, desk.names)} />
      )}
      {opened && current && (
        <Sheet title={`${name(current.person)} ${dateWords(opened.date)}`} onClose={() => open(undefined)}>
          <Explained month={current} date={opened.date} team={chosen} around={around} />
        </Sheet>
      )}
    </>
  );
}

/** A day explained: what came over the network for the whole team has no sentences, so they are asked for. */
function Explained({ month, date, team, around }: { month: Month; date: string; team: string; around: Around }) {
  const { engine } = useApp();
  const bare = month.days.some((day) => day.date === date && day.lines.length === 0);
  const [whole, set] = useState<Month | 'missing' | undefined>(undefined);
  useEffect(() => {
    if (!bare) return;
    const asked = answered(fetchMonth(engine, team, month.month, month.person));
    void asked.then((answer) => set(('ok' in answer ? answer.ok.months[0] : undefined) ?? 'missing'));
  }, [engine, bare, team, month.month, month.person]);
  if (!bare) return <Explain month={month} date={date} around={around} />;
  if (whole === undefined) return <Loading />;
  if (whole === 'missing') return <Empty icon="offline" title={sayDesk().needsLine} />;
  return <Explain month={{ ...month, days: whole.days }} date={date} around={around} />;
}

/** Every row is drawn before the printer looks, and only then. */
function usePaper(): [boolean, () => void] {
  const [paper, set] = useState(false);
  useEffect(() => {
    if (paper) print();
    const done = () => set(false);
    addEventListener('afterprint', done);
    return () => removeEventListener('afterprint', done);
  }, [paper]);
  return [paper, () => set(true)];
}

function Tools({ month, team, onPrint }: { month: string; team: string; onPrint: () => void }) {
  const { engine } = useApp();
  const words = sayDesk();
  const online = useWatch(engine.status)?.network === 'online';
  const fetch = async () => {
    const answer = await answered(fetchSheet(engine, month, team));
    if ('problem' in answer) tell(problemWords(answer.problem), { bad: true });
    else {
      save(answer.ok, `${sayAttendance().matrix}-${month}.xlsx`);
      tell(words.excelDone);
    }
  };
  return (
    <div class="row wrap att-tools">
      <Button icon="board" onClick={onPrint}>
        {words.print}
      </Button>
      <Button icon="down" disabled={!online || !team} onClick={() => void fetch()}>
        {words.excel}
      </Button>
    </div>
  );
}

function AwaitedDevices({ waits, month, around }: { waits: readonly Waits[]; month: string; around: Around }) {
  const { engine } = useApp();
  const words = sayDesk();
  const [asking, ask] = useState<string | undefined>(undefined);
  return (
    <div class="banner att-waits">
      <Icon name="held" />
      <div class="grow stack tight">
        {waits.map(({ device, days, people, reach }) => (
          <p key={device} class="row wrap">
            <span class="grow">
              {words.waits(people, days, deviceWords(device, around), reachWords(reach, `${month}-00`, around.zone))}
            </span>
            <Button onClick={() => ask(device)}>{words.silence}</Button>
          </p>
        ))}
        <p class="small">{sayAttendance().waitsHint}</p>
      </div>
      {asking !== undefined && (
        <ReasonSheet
          title={words.silenceTitle(deviceWords(asking, around))}
          act={words.silence}
          reasons={words.reasons.slice(1)}
          hint={words.silenceHint}
          label={words.reason}
          needs={words.reasonNeeds}
          onGive={(reason) => {
            void settle(silence(engine, asking, reason), words.silenceDone);
            ask(undefined);
          }}
          onClose={() => ask(undefined)}
        />
      )}
    </div>
  );
}
