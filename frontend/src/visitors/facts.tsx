import { saySignedIn } from '../messages/signed-in/index.ts';
import { useApp, useNow } from '../ui/context.ts';
import { Said } from '../ui/said.tsx';
import { moment } from '../ui/time.ts';
import { fieldWords, nameOf, valueWords } from '../ui/values.ts';
import { type Page, remarks } from './queries.ts';

/** In the order of the paper book; fields without a value are left out. */
const ORDER = [
  'arrived',
  'post',
  'expected_out',
  'left',
  'left_post',
  'unit',
  'plate',
  'name',
  'phone',
  'host',
  'companions',
  'purpose',
  'pass_no',
  'id_kind',
  'items',
];

/** Fields that are recorded once, not changed. */
const ONCE = new Set(['left', 'left_post', 'joined']);

/** What the record says, and under each field that was changed later, by whom and when. */
export function Facts({ page: { row, names } }: { page: Page }) {
  const { engine, duty, who } = useApp();
  const words = saySignedIn().page;
  const now = useNow(engine);
  const wrote = (say: (who: string, time: string) => string, person: string, at: number) =>
    say(nameOf(names, person, who.person), moment(at, now, duty.zone));
  const given = ORDER.filter((field) => row.f[field] !== undefined && row.f[field] !== 0);
  return (
    <section class="card" aria-label={words.facts}>
      <dl class="facts">
        {given.map((field) => {
          const by = row.w?.[field];
          return (
            <div key={field} class="fact">
              <dt>{fieldWords(field)}</dt>
              <dd>
                <Said class="lines number" text={valueWords(field, row.f[field], names, now, duty.zone)} />
                {by && (
                  <Said
                    class="soft small block"
                    text={wrote(ONCE.has(field) ? words.recorded : words.wrote, by[0], by[1])}
                  />
                )}
              </dd>
            </div>
          );
        })}
        {remarks(row.f['note']).map((remark) => (
          <div key={remark.op} class="fact">
            <dt>{saySignedIn().visit.field.note}</dt>
            <dd>
              <Said class="lines" text={remark.text} />
              <Said class="soft small block" text={wrote(words.recorded, remark.by, remark.at)} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
