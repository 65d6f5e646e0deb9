import type { Row, View } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { isClosed } from '../ui/closed.ts';
import { numberOf, textOf, useApp, useRows } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { SelectField } from '../ui/fields.tsx';
import { History } from '../ui/history.tsx';
import { Empty, Loading } from '../ui/panel.tsx';
import { go } from '../ui/route.ts';
import { Said, visible } from '../ui/said.tsx';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import { List } from './list.tsx';
import { CloseForm } from './named.tsx';
import { ChangeButton, Section, useClock, Way } from './parts.tsx';
import { siteOptions } from './places.ts';
import { natural } from './rooms.ts';
import { ofOffice } from './words.ts';

const PATH = '/office/teams';
/** Characters (entities.json). */
const LONGEST = 80;

interface Found {
  readonly teams: readonly Row[];
  readonly sites: readonly Row[];
  readonly people: readonly Row[];
}

async function readTeams(view: View): Promise<Found> {
  const [teams, sites, people] = await Promise.all([view.all('team'), view.all('site'), view.all('person')]);
  return { teams: teams.sort((a, b) => natural(textOf(a, 'name'), textOf(b, 'name'))), sites, people };
}

/** Who is in the team and has not left. */
function membersOf(people: readonly Row[], team: string, now: number): Row[] {
  return people.filter((row) => row.f['team'] === team && (numberOf(row, 'dismissed') ?? now + 1) > now);
}

export function Teams({ id }: { id?: string }) {
  const { engine, who } = useApp();
  const found = useRows(engine, `teams ${who.person}`, ['team', 'site', 'person'], readTeams);
  if (!found) return <Loading />;
  return id === undefined ? <TeamList {...found} /> : <Team {...found} id={id} />;
}

function placeOf(sites: readonly Row[], team: Row): string {
  const site = sites.find((row) => row.id === team.f['site']);
  return site ? textOf(site, 'name') : sayOffice().teams.anySite;
}

function TeamList({ teams, sites, people }: Found) {
  const words = sayOffice();
  const now = useClock();
  const [adding, add] = useState(false);
  return (
    <Section
      title={words.section.teams.title}
      action={
        <ChangeButton look="primary" icon="add" onClick={() => add(true)}>
          {words.teams.add}
        </ChangeButton>
      }
    >
      <List
        label={words.section.teams.title}
        rows={teams}
        id={(team) => team.id}
        text={(team) => `${textOf(team, 'name')} ${placeOf(sites, team)}`}
        closed={isClosed}
        search={words.findName}
        empty={{ icon: 'people', title: words.teams.none, lead: words.teams.noneLead }}
        draw={(team) => (
          <Way to={`${PATH}/${team.id}`} title={<Said text={textOf(team, 'name')} />}>
            <Said text={placeOf(sites, team)} />
            {` · ${words.teams.members(membersOf(people, team.id, now).length)}`}
          </Way>
        )}
      />
      {adding && <TeamForm sites={sites} onClose={() => add(false)} />}
    </Section>
  );
}

function TeamForm({ row, sites, onClose }: { row?: Row; sites: readonly Row[]; onClose: () => void }) {
  const { engine } = useApp();
  const words = sayOffice();
  const [name, setName] = useState(textOf(row, 'name'));
  const [site, setSite] = useState(textOf(row, 'site'));
  const [tried, setTried] = useState(false);
  const given = name.trim();
  const options = siteOptions(sites);
  const kept = sites.find(({ id }) => id === site);
  const shown = kept && isClosed(kept) ? [...options, [site, textOf(kept, 'name')] as const] : options;
  const changed = { name: given !== textOf(row, 'name'), site: site !== textOf(row, 'site') };
  const save = () => {
    setTried(true);
    if (given === '') return undefined;
    if (!row) return change(engine, { kind: 'team.create', values: { name: given, ...(site ? { site } : {}) } });
    const values = { ...(changed.name ? { name: given } : {}), ...(changed.site ? { site: site || null } : {}) };
    return change(engine, { kind: 'team.amend', entity: row.id, values });
  };
  return (
    <FormSheet
      title={row ? words.change : words.teams.add}
      onClose={onClose}
      save={save}
      saved={words.saved(visible(given))}
      onSaved={({ id }) => row || go(`${PATH}/${id}`)}
      disabled={row !== undefined && !changed.name && !changed.site}
    >
      <TextField
        label={words.teams.name}
        value={name}
        onInput={setName}
        max={LONGEST}
        enter="done"
        problem={tried && given === '' ? words.needed : undefined}
      />
      <SelectField
        label={words.teams.site}
        value={site}
        options={[['', words.teams.anySite], ...shown]}
        onPick={setSite}
      />
    </FormSheet>
  );
}

function Team({ teams, sites, people, id }: Found & { id: string }) {
  const words = sayOffice();
  const now = useClock();
  const [sheet, show] = useState<'change' | 'close'>();
  const team = teams.find((row) => row.id === id);
  const close = () => show(undefined);
  if (!team) {
    return (
      <Section title={words.section.teams.title} up={PATH}>
        <Empty icon="search" title={words.gone} />
      </Section>
    );
  }
  const members = membersOf(people, id, now);
  return (
    <Section title={visible(textOf(team, 'name'))} up={PATH}>
      <p class="row wrap">
        {isClosed(team) && <span class="tag late">{words.closed}</span>}
        <Said class="soft grow" text={placeOf(sites, team)} />
        <span class="row wrap">
          <ChangeButton icon="pencil" onClick={() => show('change')}>
            {words.change}
          </ChangeButton>
          <ChangeButton onClick={() => show('close')}>{isClosed(team) ? words.reopen : words.close}</ChangeButton>
        </span>
      </p>
      <section class="card">
        <h2>{words.teams.members(members.length)}</h2>
        <List
          label={words.teams.members(members.length)}
          rows={members.sort((a, b) => natural(textOf(a, 'staff_no'), textOf(b, 'staff_no')))}
          id={(person) => person.id}
          text={(person) => `${textOf(person, 'name')} ${textOf(person, 'staff_no')}`}
          search={words.findName}
          empty={{ icon: 'people', title: words.teams.empty }}
          draw={(person) => (
            <p class="row wrap office-line">
              <Said class="grow strong" text={textOf(person, 'name')} />
              <Said class="soft number" text={textOf(person, 'staff_no')} />
            </p>
          )}
        />
      </section>
      <History id={id} words={ofOffice} />
      {sheet === 'change' && <TeamForm row={team} sites={sites} onClose={close} />}
      {sheet === 'close' && <CloseForm kind="team" row={team} onClose={close} />}
    </Section>
  );
}
