// The estate's records in words, for their histories.

import { sayOffice } from '../messages/office/index.ts';
import type { FieldWords } from '../ui/history.tsx';
import { moment } from '../ui/time.ts';

const INSTANTS = new Set(['closed', 'until']);

export const ofOffice: FieldWords = {
  field: (name) => (sayOffice().field as Record<string, string>)[name] ?? '',
  value: (name, value, names, now, zone) => {
    const words = sayOffice();
    if (value === null || value === '') return '';
    if (typeof value === 'boolean') return value ? words.yes : words.no;
    if (typeof value === 'number') return INSTANTS.has(name) ? moment(value, now, zone) : String(value);
    if (typeof value !== 'string') return String(value);
    if (name === 'category') return (words.vehicles.category as Record<string, string>)[value] ?? value;
    return names.get(value) ?? value;
  },
};
