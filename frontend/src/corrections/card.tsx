import { sayRequests } from '../messages/requests/index.ts';
import { numberOf, textOf, useApp, useNow } from '../ui/context.ts';
import { DecideCard } from '../ui/decide.tsx';
import { WaitingCards } from '../ui/request-page.tsx';
import type { Request } from '../ui/requests.ts';
import { Said } from '../ui/said.tsx';
import { shiftWords } from '../ui/shifts.ts';
import { clock, moment } from '../ui/time.ts';
import { QuotaLine } from './list.tsx';
import { DESK, type Desk, shiftOf } from './queries.ts';
import { type Cause, claimedOf, type Direction, quotaOf } from './rules.ts';

/** A correction that waits: which punch, how it would stand, what else was punched, how many this month. */
export function CorrectionCard({ request, desk }: { request: Request; desk: Desk }) {
  const { engine, duty } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const { row } = request;
  const { shift, punches } = shiftOf(desk, request);
  const direction = row.f['direction'] as Direction;
  const date = textOf(row, 'date');
  const quota = quotaOf(desk.rows, desk.shifts, desk.book, request.person, request.team, date);
  const cause = words.causes[textOf(row, 'cause') as Cause] ?? '';
  return (
    <DecideCard request={request} names={desk.names} acts={desk.acts} to={`/corrections/of/${request.id}`}>
      <p class="strong">{words.claims(words[direction], moment(claimedOf(row), now, duty.zone))}</p>
      <p class="row wrap">
        <span class="number">{words.due(moment(numberOf(row, 'due') ?? 0, now, duty.zone))}</span>
        <span class="tag">{cause}</span>
      </p>
      {shift && (
        <p class="number soft">
          {shiftWords(shift, now, duty.zone)} <Said text={desk.names.get(shift.post) ?? ''} />
        </p>
      )}
      <p class="small">
        {punches.length === 0
          ? words.notPunched
          : punches
              .map((one) =>
                words.otherPunch(
                  words[one.f['direction'] as Direction],
                  clock(numberOf(one, 'punched') ?? 0, duty.zone),
                ),
              )
              .join(' · ')}
      </p>
      <QuotaLine quota={quota} />
    </DecideCard>
  );
}

/** Corrections that wait for this person, for the one list of what waits. */
export function CorrectionCards() {
  return <WaitingCards source={DESK} card={(request, desk) => <CorrectionCard request={request} desk={desk} />} />;
}
