import type { Row, View } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { locale } from '../messages/index.ts';
import { sayOffice } from '../messages/office/index.ts';
import { sayRegulations } from '../messages/regulations/index.ts';
import { Button } from '../ui/button.tsx';
import { textOf, useApp, useRows } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { DateField, SelectField } from '../ui/fields.tsx';
import { Banner, Loading } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import { dayKey } from '../ui/time.ts';
import { change, changeAll } from './acts.ts';
import { FormSheet } from './form.tsx';
import { announced, type Day, datesBetween, daysIn, SORTS, type Sort } from './holidays.ts';
import { ChangeButton, Section, useClock } from './parts.tsx';
import { siteOptions } from './places.ts';

const MOST_DAYS = 15;
const LONGEST_NAME = 40;

interface Found {
  readonly rows: readonly Row[];
  readonly sites: readonly Row[];
}

async function readHolidays(view: View): Promise<Found> {
  const [rows, sites] = await Promise.all([view.all('holiday'), view.all('site')]);
  return { rows, sites };
}

/** What the days of a year are, and where an admin enters a notice that is newer than the program. */
export function Holidays() {
  const { engine, who, duty } = useApp();
  const words = sayRegulations().holidays;
  const thisYear = Number(dayKey(useClock(), duty.zone).slice(0, 4));
  const found = useRows(engine, `holidays ${who.person}`, ['holiday', 'site'], readHolidays);
  const [year, go] = useState(thisYear);
  const [setting, set] = useState<Day | 'new'>();
  if (!found) return <Loading />;
  const days = daysIn(year, found.rows);
  const sites = new Map(found.sites.map((site) => [site.id, textOf(site, 'name')]));
  return (
    <Section
      title={sayOffice().section.holidays.title}
      action={
        <ChangeButton look="primary" icon="add" onClick={() => set('new')}>
          {words.set}
        </ChangeButton>
      }
    >
      <div class="bar">
        <Button icon="back" label={words.before} disabled={year < thisYear} onClick={() => go(year - 1)} />
        <h2 class="number">{words.year(year)}</h2>
        <Button icon="next" label={words.after} disabled={year > thisYear + 1} onClick={() => go(year + 1)} />
      </div>
      {!announced(year, days) && <Banner>{words.unannounced(year)}</Banner>}
      <ul class="list" aria-label={words.year(year)}>
        {days.map((day) => (
          <li key={day.date} class="row wrap holiday-line">
            <span class="number strong">{dateWords(day.date)}</span>
            <span class={`tag ${day.sort}`}>{words.sort[day.sort]}</span>
            <span class="grow soft">
              {day.set ? (
                <Said text={[day.set.name, sites.get(day.set.site) ?? '', words.byAdmin].filter(Boolean).join(' · ')} />
              ) : (
                words.byNotice
              )}
            </span>
            <ChangeButton look="quiet" icon="pencil" label={words.changeOf(day.date)} onClick={() => set(day)} />
          </li>
        ))}
      </ul>
      {setting && (
        <HolidayForm
          year={year}
          {...(setting === 'new' ? {} : { day: setting })}
          sites={found.sites}
          onClose={() => set(undefined)}
        />
      )}
    </Section>
  );
}

function dateWords(date: string): string {
  const form = { month: 'short', day: 'numeric', weekday: 'short', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale.value, form).format(new Date(`${date}T12:00Z`));
}

function HolidayForm({
  year,
  day,
  sites,
  onClose,
}: {
  year: number;
  day?: Day;
  sites: readonly Row[];
  onClose: () => void;
}) {
  const { engine } = useApp();
  const words = sayRegulations().holidays;
  const [first, setFirst] = useState(day?.date ?? `${year}-01-01`);
  const [last, setLast] = useState(day?.date ?? `${year}-01-01`);
  const [sort, pick] = useState<Sort>(day?.sort ?? 'rest');
  const [name, type] = useState(day?.set?.name ?? '');
  const [site, place] = useState(day?.set?.site ?? '');
  const [tried, setTried] = useState(false);
  const given = name.normalize('NFC').trim();
  const dates = datesBetween(first, last, MOST_DAYS);
  const save = () => {
    setTried(true);
    if (given === '' || dates.length === 0) return undefined;
    const acts = dates.map((date) => ({
      kind: 'holiday.set',
      values: { date, sort, name: given, ...(site ? { site } : {}) },
    }));
    const [only] = acts;
    if (acts.length === 1 && only) return change(engine, only);
    return changeAll(engine, acts, () => undefined).then(({ applied, said }) => ({
      d: applied === acts.length ? ('applied' as const) : ('refused' as const),
      id: '',
      said: said && words.partly(applied, acts.length, said),
    }));
  };
  return (
    <FormSheet title={words.set} onClose={onClose} save={save} saved={words.saved(dates.length)}>
      <div class="pair">
        <DateField
          label={words.first}
          value={first}
          onInput={(next) => {
            setFirst(next);
            if (last < next) setLast(next);
          }}
        />
        <DateField
          label={words.last}
          value={last}
          min={first}
          onInput={setLast}
          problem={tried && dates.length === 0 ? words.span(MOST_DAYS) : undefined}
        />
      </div>
      <SelectField
        label={words.what}
        value={sort}
        options={SORTS.map((one) => [one, words.sort[one]] as const)}
        onPick={(next) => pick(next as Sort)}
        hint={words.hint[sort]}
      />
      <TextField
        label={words.name}
        value={name}
        onInput={type}
        max={LONGEST_NAME}
        hint={words.nameHint}
        problem={tried && given === '' ? sayOffice().needed : undefined}
      />
      <SelectField
        label={words.site}
        value={site}
        options={[['', words.anySite], ...siteOptions(sites)]}
        onPick={place}
      />
    </FormSheet>
  );
}
