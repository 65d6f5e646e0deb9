import type { Row, View } from '@gatehouse/sync/api';
import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { numberOf, textOf, useApp, useRows } from '../ui/context.ts';
import { SelectField } from '../ui/fields.tsx';
import { History } from '../ui/history.tsx';
import { Empty, Loading } from '../ui/panel.tsx';
import { Said, visible } from '../ui/said.tsx';
import { dayKey } from '../ui/time.ts';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import { List } from './list.tsx';
import { ChangeButton, Section, useClock, Way } from './parts.tsx';
import { siteOptions } from './places.ts';
import { unitNames } from './unit-names.ts';
import { VehicleForm } from './vehicle-form.tsx';
import { ofOffice } from './words.ts';

const PATH = '/office/vehicles';

export interface Estate {
  readonly vehicles: readonly Row[];
  readonly sites: readonly Row[];
  readonly units: readonly Row[];
  /** `3栋 1204` by the unit's id. */
  readonly names: ReadonlyMap<string, string>;
}

async function readVehicles(view: View): Promise<Estate> {
  const [vehicles, sites, units, buildings] = (await Promise.all(
    ['vehicle', 'site', 'unit', 'building'].map((kind) => view.all(kind)),
  )) as [Row[], Row[], Row[], Row[]];
  return {
    vehicles: vehicles.sort((a, b) => b.at - a.at),
    sites: sites.sort((a, b) => a.at - b.at),
    units,
    names: unitNames(units, buildings),
  };
}

/** Whether it is over. */
function isOver(vehicle: Row, now: number): boolean {
  return (numberOf(vehicle, 'until') ?? now + 1) <= now;
}

export function plateOf(vehicle: Row): string {
  return vehicle.erased ? sayOffice().vehicles.erased : visible(textOf(vehicle, 'plate'));
}

function categoryOf(vehicle: Row): string {
  return (sayOffice().vehicles.category as Record<string, string>)[textOf(vehicle, 'category')] ?? '';
}

/** The last day on which it counts, at its site. */
export function lastDay(vehicle: Row, sites: readonly Row[], zone: string): string {
  const until = numberOf(vehicle, 'until');
  return until === undefined ? '' : dayKey(until - 1, zoneOf(sites, textOf(vehicle, 'site'), zone));
}

export function zoneOf(sites: readonly Row[], site: string, otherwise: string): string {
  return (
    textOf(
      sites.find(({ id }) => id === site),
      'zone',
    ) || otherwise
  );
}

export function Vehicles({ id }: { id?: string }) {
  const { engine, who } = useApp();
  const kinds = ['vehicle', 'site', 'unit', 'building'];
  const found = useRows(engine, `vehicles ${who.person}`, kinds, readVehicles);
  if (!found) return <Loading />;
  return id === undefined ? <VehicleList estate={found} /> : <Vehicle estate={found} id={id} />;
}

function VehicleList({ estate }: { estate: Estate }) {
  const { duty } = useApp();
  const { vehicles, sites, names } = estate;
  const words = sayOffice();
  const now = useClock();
  const [adding, add] = useState(false);
  const [site, pickSite] = useState('');
  const shown = vehicles.filter((vehicle) => site === '' || vehicle.f['site'] === site);
  const rest = (vehicle: Row) => {
    const day = lastDay(vehicle, sites, duty.zone);
    return [
      names.get(textOf(vehicle, 'unit')),
      site === '' && sites.length > 1 ? textOf(siteOf(sites, vehicle), 'name') : '',
      day && words.vehicles.untilDay(day),
    ].filter(Boolean);
  };
  return (
    <Section
      title={words.section.vehicles.title}
      action={
        <ChangeButton look="primary" icon="add" disabled={siteOptions(sites).length === 0} onClick={() => add(true)}>
          {words.vehicles.add}
        </ChangeButton>
      }
    >
      {sites.length > 1 && (
        <SelectField
          label={words.site}
          value={site}
          options={[['', words.all], ...siteOptions(sites)]}
          onPick={pickSite}
        />
      )}
      <List
        label={words.section.vehicles.title}
        rows={shown}
        id={(vehicle) => vehicle.id}
        text={(vehicle) => `${textOf(vehicle, 'plate')} ${names.get(textOf(vehicle, 'unit')) ?? ''}`}
        closed={(vehicle) => isOver(vehicle, now)}
        closedWords={words.vehicles.endedOnes}
        search={words.vehicles.find}
        empty={{ icon: 'in', title: words.vehicles.none, lead: words.vehicles.noneLead }}
        draw={(vehicle) => (
          <Way
            to={`${PATH}/${vehicle.id}`}
            title={
              <span class="row wrap">
                <Said class="number" text={plateOf(vehicle)} />
                <Category vehicle={vehicle} />
              </span>
            }
          >
            {rest(vehicle).length > 0 && <Said text={rest(vehicle).join(' · ')} />}
          </Way>
        )}
      />
      {adding && <VehicleForm estate={estate} site={site} onClose={() => add(false)} />}
    </Section>
  );
}

function Category({ vehicle }: { vehicle: Row }) {
  return <span class={vehicle.f['category'] === 'barred' ? 'tag late' : 'tag'}>{categoryOf(vehicle)}</span>;
}

function siteOf(sites: readonly Row[], vehicle: Row): Row | undefined {
  return sites.find(({ id }) => id === vehicle.f['site']);
}

function Vehicle({ estate, id }: { estate: Estate; id: string }) {
  const { engine, duty } = useApp();
  const { vehicles, sites, names } = estate;
  const words = sayOffice();
  const now = useClock();
  const [sheet, show] = useState<'change' | 'end'>();
  const vehicle = vehicles.find((row) => row.id === id);
  const close = () => show(undefined);
  if (!vehicle) {
    return (
      <Section title={words.section.vehicles.title} up={PATH}>
        <Empty icon="search" title={words.gone} />
      </Section>
    );
  }
  const plate = plateOf(vehicle);
  const over = isOver(vehicle, now);
  const facts: [string, string][] = [
    [words.site, textOf(siteOf(sites, vehicle), 'name')],
    [words.field.unit, names.get(textOf(vehicle, 'unit')) ?? words.none],
    [words.field.until, lastDay(vehicle, sites, duty.zone) || words.none],
  ];
  return (
    <Section title={plate} up={PATH}>
      <p class="row wrap">
        {over && <span class="tag late">{words.vehicles.ended}</span>}
        <span class="grow">
          <Category vehicle={vehicle} />
        </span>
        {!vehicle.erased && (
          <span class="row wrap">
            <ChangeButton icon="pencil" onClick={() => show('change')}>
              {words.change}
            </ChangeButton>
            {!over && <ChangeButton onClick={() => show('end')}>{words.vehicles.end}</ChangeButton>}
          </span>
        )}
      </p>
      <section class="card">
        <dl class="facts">
          {facts.map(([name, value]) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>
                <Said text={value} />
              </dd>
            </Fragment>
          ))}
        </dl>
      </section>
      <History id={id} words={ofOffice} />
      {sheet === 'change' && <VehicleForm estate={estate} row={vehicle} site="" onClose={close} />}
      {sheet === 'end' && (
        <FormSheet
          title={words.vehicles.endName(plate)}
          onClose={close}
          save={() => change(engine, { kind: 'vehicle.amend', entity: id, values: { until: engine.now() } })}
          saved={words.closedName(plate)}
          label={words.vehicles.end}
          look="danger"
        >
          <p>{words.vehicles.endLead}</p>
        </FormSheet>
      )}
    </Section>
  );
}
