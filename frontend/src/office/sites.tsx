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
import { CloseForm, NameForm } from './named.tsx';
import { ChangeButton, Section, Way } from './parts.tsx';
import { Posts } from './posts.tsx';
import { ofOffice } from './words.ts';

const PATH = '/office/sites';
/** Characters (entities.json). */
const LONGEST = 80;

export interface Sites {
  readonly sites: readonly Row[];
  readonly posts: readonly Row[];
}

async function readSites(view: View): Promise<Sites> {
  const [sites, posts] = await Promise.all([view.all('site'), view.all('post')]);
  return { sites: sites.sort((a, b) => a.at - b.at), posts: posts.sort(byOrder) };
}

/** As they stand at the site; of two in one place the older first. */
export function byOrder(a: Row, b: Row): number {
  return (numberOf(a, 'order') ?? 0) - (numberOf(b, 'order') ?? 0) || a.at - b.at;
}

export function Sites({ id }: { id?: string }) {
  const { engine, who } = useApp();
  const found = useRows(engine, `sites ${who.person}`, ['site', 'post'], readSites);
  if (!found) return <Loading />;
  return id === undefined ? <SiteList {...found} /> : <Site {...found} id={id} />;
}

function SiteList({ sites, posts }: Sites) {
  const words = sayOffice();
  const [adding, add] = useState(false);
  return (
    <Section
      title={words.section.sites.title}
      action={
        <ChangeButton look="primary" icon="add" onClick={() => add(true)}>
          {words.sites.add}
        </ChangeButton>
      }
    >
      <List
        label={words.section.sites.title}
        rows={sites}
        id={(site) => site.id}
        text={(site) => textOf(site, 'name')}
        closed={isClosed}
        search={words.findName}
        empty={{ icon: 'post', title: words.sites.none, lead: words.sites.noneLead }}
        draw={(site) => (
          <Way to={`${PATH}/${site.id}`} title={<Said text={textOf(site, 'name')} />}>
            {`${words.sites.posts(of(posts, site.id).filter((post) => !isClosed(post)).length)} · ${textOf(site, 'zone')}`}
          </Way>
        )}
      />
      {adding && <AddSite onClose={() => add(false)} />}
    </Section>
  );
}

function of(posts: readonly Row[], site: string): Row[] {
  return posts.filter((post) => post.f['site'] === site);
}

const SHANGHAI = 'Asia/Shanghai';

function AddSite({ onClose }: { onClose: () => void }) {
  const { engine } = useApp();
  const words = sayOffice();
  const [name, setName] = useState('');
  const [zone, setZone] = useState(SHANGHAI);
  const [tried, setTried] = useState(false);
  const given = name.trim();
  const save = () => {
    setTried(true);
    return given === '' ? undefined : change(engine, { kind: 'site.create', values: { name: given, zone } });
  };
  const zones = [SHANGHAI, ...Intl.supportedValuesOf('timeZone').filter((one) => one !== SHANGHAI)];
  return (
    <FormSheet
      title={words.sites.add}
      onClose={onClose}
      save={save}
      saved={words.saved(visible(given))}
      onSaved={({ id }) => go(`${PATH}/${id}`)}
    >
      <TextField
        label={words.sites.name}
        value={name}
        onInput={setName}
        max={LONGEST}
        enter="done"
        problem={tried && given === '' ? words.needed : undefined}
      />
      <SelectField
        label={words.sites.zone}
        value={zone}
        options={zones.map((one) => [one, one])}
        onPick={setZone}
        hint={words.sites.zoneHint}
      />
    </FormSheet>
  );
}

function Site({ sites, posts, id }: Sites & { id: string }) {
  const words = sayOffice();
  const [sheet, show] = useState<'name' | 'close'>();
  const site = sites.find((row) => row.id === id);
  const close = () => show(undefined);
  if (!site) {
    return (
      <Section title={words.section.sites.title} up={PATH}>
        <Empty icon="search" title={words.gone} />
      </Section>
    );
  }
  return (
    <Section title={visible(textOf(site, 'name'))} up={PATH}>
      <p class="row wrap">
        {isClosed(site) && <span class="tag late">{words.closed}</span>}
        <span class="soft grow">{`${words.sites.zone} ${textOf(site, 'zone')}`}</span>
        <span class="row wrap">
          <ChangeButton icon="pencil" onClick={() => show('name')}>
            {words.rename}
          </ChangeButton>
          <ChangeButton onClick={() => show('close')}>{isClosed(site) ? words.reopen : words.close}</ChangeButton>
        </span>
      </p>
      <Posts site={site} posts={of(posts, id)} />
      <History id={id} words={ofOffice} />
      {sheet === 'name' && <NameForm kind="site" row={site} max={LONGEST} title={words.rename} onClose={close} />}
      {sheet === 'close' && <CloseForm kind="site" row={site} onClose={close} />}
    </Section>
  );
}
