import type { Row } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { isClosed } from '../ui/closed.ts';
import { textOf, useApp, useRows } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { SelectField } from '../ui/fields.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, Loading } from '../ui/panel.tsx';
import { go } from '../ui/route.ts';
import { Said, visible } from '../ui/said.tsx';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import { List } from './list.tsx';
import { CloseForm, NameForm } from './named.tsx';
import { next } from './order.ts';
import { ChangeButton, Section, Way } from './parts.tsx';
import { byFloor, type Buildings as Found, readBuildings, readUnits, siteOptions } from './places.ts';
import { AddRooms } from './rooms-form.tsx';
import { holds } from './search.ts';
import { UnitForm } from './unit-form.tsx';

const PATH = '/office/buildings';
/** Characters (office.json). */
const LONGEST = 40;
/** With fewer rooms than this one sees them all. */
const SEARCHED = 40;

export function Buildings({ id }: { id?: string }) {
  const { engine, who } = useApp();
  const found = useRows(engine, `buildings ${who.person}`, ['site', 'building'], readBuildings);
  if (!found) return <Loading />;
  return id === undefined ? <BuildingList {...found} /> : <Building {...found} id={id} />;
}

function BuildingList({ sites, buildings }: Found) {
  const words = sayOffice();
  const [adding, add] = useState(false);
  const options = siteOptions(sites);
  const siteName = (building: Row) => textOf(siteOf(sites, building), 'name');
  return (
    <Section
      title={words.section.buildings.title}
      action={
        <ChangeButton look="primary" icon="add" disabled={options.length === 0} onClick={() => add(true)}>
          {words.buildings.add}
        </ChangeButton>
      }
    >
      <List
        label={words.section.buildings.title}
        rows={buildings}
        id={(building) => building.id}
        text={(building) => `${textOf(building, 'name')} ${siteName(building)}`}
        closed={isClosed}
        search={words.findName}
        empty={{
          icon: 'home',
          title: words.buildings.none,
          lead: options.length > 0 ? words.buildings.noneLead : words.buildings.noSite,
        }}
        draw={(building) => (
          <Way to={`${PATH}/${building.id}`} title={<Said text={textOf(building, 'name')} />}>
            <Said text={siteName(building)} />
          </Way>
        )}
      />
      {adding && <AddBuilding options={options} buildings={buildings} onClose={() => add(false)} />}
    </Section>
  );
}

function siteOf(sites: readonly Row[], row: Row): Row | undefined {
  return sites.find(({ id }) => id === row.f['site']);
}

interface AddProps {
  options: readonly (readonly [string, string])[];
  buildings: readonly Row[];
  onClose: () => void;
}

function AddBuilding({ options, buildings, onClose }: AddProps) {
  const { engine, duty } = useApp();
  const words = sayOffice();
  const [name, setName] = useState('');
  const [site, setSite] = useState((options.find(([id]) => id === duty.site) ?? options[0])?.[0] ?? '');
  const [tried, setTried] = useState(false);
  const given = name.trim();
  const save = () => {
    setTried(true);
    if (given === '') return undefined;
    const order = next(buildings.filter((row) => row.f['site'] === site));
    return change(engine, { kind: 'building.create', values: { site, name: given, order } });
  };
  return (
    <FormSheet
      title={words.buildings.add}
      onClose={onClose}
      save={save}
      saved={words.saved(visible(given))}
      onSaved={({ id }) => go(`${PATH}/${id}`)}
    >
      <SelectField label={words.site} value={site} options={options} onPick={setSite} />
      <TextField
        label={words.buildings.addName}
        value={name}
        onInput={setName}
        max={LONGEST}
        enter="done"
        hint={words.buildings.hint}
        problem={tried && given === '' ? words.needed : undefined}
      />
    </FormSheet>
  );
}

function Building({ sites, buildings, id }: Found & { id: string }) {
  const { engine } = useApp();
  const words = sayOffice();
  const units = useRows(engine, `units ${id}`, ['unit'], (view) => readUnits(view, id));
  const [sheet, show] = useState<'name' | 'close' | 'rooms' | 'unit'>();
  const building = buildings.find((row) => row.id === id);
  const close = () => show(undefined);
  if (!building) {
    return (
      <Section title={words.section.buildings.title} up={PATH}>
        <Empty icon="search" title={words.gone} />
      </Section>
    );
  }
  if (!units) return <Loading />;
  const closed = isClosed(building);
  return (
    <Section title={visible(textOf(building, 'name'))} up={PATH}>
      <p class="row wrap">
        {closed && <span class="tag late">{words.closed}</span>}
        <span class="soft grow">
          <Said text={textOf(siteOf(sites, building), 'name')} />
          {` · ${words.buildings.units(units.filter((unit) => !isClosed(unit)).length)}`}
        </span>
        <span class="row wrap">
          <ChangeButton icon="pencil" onClick={() => show('name')}>
            {words.rename}
          </ChangeButton>
          <ChangeButton onClick={() => show('close')}>{closed ? words.reopen : words.close}</ChangeButton>
        </span>
      </p>
      <div class="row wrap">
        <ChangeButton look="primary" icon="add" disabled={closed} onClick={() => show('rooms')}>
          {words.buildings.addUnits}
        </ChangeButton>
        <ChangeButton icon="add" disabled={closed} onClick={() => show('unit')}>
          {words.buildings.addUnit}
        </ChangeButton>
      </div>
      {units.length === 0 ? <Empty icon="home" title={words.buildings.noUnits} /> : <Grid units={units} />}
      {sheet === 'name' && (
        <NameForm kind="building" row={building} max={LONGEST} title={words.rename} onClose={close} />
      )}
      {sheet === 'close' && <CloseForm kind="building" row={building} onClose={close} />}
      {sheet === 'rooms' && <AddRooms building={building} units={units} onClose={close} />}
      {sheet === 'unit' && <UnitForm building={id} onClose={close} />}
    </Section>
  );
}

/** The rooms as they lie in the building, one line a floor. */
function Grid({ units }: { units: readonly Row[] }) {
  const words = sayOffice().buildings;
  const [typed, type] = useState('');
  const shown = units.filter((unit) => holds(textOf(unit, 'name'), typed));
  return (
    <>
      {units.length >= SEARCHED && (
        <TextField label={words.find} value={typed} onInput={type} type="search" enter="search" max={LONGEST} />
      )}
      {shown.length === 0 && <p class="soft">{sayOffice().nothingFound}</p>}
      <ol class="office-floors" aria-label={words.grid}>
        {byFloor(shown).map(([floor, rooms]) => (
          <li key={floor ?? 'none'} class="office-floor">
            <span class="soft small number">
              {floor === undefined ? words.noFloor : words.floor(floor < 0 ? `B${-floor}` : String(floor))}
            </span>
            <span class="office-rooms">
              {rooms.map((room) => (
                <Link
                  key={room.id}
                  to={`/office/units/${room.id}`}
                  class={`office-room${isClosed(room) ? ' gone' : ''}`}
                >
                  <Said text={textOf(room, 'name')} />
                  {isClosed(room) && <span class="unseen">{` ${sayOffice().closed}`}</span>}
                </Link>
              ))}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
