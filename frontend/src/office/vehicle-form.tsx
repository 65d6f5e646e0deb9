import type { Json, Row } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { Button } from '../ui/button.tsx';
import { textOf, useApp } from '../ui/context.ts';
import { dayEnd } from '../ui/days.ts';
import { Chips, TextField } from '../ui/field.tsx';
import { DateField, SelectField } from '../ui/fields.tsx';
import { PROVINCES, shape } from '../ui/plate.ts';
import { PlateField } from '../ui/plate-field.tsx';
import { Said, visible } from '../ui/said.tsx';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import { Wrong } from './parts.tsx';
import { siteOptions } from './places.ts';
import { suggested } from './unit-names.ts';
import { type Estate, lastDay, zoneOf } from './vehicles.tsx';

const CATEGORIES = ['resident', 'tenant', 'staff', 'contractor', 'official', 'barred'] as const;
/** Units offered while one is typed. */
const FEW = 6;
/** Guangdong, where nothing else is known. */
const FIRST_PROVINCE = PROVINCES[18] ?? '';

interface Props {
  estate: Estate;
  row?: Row;
  /** Of a new one, when the list shows one site alone. */
  site: string;
  onClose: () => void;
}

/** A registered vehicle; its plate travels in the private part. */
export function VehicleForm({ estate: { vehicles, sites, units, names }, row, site: chosen, onClose }: Props) {
  const { engine, duty } = useApp();
  const words = sayOffice().vehicles;
  const options = siteOptions(sites);
  const first = options.find(([id]) => id === (chosen || duty.site)) ?? options[0];
  const [site, setSite] = useState(row ? textOf(row, 'site') : (first?.[0] ?? ''));
  const [plate, setPlate] = useState(textOf(row, 'plate'));
  const [category, setCategory] = useState(textOf(row, 'category'));
  const [unit, setUnit] = useState(textOf(row, 'unit'));
  const [typed, type] = useState(names.get(unit) ?? '');
  const [until, setUntil] = useState(row ? lastDay(row, sites, duty.zone) : '');
  const [tried, setTried] = useState(false);
  const there = shape(plate);
  const wrongPlate = there === 'empty' || there === 'partial';
  const wrongUnit = typed.trim() !== '' && unit === '';
  const last = until === '' ? undefined : dayEnd(until, zoneOf(sites, site, duty.zone));
  const save = () => {
    setTried(true);
    if (wrongPlate || category === '' || wrongUnit) return undefined;
    if (!row) {
      const values = { site, category, ...(unit ? { unit } : {}), ...(last === undefined ? {} : { until: last }) };
      return change(engine, { kind: 'vehicle.create', values, private: { plate } });
    }
    const values: Record<string, Json> = {
      ...(category === textOf(row, 'category') ? {} : { category }),
      ...(unit === textOf(row, 'unit') ? {} : { unit: unit || null }),
      ...(until === lastDay(row, sites, duty.zone) ? {} : { until: last ?? null }),
    };
    const hidden = plate === textOf(row, 'plate') ? {} : { private: { plate } };
    return change(engine, { kind: 'vehicle.amend', entity: row.id, values, ...hidden });
  };
  const same =
    row !== undefined &&
    plate === textOf(row, 'plate') &&
    category === textOf(row, 'category') &&
    unit === textOf(row, 'unit') &&
    until === lastDay(row, sites, duty.zone);
  const found = unit === '' ? suggested(units, names, site, typed, FEW) : [];
  const province = vehicles.map((one) => textOf(one, 'plate').charAt(0)).find((sign) => PROVINCES.includes(sign));
  return (
    <FormSheet
      title={row ? words.change : words.add}
      onClose={onClose}
      save={save}
      saved={sayOffice().saved(visible(plate))}
      disabled={same}
    >
      {!row && options.length > 1 && (
        <SelectField
          label={sayOffice().site}
          value={site}
          options={options}
          onPick={(next) => {
            setSite(next);
            setUnit('');
          }}
        />
      )}
      <Chips
        label={words.categoryLabel}
        options={CATEGORIES.map((one) => [one, words.category[one]] as const)}
        value={CATEGORIES.find((one) => one === category)}
        onPick={setCategory}
        problem={tried && category === '' ? sayOffice().choose : undefined}
      />
      <PlateField label={words.plate} value={plate} province={province ?? FIRST_PROVINCE} onInput={setPlate} />
      {tried && wrongPlate && <Wrong said={words.plateWrong} />}
      <TextField
        label={words.unit}
        value={typed}
        onInput={(next) => {
          type(next);
          setUnit('');
        }}
        max={80}
        hint={words.unitHint}
        problem={wrongUnit && found.length === 0 ? words.noUnit : tried && wrongUnit ? words.unitHint : undefined}
      />
      {found.length > 0 && (
        <div class="row wrap">
          {found.map(([id, name]) => (
            <Button
              key={id}
              onClick={() => {
                setUnit(id);
                type(name);
              }}
            >
              <Said text={name} />
            </Button>
          ))}
        </div>
      )}
      <DateField label={words.until} value={until} onInput={setUntil} optional />
    </FormSheet>
  );
}
