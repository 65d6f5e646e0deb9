// A record's whole course, asked of the server when somebody wants it; the list is a chunk of its own.

import type { Json } from '@gatehouse/sync/api';
import { lazy } from './lazy.tsx';
import type { Names } from './values.ts';

export interface HistoryProps {
  /** The record. */
  id: string;
  /** How its fields and their values read; a visit's unless said. */
  words?: FieldWords;
}

export interface FieldWords {
  /** '' for a field that people are not told about. */
  field(name: string): string;
  /** '' where there is none. */
  value(name: string, value: Json, names: Names, now: number, zone: string): string;
}

export const History = lazy<HistoryProps>(async () => (await import('./history-card.tsx')).HistoryCard);
