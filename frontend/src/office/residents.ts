// Who lives in a unit: asked of the server each time (PROTOCOL 13.1), kept on no device.

import type { Answer, Engine, Row } from '@gatehouse/sync/api';

/** Name, phone, relation, and until when. */
export type Resident = Pick<Row, 'id' | 'f' | 'erased'>;

/** The residents of a unit, those who moved out too. */
export function askResidents(engine: Pick<Engine, 'online'>, unit: string): Promise<Answer<readonly Resident[]>> {
  return engine.online(`/api/units/${unit}/residents`, null, ({ residents }) =>
    Array.isArray(residents) ? (residents as Resident[]) : undefined,
  );
}
