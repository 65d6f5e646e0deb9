// What the estate knows of what is being typed at the gate: its units, its registered vehicles. Read on the device.

import type { Row, View } from '@gatehouse/sync/api';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from '../ui/button.tsx';
import { isClosed } from '../ui/closed.ts';
import { numberOf, textOf, useApp, useNow, useRows } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { clean, shape } from '../ui/plate.ts';
import { Said } from '../ui/said.tsx';

/** Units offered while one is typed. */
const FEW = 4;

/** Units of the site, as a guard writes them: `3栋1204`. */
async function readUnits(view: View, site: string): Promise<string[]> {
  const [units, buildings] = await Promise.all([view.all('unit'), view.all('building')]);
  const houses = new Map(buildings.map((row) => [row.id, textOf(row, 'name')]));
  return units
    .filter((row) => row.f['site'] === site && !isClosed(row))
    .map((row) => `${houses.get(textOf(row, 'building')) ?? ''}${textOf(row, 'name')}`);
}

/** Those that hold what was typed: the ones used last first, then those that begin or end with it. */
export function likeTyped(units: readonly string[], used: readonly string[], typed: string, most: number): string[] {
  const wanted = folded(typed);
  if (wanted === '') return [];
  const rank = (name: string) => {
    if (used.includes(name)) return used.indexOf(name) - used.length;
    const text = folded(name);
    return text.startsWith(wanted) || text.endsWith(wanted) ? 0 : 1;
  };
  return units
    .filter((name) => folded(name).includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, 'zh', { numeric: true }))
    .slice(0, most);
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
}

interface HintProps {
  typed: string;
  used: readonly string[];
  onPick: (unit: string) => void;
}

/** Units of the estate that begin like what is being typed. */
export function UnitHints({ typed, used, onPick }: HintProps) {
  const { engine, duty } = useApp();
  const units = useRows(engine, `units ${duty.site}`, ['unit', 'building'], (view) => readUnits(view, duty.site));
  const found = likeTyped(units ?? [], used, typed, FEW).filter((unit) => unit !== typed);
  if (found.length === 0) return null;
  return (
    <div class="row wrap" role="status" aria-label={saySignedIn().visit.unitHints}>
      {found.map((unit) => (
        <Button key={unit} onClick={() => onPick(unit)}>
          <Said text={unit} />
        </Button>
      ))}
    </div>
  );
}

interface Registered {
  readonly barred: boolean;
  /** `3栋1204`; '' where none is written. */
  readonly unit: string;
  readonly until: number;
}

/** The vehicle of this plate that is or was registered at the site. */
export async function readRegistered(view: View, site: string, plate: string): Promise<Registered | null> {
  const such = (row: Row) => row.f['site'] === site && clean(textOf(row, 'plate')) === plate;
  const vehicle = (await view.all('vehicle')).find(such);
  if (!vehicle) return null;
  const unit = await view.get(textOf(vehicle, 'unit'));
  const building = unit && (await view.get(textOf(unit, 'building')));
  return {
    barred: vehicle.f['category'] === 'barred',
    unit: `${textOf(building, 'name')}${textOf(unit, 'name')}`,
    until: numberOf(vehicle, 'until') ?? Number.POSITIVE_INFINITY,
  };
}

/** Says of a whole plate that the estate knows it: whose it is, or that it is not let in. */
export function KnownVehicle({ plate }: { plate: string }) {
  const asked = clean(plate);
  const whole = ['plain', 'green', 'other'].includes(shape(asked));
  return whole ? <Known plate={asked} /> : null;
}

function Known({ plate }: { plate: string }) {
  const { engine, duty } = useApp();
  const words = saySignedIn().arrive;
  const now = useNow(engine);
  const kinds = ['vehicle', 'unit', 'building'];
  const found = useRows(engine, `vehicle ${duty.site} ${plate}`, kinds, (view) =>
    readRegistered(view, duty.site, plate),
  );
  if (!found || found.until <= now) return null;
  return (
    <p class={found.barred ? 'row wrong strong' : 'row small'} role={found.barred ? 'alert' : 'status'}>
      <Icon name={found.barred ? 'needs_you' : 'delivered'} />
      <Said text={found.barred ? words.barred : [words.registered, found.unit].filter(Boolean).join(' · ')} />
    </p>
  );
}
