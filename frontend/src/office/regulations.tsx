import type { Row, View } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { sayRegulations } from '../messages/regulations/index.ts';
import { Button } from '../ui/button.tsx';
import { Clause } from '../ui/clause.tsx';
import { isClosed } from '../ui/closed.ts';
import { textOf, useApp, useRows } from '../ui/context.ts';
import { Empty, Loading } from '../ui/panel.tsx';
import { Said, visible } from '../ui/said.tsx';
import { type Cited, changed, chosen, NONE, ofTeam } from '../ui/terms.ts';
import { dayKey } from '../ui/time.ts';
import { List } from './list.tsx';
import { ChangeButton, Section, useClock, Way } from './parts.tsx';
import { ChooseForm, EndForm, SingleForm } from './regulation-forms.tsx';
import { natural } from './rooms.ts';
import { citedWords, keyWords, packWords } from './term-words.ts';
import { PARAMETERS, termsOf } from './terms.ts';

const PATH = '/office/regulations';

export interface Followed {
  readonly teams: readonly Row[];
  readonly choices: readonly Row[];
  readonly changes: readonly Row[];
}

async function readFollowed(view: View): Promise<Followed> {
  const [teams, choices, changes] = await Promise.all([view.all('team'), view.all('policy'), view.all('override')]);
  return { teams: teams.sort((a, b) => natural(textOf(a, 'name'), textOf(b, 'name'))), choices, changes };
}

export function Regulations({ id }: { id?: string }) {
  const { engine, who } = useApp();
  const found = useRows(engine, `regulations ${who.person}`, ['team', 'policy', 'override'], readFollowed);
  if (!found) return <Loading />;
  return id === undefined ? <TeamsList {...found} /> : <Terms {...found} id={id} />;
}

function TeamsList({ teams, choices, changes }: Followed) {
  const words = sayRegulations();
  const { duty } = useApp();
  const today = dayKey(useClock(), duty.zone);
  const follows = (team: Row) => packWords(textOf(chosen(choices, team.id, today), 'pack'));
  return (
    <Section title={sayOffice().section.regulations.title}>
      <p class="soft">{words.noneLead}</p>
      <List
        label={sayOffice().section.regulations.title}
        rows={teams}
        id={(team) => team.id}
        text={(team) => `${textOf(team, 'name')} ${follows(team)}`}
        closed={isClosed}
        search={words.find}
        empty={{ icon: 'people', title: words.noTeams, lead: words.noTeamsLead }}
        draw={(team) => {
          const single = changed(changes, team.id, today).size;
          const since = textOf(chosen(choices, team.id, today), 'since');
          return (
            <Way to={`${PATH}/${team.id}`} title={<Said text={textOf(team, 'name')} />}>
              {[follows(team), since && words.since(since), single && words.changes(single)]
                .filter(Boolean)
                .join(' · ')}
            </Way>
          );
        }}
      />
    </Section>
  );
}

/** What one team follows: the regulation, what was set otherwise, and every parameter with its clause. */
function Terms({ teams, choices, changes, id }: Followed & { id: string }) {
  const words = sayRegulations();
  const { duty } = useApp();
  const today = dayKey(useClock(), duty.zone);
  const [sheet, show] = useState<'choose' | 'single' | Row>();
  const [all, showAll] = useState(false);
  const team = teams.find((row) => row.id === id);
  if (!team) {
    return (
      <Section title={sayOffice().section.regulations.title} up={PATH}>
        <Empty icon="search" title={sayOffice().gone} />
      </Section>
    );
  }
  const close = () => show(undefined);
  const choice = chosen(choices, id, today);
  const pack = textOf(choice, 'pack') || NONE;
  const terms = [...termsOf(pack, today, changed(changes, id, today))];
  const stated = terms.filter(([, one]) => one.stated || one.change);
  const others = terms.filter(([, one]) => !one.stated && !one.change);
  const coming = ofTeam(choices, id).filter((row) => textOf(row, 'since') > today);
  const single = ofTeam(changes, id).filter((row) => textOf(row, 'until') === '' || textOf(row, 'until') > today);
  return (
    <Section title={visible(textOf(team, 'name'))} up={PATH}>
      <section class="card stack" aria-label={words.pack}>
        <p class="small soft">{words.pack}</p>
        <p class="strong">{packWords(pack)}</p>
        {choice && <p class="soft number">{words.since(textOf(choice, 'since'))}</p>}
        {textOf(choice, 'reason') && <Said class="soft" text={words.because(textOf(choice, 'reason'))} />}
        {coming.map((row) => (
          <p key={row.id} class="tag">
            {words.next(textOf(row, 'since'), packWords(textOf(row, 'pack')))}
          </p>
        ))}
        <div class="row wrap">
          <ChangeButton look="primary" onClick={() => show('choose')}>
            {words.choose}
          </ChangeButton>
          <ChangeButton icon="pencil" onClick={() => show('single')}>
            {words.single}
          </ChangeButton>
        </div>
      </section>
      {single.length > 0 && <Singles rows={single} onEnd={show} />}
      {stated.length > 0 && <Table title={words.set} terms={stated} pack={pack} />}
      <Button icon={all ? 'less' : 'add'} expanded={all} onClick={() => showAll(!all)}>
        {words.rest(others.length)}
      </Button>
      {all && <Table title={words.plain} terms={others} pack={pack} />}
      {sheet === 'choose' && <ChooseForm team={team} choices={choices} changes={changes} onClose={close} />}
      {sheet === 'single' && <SingleForm team={team} terms={new Map(terms)} onClose={close} />}
      {typeof sheet === 'object' && <EndForm change={sheet} onClose={close} />}
    </Section>
  );
}

function Singles({ rows, onEnd }: { rows: readonly Row[]; onEnd: (row: Row) => void }) {
  const words = sayRegulations();
  return (
    <section class="stack">
      <h2>{words.single}</h2>
      <ul class="list">
        {rows.map((row) => {
          const name = keyWords(textOf(row, 'key'));
          const until = textOf(row, 'until');
          return (
            <li key={row.id} class="row wrap office-term">
              <span class="grow stack tight">
                <span class="strong">{name}</span>
                <span>{singleWords(row)}</span>
                <span class="soft small number">
                  {[words.since(textOf(row, 'since')), until && words.until(until)].filter(Boolean).join(' · ')}
                </span>
                <Said class="soft small" text={words.because(textOf(row, 'reason'))} />
              </span>
              <ChangeButton label={words.endOf(name)} onClick={() => onEnd(row)}>
                {words.end}
              </ChangeButton>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function singleWords(row: Row): string {
  const key = textOf(row, 'key');
  const cited = termsOf(NONE, '', new Map([[key, row]])).get(key);
  return cited ? citedWords(cited) : textOf(row, 'value');
}

function Table({ title, terms, pack }: { title: string; terms: readonly (readonly [string, Cited])[]; pack: string }) {
  const words = sayRegulations();
  const parts = [...new Set(terms.map(([key]) => PARAMETERS[key]?.part ?? ''))];
  return (
    <section class="stack">
      <h2>{title}</h2>
      {parts.map((part) => (
        <section key={part} class="stack tight">
          <h3 class="soft">{words.part[part] ?? part}</h3>
          <ul class="list">
            {terms
              .filter(([key]) => PARAMETERS[key]?.part === part)
              .map(([key, one]) => (
                <li key={key} class="stack tight office-term">
                  <span class="row wrap">
                    <span class="grow">{keyWords(key)}</span>
                    {one.change && <span class="tag">{words.changed}</span>}
                    {PARAMETERS[key]?.later && <span class="tag">{words.later}</span>}
                  </span>
                  <span class="strong">{citedWords(one)}</span>
                  <Clause id={one.clause} pack={pack} />
                </li>
              ))}
          </ul>
        </section>
      ))}
    </section>
  );
}
