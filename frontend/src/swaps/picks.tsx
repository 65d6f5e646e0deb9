// What is picked when asking for a swap: colleagues, and a shift of theirs.

import { useId } from 'preact/hooks';
import { saySwapRules } from '../messages/swap-rules/index.ts';
import { saySwaps } from '../messages/swaps/index.ts';
import { useApp, useNow } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Said } from '../ui/said.tsx';
import { type Shift, shiftWords } from '../ui/shifts.ts';
import type { Fits } from './partners.ts';
import type { Colleague, Desk } from './queries.ts';
import { isShort, legsOf } from './rest.ts';
import { restWords } from './words.ts';

interface PeopleProps {
  people: readonly Colleague[];
  /** What the server found out about them. */
  fits: Fits | undefined;
  chosen: readonly string[];
  /** Exactly one, else as many as one likes or the whole team. */
  single: boolean;
  all: boolean;
  onAll: () => void;
  onPick: (person: string) => void;
  problem: string | undefined;
}

/** Colleagues, each with what the shift would mean for them. */
export function People({ people, fits, chosen, single, all, onAll, onPick, problem }: PeopleProps) {
  const words = saySwaps().ask;
  const id = useId();
  const hint = ({ clash, short, works, rostered }: Colleague) => {
    if (!rostered) return words.unplanned;
    return clash ? words.busy : short ? words.tight : works ? words.works : words.free;
  };
  const type = single ? 'radio' : 'checkbox';
  // Who is busy then may still give that very shift in return.
  const whyOf = ({ id: person }: Colleague) => {
    const why = fits?.[person];
    return single && (why === 'busy' || why === 'rest') ? '' : (why ?? '');
  };
  const can = people.filter((one) => whyOf(one) === '' || chosen.includes(one.id));
  const cannot = people.filter((one) => !can.includes(one));
  const rules = saySwapRules().partners;
  return (
    <fieldset class="field" aria-labelledby={id}>
      <span id={id} class="label">
        {single ? words.whomOne : words.whom}
      </span>
      {people.length === 0 && <p class="soft">{words.none}</p>}
      <div class="people">
        {!single && can.length > 0 && (
          <label class="chip whole">
            <input type="checkbox" checked={all} onChange={onAll} />
            <span>{words.all}</span>
          </label>
        )}
        {can.map((one) => (
          <label key={one.id} class="chip">
            <input
              type={type}
              name={single ? id : undefined}
              checked={chosen.includes(one.id)}
              onChange={() => onPick(one.id)}
            />
            <span>
              <Said text={one.name} />
              <small class={whyOf(one) || one.clash || one.short ? 'heedful' : ''}>
                {(whyOf(one) || one.clash || one.short) && <Icon name="needs_you" />}
                {rules.why[whyOf(one)] ?? hint(one)}
              </small>
            </span>
          </label>
        ))}
      </div>
      {cannot.length > 0 && (
        <details class="cannot">
          <summary>{rules.not(cannot.length)}</summary>
          <ul>
            {cannot.map((one) => (
              <li key={one.id} class="row">
                <Icon name="needs_you" />
                <Said class="grow" text={one.name} />
                <span class="soft">{rules.why[whyOf(one)]}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {problem && <p class="wrong">{problem}</p>}
    </fieldset>
  );
}

interface TakesProps {
  label: string;
  empty: string;
  takes: readonly Shift[];
  fits: Fits | undefined;
  desk: Desk;
  give: Shift;
  picked: string | undefined;
  onPick: (shift: string) => void;
  problem: string | undefined;
}

/** The colleague's shifts, each with the rest it would leave to the person who asks. */
export function Takes({ label, empty, takes, fits, desk, give, picked, onPick, problem }: TakesProps) {
  const { engine, duty, who } = useApp();
  const words = saySwaps();
  const now = useNow(engine);
  const id = useId();
  return (
    <div class="field" role="radiogroup" aria-labelledby={id}>
      <span id={id} class="label">
        {label}
      </span>
      {takes.length === 0 && <p class="soft">{empty}</p>}
      <div class="takes">
        {takes.map((shift) => {
          const rest = legsOf(desk.shifts, give, who.person, shift, shift.person)[1]?.rest;
          const why = fits?.[shift.id];
          const tight = !!why || (rest !== undefined && (rest.clash !== undefined || isShort(rest)));
          return (
            <label key={shift.id} class="chip">
              <input
                type="radio"
                name={id}
                checked={shift.id === picked}
                disabled={rest?.clash !== undefined || (!!why && shift.id !== picked)}
                onChange={() => onPick(shift.id)}
              />
              <span>
                <span class="number">{shiftWords(shift, now, duty.zone)}</span>
                <small class={tight ? 'heedful' : ''}>
                  {tight && <Icon name="needs_you" />}
                  <Said
                    text={[
                      desk.names.get(shift.post),
                      rest && restWords(rest, now, duty.zone).join(words.comma),
                      why ? saySwapRules().partners.why[why] : tight && !rest?.clash && words.short,
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  />
                </small>
              </span>
            </label>
          );
        })}
      </div>
      {problem && <p class="wrong">{problem}</p>}
    </div>
  );
}
