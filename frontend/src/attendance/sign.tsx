import type { Field } from './fields.ts';
import { signOf } from './words.ts';

/** The sign of a day in an outline of its own: broken while more may come, so that colour is never needed. */
export function Sign({ field }: { field: Field }) {
  return (
    <span class={`att-sign ${field.mark}${field.open ? ' open' : ''}`} aria-hidden="true">
      {signOf(field)}
    </span>
  );
}
