import type { Problem, View } from '@gatehouse/sync/api';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { sayRobots } from '../messages/robots/index.ts';
import { Button } from '../ui/button.tsx';
import { textOf, useApp, useRows, useWatch } from '../ui/context.ts';
import { Banner, Empty, Heading, Loading } from '../ui/panel.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { Sheet } from '../ui/sheet.tsx';
import { listRobots, type Robot } from './actions.ts';
import { RobotCard } from './card.tsx';
import { RobotForm } from './form.tsx';
import './robots.css';

/** A site or team that a robot can be limited to. */
export interface Place {
  readonly id: string;
  readonly kind: 'site' | 'team';
  readonly name: string;
}

async function readPlaces(view: View): Promise<Place[]> {
  const kinds = ['site', 'team'] as const;
  const rows = await Promise.all(kinds.map((kind) => view.all(kind)));
  return kinds.flatMap((kind, at) =>
    (rows[at] ?? [])
      .map((row) => ({ id: row.id, kind, name: textOf(row, 'name') }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  );
}

/** The group robots of the org, for admins. They live on the server alone, so there is nothing to see offline. */
export function Robots() {
  const words = sayRobots();
  return (
    <div class="page stack">
      <Heading title={words.title} up="/office" />
      <Known />
    </div>
  );
}

function Known() {
  const { engine, who } = useApp();
  const words = sayRobots();
  const offline = useWatch(engine.status)?.network === 'offline';
  const places = useRows(engine, who.person, ['site', 'team'], readPlaces) ?? [];
  const [robots, setRobots] = useState<readonly Robot[]>();
  const [problem, setProblem] = useState<Problem>();
  const [editing, edit] = useState<Robot | 'new'>();
  const load = useCallback(async () => {
    setProblem(undefined);
    const answer = await answered(listRobots(engine));
    if ('ok' in answer) setRobots(answer.ok);
    else setProblem(answer.problem);
  }, [engine]);
  useEffect(() => {
    if (!offline) load().catch(console.error);
  }, [load, offline]);
  const [saved, count] = useState(0);
  const done = () => {
    edit(undefined);
    count(saved + 1);
    load().catch(console.error);
  };
  return (
    <>
      <p class="soft">{words.lead}</p>
      {offline && <Banner>{words.offline}</Banner>}
      {!offline && problem && (
        <Banner action={<Button onClick={load}>{words.again}</Button>}>
          {words.problem[problem.code] ?? problemWords(problem)}
        </Banner>
      )}
      {!offline && !problem && !robots && <Loading />}
      {robots?.length === 0 && (
        <Empty icon="inbox" title={words.none}>
          {words.noneLead}
        </Empty>
      )}
      <ul class="stack robots">
        {robots?.map((robot) => (
          <li key={`${robot.id} ${saved}`}>
            <RobotCard robot={robot} places={places} offline={offline} onChange={() => edit(robot)} onChanged={load} />
          </li>
        ))}
      </ul>
      {robots && (
        <Button icon="add" big look="primary" disabled={offline} onClick={() => edit('new')}>
          {words.add}
        </Button>
      )}
      {editing && (
        <Sheet title={editing === 'new' ? words.add : words.change} onClose={() => edit(undefined)}>
          <RobotForm robot={editing === 'new' ? undefined : editing} places={places} onDone={done} />
        </Sheet>
      )}
    </>
  );
}
