// One function per intention. Each resolves when the act is on this device's disk.

import type { Act, Answer, Engine, Kiosk } from '@gatehouse/sync/api';
import type { Duty } from '../ui/context.ts';
import type { Direction } from '../ui/punches.ts';
import type { Bound } from './bind.ts';

type Recorded = Promise<Answer<{ readonly id: string; readonly entity: string }>>;

function punch(place: { readonly site: string; readonly post: string }, bound: Bound, direction: Direction): Act {
  const again = bound.made.some((made) => made.direction === direction);
  return {
    kind: 'punch.record',
    values: {
      direction,
      site: place.site,
      post: place.post,
      ...(bound.shift ? { shift: bound.shift.id } : {}),
      ...(again ? { again } : {}),
    },
  };
}

/** Whoever is signed in comes or goes, at the post being kept. */
export function clockHere(engine: Engine, duty: Duty, bound: Bound, direction: Direction): Recorded {
  return engine.act(punch(duty, bound, direction));
}

/** Somebody picked themselves on the post's tablet. */
export function clockFor(engine: Engine, kiosk: Kiosk, person: string, bound: Bound, direction: Direction): Recorded {
  return engine.actFor(person, punch(kiosk, bound, direction));
}

/** This device becomes the shared tablet of a post; a personal device again without one. */
export function setUp(engine: Engine, device: string, post: string | undefined, label: string): Recorded {
  return engine.act({ kind: 'device.kiosk', values: { device, label, ...(post === undefined ? {} : { post }) } });
}
