// The swap register of a team and month (换班登记表): asked of the server, to read, print and save.

import type { Row, View } from '@gatehouse/sync/api';
import { useEffect, useState } from 'preact/hooks';
import { save } from '../device/save.ts';
import { saySwapRules } from '../messages/swap-rules/index.ts';
import { Button } from '../ui/button.tsx';
import { textOf, useApp, useNow, useRows } from '../ui/context.ts';
import { Chips } from '../ui/field.tsx';
import { Banner, Empty, Heading, Loading } from '../ui/panel.tsx';
import { problemWords } from '../ui/problem.ts';
import { Said } from '../ui/said.tsx';
import { downloaded } from '../ui/server.ts';
import { clock, dayKey, moment } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import { askRegister, type Entry, type Moved, monthBeside, pathOf, type Register } from './registered.ts';

interface Places {
  readonly teams: readonly Row[];
  /** The team that the person is of. */
  readonly mine: string;
}

async function readTeams(view: View, person: string): Promise<Places> {
  const [teams, own] = await Promise.all([view.all('team'), view.get(person)]);
  return { teams: teams.filter((row) => row.f['closed'] === undefined), mine: textOf(own, 'team') };
}

/** Whoever leads teams picks among those; managers and clerks among all that the device knows. */
export function SwapRegister() {
  const { engine, who, standing, duty } = useApp();
  const words = saySwapRules().register;
  const now = useNow(engine);
  const places = useRows(engine, who.person, ['team', 'person'], (view) => readTeams(view, who.person));
  const [team, pick] = useState<string>();
  const [month, go] = useState(dayKey(now, duty.zone).slice(0, 7));
  const [found, see] = useState<Register | 'asking' | 'away'>('asking');
  const wide = ['manager', 'clerk', 'admin'].some((role) => standing.roles.has(role));
  const teams = (places?.teams ?? []).filter(({ id }) => wide || standing.leads.includes(id));
  const chosen = team ?? (teams.find(({ id }) => id === places?.mine) ?? teams[0])?.id;
  const ask = async (of: string) => {
    see('asking');
    const answer = await askRegister(engine, of, month);
    see('ok' in answer ? answer.ok : 'away');
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew for another team or month, not on every draw
  useEffect(() => {
    if (chosen) ask(chosen).catch(console.error);
  }, [chosen, month]);
  if (places === undefined) return <Loading />;
  const keep = async (of: string) => {
    const answer = await downloaded(engine, pathOf(of, month, '.xlsx'));
    if ('problem' in answer) tell(problemWords(answer.problem), { bad: true });
    else {
      save(answer.ok, `${words.title} ${month}.xlsx`);
      tell(words.saved);
    }
  };
  return (
    <section class="page stack roomy register">
      <Heading title={words.title} up="/swaps" />
      <div class="row wrap paperless">
        <Button onClick={() => go(monthBeside(month, -1))}>{words.before}</Button>
        <strong class="number">{month}</strong>
        <Button onClick={() => go(monthBeside(month, 1))}>{words.next}</Button>
      </div>
      {teams.length > 1 && (
        <div class="paperless">
          <Chips
            label={words.team}
            options={teams.map((row) => [row.id, textOf(row, 'name')] as const)}
            value={chosen}
            onPick={pick}
          />
        </div>
      )}
      {found === 'asking' && <Loading />}
      {found === 'away' && (
        <Banner action={<Button onClick={() => chosen && ask(chosen)}>{words.again}</Button>}>{words.offline}</Banner>
      )}
      {typeof found === 'object' && (
        <>
          <p class="soft small">
            <Said text={`${found.name} · ${words.at(moment(found.at, now, found.zone))}`} />
          </p>
          {found.entries.length === 0 ? <Empty icon="swap" title={words.empty} /> : <Sheet register={found} />}
          <div class="row wrap paperless">
            <Button onClick={() => print()}>{words.print}</Button>
            <Button onClick={() => keep(found.team)}>{words.save}</Button>
          </div>
        </>
      )}
    </section>
  );
}

function Sheet({ register: { entries, zone } }: { register: Register }) {
  const words = saySwapRules().register;
  const heads = [words.asked, words.gives, words.by, words.takes, words.reason, words.decided, words.repay, words.sign];
  // Paper is read later: "yesterday" would be another day then.
  const when = (at: number | undefined) => (at === undefined ? '' : `${dayKey(at, zone).slice(5)} ${clock(at, zone)}`);
  const decided = (entry: Entry) => [entry.decider?.name, when(entry.decided), entry.note].filter(Boolean).join(' ');
  return (
    <div class="register-sheet">
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td data-head={words.asked}>
                <Said class="strong block" text={entry.by.name} />
                <span class="soft number">{when(entry.asked)}</span>
              </td>
              <td data-head={words.gives}>{shiftWords(entry.give)}</td>
              <td data-head={words.by}>
                <Said class="strong block" text={entry.taker?.name ?? ''} />
                <span class="soft number">{when(entry.agreed)}</span>
              </td>
              <td data-head={words.takes}>{shiftWords(entry.take)}</td>
              <td data-head={words.reason}>
                <Said text={entry.reason} />
              </td>
              <td data-head={words.decided}>
                <strong class="block">{words.state[entry.state] ?? entry.state}</strong>
                <Said class="soft" text={decided(entry)} />
              </td>
              <td data-head={words.repay}>{words.repays[entry.repay] ?? ''}</td>
              <td class="sign" />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function shiftWords(shift: Moved | undefined): string {
  return shift ? `${shift.date} ${shift.hours} ${shift.post}` : '';
}
