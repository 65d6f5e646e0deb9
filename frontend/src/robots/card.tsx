import { useState } from 'preact/hooks';
import { sayRobots } from '../messages/robots/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useNow } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Banner } from '../ui/panel.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { Said, visible } from '../ui/said.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { moment } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import { type Robot, removeRobot, TELLS, type Tried, tryRobot } from './actions.ts';
import { hhmm } from './hours.ts';
import type { Place } from './page.tsx';

interface CardProps {
  robot: Robot;
  places: readonly Place[];
  offline: boolean;
  onChange: () => void;
  /** Something was done that the list should show. */
  onChanged: () => void;
}

/** One robot: what it tells, how its last message went, and a message to try it with. */
export function RobotCard({ robot, places, offline, onChange, onChanged }: CardProps) {
  const { engine } = useApp();
  const words = sayRobots();
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState<Tried>();
  const [removing, setRemoving] = useState(false);
  const attempt = async () => {
    setBusy(true);
    setTried(undefined);
    const answer = await answered(tryRobot(engine, robot.id));
    setBusy(false);
    if ('ok' in answer) setTried(answer.ok);
    else tell(words.problem[answer.problem.code] ?? problemWords(answer.problem), { bad: true });
    onChanged();
  };
  const remove = async () => {
    setRemoving(false);
    const answer = await answered(removeRobot(engine, robot.id));
    const bad = 'problem' in answer;
    tell(bad ? (words.problem[answer.problem.code] ?? problemWords(answer.problem)) : words.removed, { bad });
    onChanged();
  };
  // What was tried just now, else what is wrong since before.
  const { last_code: code, last_said: said } = robot;
  const outcome = tried ?? (code === null || code === 'sent' ? undefined : { code, said: said ?? '' });
  return (
    <article class="card" aria-label={visible(robot.name)}>
      <div class="row wrap">
        <h2 class="grow">
          <Said text={robot.name} />
        </h2>
        <span class="tag">{words.platforms[robot.platform] ?? robot.platform}</span>
      </div>
      <Trouble robot={robot} />
      <Facts robot={robot} places={places} />
      <div role="status">{outcome && <Outcome code={outcome.code} said={outcome.said} />}</div>
      <div class="row wrap">
        <Button disabled={busy || offline} onClick={attempt}>
          {busy ? words.testing : words.test}
        </Button>
        <Button disabled={offline} onClick={onChange}>
          {words.change}
        </Button>
        <Button look="danger" disabled={offline} onClick={() => setRemoving(true)}>
          {words.remove}
        </Button>
      </div>
      {removing && (
        <Sheet title={words.remove} onClose={() => setRemoving(false)}>
          <p>
            <Said text={words.removeLead(robot.name)} />
          </p>
          <Button big look="danger" onClick={remove}>
            {words.remove}
          </Button>
        </Sheet>
      )}
    </article>
  );
}

function Trouble({ robot }: { robot: Robot }) {
  const { engine } = useApp();
  const words = sayRobots();
  const now = useNow(engine);
  const at = (instant: number) => moment(instant, now, robot.zone);
  if (robot.gave_up !== null) return <Banner bad>{words.gaveUp(at(robot.gave_up))}</Banner>;
  return robot.failing === null ? null : <Banner>{words.since(at(robot.failing))}</Banner>;
}

function Facts({ robot, places }: { robot: Robot; places: readonly Place[] }) {
  const { engine } = useApp();
  const words = sayRobots();
  const now = useNow(engine);
  const { facts } = words;
  return (
    <dl class="facts">
      <dt>{facts.address}</dt>
      <dd>
        <span class="number">…{robot.tail}</span>
        {robot.signed && ` · ${words.signed}`}
      </dd>
      <dt>{facts.tells}</dt>
      <dd>
        {TELLS.filter((one) => robot.tells.includes(one))
          .map((one) => words.tell[one] ?? one)
          .join(' · ')}
      </dd>
      <dt>{facts.where}</dt>
      <dd>
        <Said text={whereWords(robot, places)} />
      </dd>
      <dt>{facts.every}</dt>
      <dd>{words.perMinutes(robot.every)}</dd>
      {robot.quiet && (
        <>
          <dt>{facts.quiet}</dt>
          <dd class="number">{words.hours(hhmm(robot.quiet[0]), hhmm(robot.quiet[1]))}</dd>
        </>
      )}
      <dt>{facts.last}</dt>
      <dd>
        {robot.last_at === null
          ? words.never
          : (robot.last_code === 'sent' ? words.sentAt : words.failedAt)(moment(robot.last_at, now, robot.zone))}
      </dd>
    </dl>
  );
}

function whereWords({ team, site }: Robot, places: readonly Place[]): string {
  const words = sayRobots();
  const place = places.find(({ id }) => id === (team ?? site));
  if (place) return words[place.kind](place.name);
  return team ?? site ?? words.everywhere;
}

/** How a message went, in our words, and the platform's own where it refused. */
function Outcome({ code, said }: Tried) {
  const words = sayRobots();
  const well = code === 'sent';
  return (
    <div class={well ? 'outcome well' : 'outcome'}>
      <Icon name={well ? 'delivered' : 'needs_you'} />
      <div class="grow">
        <p>{words.outcome[code] ?? code}</p>
        {!well && said && (
          <p class="soft small">
            <Said text={words.says(said)} />
          </p>
        )}
      </div>
    </div>
  );
}
