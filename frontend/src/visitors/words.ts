import type { Row } from '@gatehouse/sync/api';
import { say } from '../messages/index.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { numberOf, textOf } from '../ui/context.ts';
import { span } from '../ui/time.ts';
import { filedAt } from './orders.ts';

/** The kind of visit in words. */
export function categoryWords(row: Row): string {
  return (
    (saySignedIn().visit.category as Record<string, string>)[textOf(row, 'category')] ??
    saySignedIn().visit.category.other
  );
}

/** What a guard would call the visitor: name, else plate, else the kind of visit. */
export function whoWords(row: Row): string {
  return textOf(row, 'name') || textOf(row, 'plate') || categoryWords(row);
}

/** The rest of a line about the visitor: unit, plate, how many. */
export function restWords(row: Row): string[] {
  const companions = numberOf(row, 'companions') ?? 0;
  const plate = textOf(row, 'plate');
  return [
    textOf(row, 'unit'),
    plate === whoWords(row) ? '' : plate,
    companions > 0 ? saySignedIn().visit.companions(companions) : '',
  ].filter(Boolean);
}

/** How long the visitor has been inside. */
export function sinceWords(row: Row, now: number): string {
  const stayed = now - filedAt(row);
  return stayed < 60_000 ? say().time.now : saySignedIn().inside.since(span(stayed));
}
