import { sayRoster } from '../messages/roster/index.ts';
import { reason } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { numberOf, textOf, useApp } from '../ui/context.ts';
import { Banner } from '../ui/panel.tsx';
import { tell } from '../ui/toast.tsx';
import { nameOf } from '../ui/values.ts';
import {
  cellsOf,
  changedSince,
  type Draft,
  disturbed,
  edited,
  type Key,
  keyOf,
  NO_DRAFT,
  rebased,
  type Work,
} from './month.ts';
import { type Plan, unsettled, versionOf } from './queries.ts';

interface Props {
  plan: Plan;
  team: string;
  month: string;
  here: ReadonlyMap<Key, Work>;
  draft: Draft;
}

const SHOWN = 8;

/** Somebody published meanwhile: what changed since the draft was begun, and going on from there (I-53). */
export function Stale({
  plan,
  team,
  month,
  here,
  draft,
  version,
  onGo,
}: Props & { version: number; onGo: (draft: Draft) => void }) {
  const { who } = useApp();
  const words = sayRoster();
  const changed = changedSince(plan.shifts, team, month, draft.seen);
  const clash = new Set(disturbed(draft, here));
  return (
    <Banner
      action={
        <Button look="primary" onClick={() => onGo(rebased(draft, here, version))}>
          {words.staleGo(version)}
        </Button>
      }
    >
      {words.stale(version)} {changed.length > 0 && words.staleList}
      {changed.slice(0, SHOWN).map((row) => {
        const [person, date] = [textOf(row, 'person'), textOf(row, 'date')];
        const what = row.f['cancelled'] ? words.gone : textOf(row, 'label');
        return (
          <span key={row.id} class="stale-cell">
            {`${nameOf(plan.names, person, who.person)} ${date.slice(5)} ${what}`}
            {clash.has(keyOf(person, date)) && <b> {words.staleClash}</b>}
          </span>
        );
      })}
      {changed.length > SHOWN && words.more(changed.length - SHOWN)}
    </Banner>
  );
}

/** Publications of this month that are on their way, and the last that was refused. */
export function Unsettled({
  plan,
  team,
  month,
  here,
  draft,
  onRestore,
}: Props & { onRestore: (draft: Draft) => void }) {
  const words = sayRoster();
  const own = unsettled(plan, team, month);
  const going = own.filter(({ code }) => code === undefined).flatMap(({ values }) => [...cellsOf(values).keys()]);
  const refused = own.filter(({ code, state }) => code !== undefined && state === 'needs_you').at(-1);
  const newer = plan.publications.some(
    (row) =>
      textOf(row, 'month') === month &&
      (numberOf(row, 'version') ?? 0) === versionOf(plan, team) &&
      row.id > (refused?.id ?? ''),
  );
  const restore = () => {
    if (!refused) return;
    const cells = [...cellsOf(refused.values)];
    // As it was seen then: what has changed since is shown before it goes on.
    const seen = typeof refused.values['seen'] === 'number' ? refused.values['seen'] : 0;
    onRestore({ ...edited(draft.seen ? draft : NO_DRAFT, here, seen, cells, true), seen });
    tell(words.restored);
  };
  return (
    <>
      {going.length > 0 && <Banner>{words.going(going.length)}</Banner>}
      {refused?.code && !newer && (
        <Banner bad action={<Button onClick={restore}>{words.restore}</Button>}>
          {words.refused} {reason(refused.code)}
        </Banner>
      )}
    </>
  );
}
