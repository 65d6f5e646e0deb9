// What a person is known by, as forms hold it and as acts carry it.

import type { Json } from '@gatehouse/sync/api';

/** What a person is known by. */
export interface Known {
  readonly name: string;
  readonly staffNo: string;
  readonly phone: string;
  readonly grade: string;
  /** Apart by blanks; a post asks for one of them. */
  readonly skills: string;
}

export const UNKNOWN: Known = { name: '', staffNo: '', phone: '', grade: '', skills: '' };
export function isWhole({ name, staffNo }: Known): boolean {
  return name.trim() !== '' && staffNo.trim() !== '';
}

/** The fields that differ, as an act carries them: name and phone travel in its private part, cleared ones are null. */
export function knownValues(before: Known, after: Known): Record<'values' | 'private', Record<string, Json>> {
  const values: Record<string, Json> = {};
  const hidden: Record<string, Json> = {};
  const put = (field: keyof Known, into: Record<string, Json>, name: string) => {
    const text = after[field].trim();
    if (text !== before[field]) into[name] = text === '' ? null : text;
  };
  put('name', hidden, 'name');
  put('phone', hidden, 'phone');
  put('staffNo', values, 'staff_no');
  put('grade', values, 'grade');
  put('skills', values, 'skills');
  return { values, private: hidden };
}
