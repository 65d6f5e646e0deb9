import { sayRequests } from '../messages/requests/index.ts';
import { textOf } from '../ui/context.ts';
import type { FieldWords } from '../ui/history.tsx';
import type { Request } from '../ui/requests.ts';
import { clock, dayKey, dayWords } from '../ui/time.ts';
import type { Sort } from './rules.ts';

/** From when to when: the day once when it is the same. */
export function spanWords(since: number, until: number, now: number, zone: string): string {
  const same = dayKey(since, zone) === dayKey(until - 1, zone);
  const end = until > since && clock(until, zone) === '00:00' ? '24:00' : clock(until, zone);
  const last = end === '24:00' ? until - 1 : until;
  return `${dayWords(since, now, zone)} ${clock(since, zone)} – ${same ? '' : `${dayWords(last, now, zone)} `}${end}`;
}

/** Which sort of leave, or going out. */
export function sortWords(request: Request): string {
  const words = sayRequests();
  if (request.kind === 'outing') {
    return `${words.outing} · ${request.row.f['business'] === true ? words.business : words.private}`;
  }
  return words.sort[textOf(request.row, 'sort') as Sort] ?? words.leave;
}

/** How the fields of a request read in its history. */
export const ofRequests: FieldWords = {
  field: (name) => ({ reason: sayRequests().because, note: sayRequests().note })[name] ?? '',
  value: (_name, value) => (typeof value === 'string' ? value : ''),
};
