import type { Row, View } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { isClosed } from '../ui/closed.ts';
import { numberOf, textOf, useApp, useRows } from '../ui/context.ts';
import { History } from '../ui/history.tsx';
import { Empty, Loading } from '../ui/panel.tsx';
import { Said, visible } from '../ui/said.tsx';
import { HoursPicture, hoursWords, lengthWords } from './hours.tsx';
import { List } from './list.tsx';
import { CloseForm } from './named.tsx';
import { ChangeButton, Section, Way } from './parts.tsx';
import { spansOf } from './segments.ts';
import { TemplateForm } from './template-form.tsx';
import { ofOffice } from './words.ts';

const PATH = '/office/templates';

interface Found {
  readonly templates: readonly Row[];
  readonly sites: readonly Row[];
}

async function readTemplates(view: View): Promise<Found> {
  const [templates, sites] = await Promise.all([view.all('template'), view.all('site')]);
  return { templates: templates.sort((a, b) => order(a) - order(b) || a.at - b.at), sites };
}

function order(row: Row): number {
  return numberOf(row, 'order') ?? 0;
}

export function Templates({ id }: { id?: string }) {
  const { engine, who } = useApp();
  const found = useRows(engine, `templates ${who.person}`, ['template', 'site'], readTemplates);
  if (!found) return <Loading />;
  return id === undefined ? <TemplateList {...found} /> : <Template {...found} id={id} />;
}

function placeOf(sites: readonly Row[], template: Row): string {
  const site = sites.find((row) => row.id === template.f['site']);
  return site ? textOf(site, 'name') : sayOffice().templates.anySite;
}

function TemplateList({ templates, sites }: Found) {
  const words = sayOffice();
  const [adding, add] = useState(false);
  return (
    <Section
      title={words.section.templates.title}
      action={
        <ChangeButton look="primary" icon="add" onClick={() => add(true)}>
          {words.templates.add}
        </ChangeButton>
      }
    >
      <List
        label={words.section.templates.title}
        rows={templates}
        id={(template) => template.id}
        text={(template) => `${textOf(template, 'name')} ${placeOf(sites, template)}`}
        closed={isClosed}
        search={words.findName}
        empty={{ icon: 'clock', title: words.templates.none, lead: words.templates.noneLead }}
        draw={(template) => (
          <Way
            to={`${PATH}/${template.id}`}
            title={<Said text={textOf(template, 'name')} />}
            icon={<Cell row={template} />}
          >
            {hoursWords(spansOf(textOf(template, 'segments')))}
            {template.f['night'] === true && ` · ${words.field.night}`}
          </Way>
        )}
      />
      {adding && <TemplateForm sites={sites} templates={templates} onClose={() => add(false)} />}
    </Section>
  );
}

/** The short name as it stands in a roster's cell; a night shift's on dark. */
function Cell({ row }: { row: Row }) {
  return <Said class={row.f['night'] === true ? 'office-cell night' : 'office-cell'} text={textOf(row, 'label')} />;
}

function Template({ templates, sites, id }: Found & { id: string }) {
  const words = sayOffice();
  const [sheet, show] = useState<'change' | 'close'>();
  const template = templates.find((row) => row.id === id);
  const close = () => show(undefined);
  if (!template) {
    return (
      <Section title={words.section.templates.title} up={PATH}>
        <Empty icon="search" title={words.gone} />
      </Section>
    );
  }
  const spans = spansOf(textOf(template, 'segments'));
  return (
    <Section title={visible(textOf(template, 'name'))} up={PATH}>
      <p class="row wrap">
        {isClosed(template) && <span class="tag late">{words.closed}</span>}
        <Cell row={template} />
        <Said class="soft grow" text={placeOf(sites, template)} />
        <span class="row wrap">
          <ChangeButton icon="pencil" onClick={() => show('change')}>
            {words.change}
          </ChangeButton>
          <ChangeButton onClick={() => show('close')}>{isClosed(template) ? words.reopen : words.close}</ChangeButton>
        </span>
      </p>
      <section class="card">
        <p class="strong number">{hoursWords(spans)}</p>
        <p class="row wrap">
          <span class="soft">{lengthWords(spans)}</span>
          {template.f['night'] === true && <span class="tag">{words.field.night}</span>}
        </p>
        <HoursPicture spans={spans} />
      </section>
      <History id={id} words={ofOffice} />
      {sheet === 'change' && <TemplateForm row={template} sites={sites} templates={templates} onClose={close} />}
      {sheet === 'close' && <CloseForm kind="template" row={template} onClose={close} />}
    </Section>
  );
}
