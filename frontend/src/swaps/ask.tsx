import { useEffect, useRef, useState } from 'preact/hooks';
import { saySwapRules } from '../messages/swap-rules/index.ts';
import { saySwaps } from '../messages/swaps/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { useDraft } from '../ui/draft.ts';
import { Chips, TextField } from '../ui/field.tsx';
import { SaveBar } from '../ui/fields.tsx';
import { Gone } from '../ui/gone.tsx';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Banner, Heading, Loading } from '../ui/panel.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { go } from '../ui/route.ts';
import { Said } from '../ui/said.tsx';
import { type Shift, shiftWords } from '../ui/shifts.ts';
import type { SwapMode } from '../ui/swaps.ts';
import { dayWords } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import { nameOf } from '../ui/values.ts';
import { request } from './actions.ts';
import { askingOf, blank, chosen, type Entry, LONGEST, type Missing, MOST, missing, toggled } from './asking.ts';
import { Legs } from './legs.tsx';
import { usePartners } from './partners.ts';
import { People, Takes } from './picks.tsx';
import { colleaguesOf, type Desk, debtOf, KINDS, readDesk, swapOfShift, takeable } from './queries.ts';
import { legsOf } from './rest.ts';
import { Standing } from './standing.tsx';
import { stateWords } from './words.ts';

const MODES: readonly SwapMode[] = ['give_away', 'exchange', 'repay'];

/** Asks colleagues to take a shift of one's own. */
export function Ask({ id }: { id: string }) {
  const { engine, who } = useApp();
  const words = saySwaps().ask;
  const now = useNow(engine);
  const desk = useRows(engine, who.person, KINDS, readDesk);
  if (desk === undefined) return <Loading />;
  const give = desk.shifts.find((shift) => shift.id === id);
  if (give?.person !== who.person || give.start <= now) {
    return (
      <Gone title={words.title} up="/shifts" icon="calendar">
        {words.gone}
      </Gone>
    );
  }
  return <AskForm give={give} desk={desk} />;
}

function AskForm({ give, desk }: { give: Shift; desk: Desk }) {
  const { engine, duty, who } = useApp();
  const words = saySwaps();
  const rules = saySwapRules();
  const now = useNow(engine);
  const draft = useDraft<Entry>(engine, `swap.request ${give.id}`, blank);
  const [wrong, setWrong] = useState<Missing>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // What is missing may lie above what is in sight.
  useEffect(() => {
    if (wrong) form.current?.querySelector('.wrong')?.scrollIntoView({ block: 'center' });
  }, [wrong]);
  const entry = draft.value;
  const alone = entry && chosen(entry).length === 1 ? chosen(entry)[0] : undefined;
  const found = usePartners(engine, give.id, entry?.mode === 'give_away' ? undefined : alone);
  if (entry === undefined) return <Loading />;

  const single = entry.mode !== 'give_away';
  const people = colleaguesOf(desk, give, who.person, now, duty.zone);
  const asked = chosen(entry);
  const one = alone;
  const debt = !single && one ? debtOf(desk, who.person, one) : undefined;
  const owed = debt && desk.shifts.find(({ id }) => id === debt.give);
  const takes = single && one ? takeable(desk, give, one, entry.mode, now) : [];
  const take = takes.find(({ id }) => id === entry.take);
  const legs = legsOf(desk.shifts, give, who.person, take, one);
  const going = swapOfShift(desk.swaps, give.id, who.person);
  const change = (part: Partial<Entry>) => {
    setWrong(undefined);
    draft.change(part);
  };
  const send = async (event: Event) => {
    event.preventDefault();
    const lacks = missing(entry, take);
    setWrong(lacks);
    if (lacks || busy) return;
    setBusy(true);
    const answer = await answered(request(engine, give, askingOf(entry, take, debt?.id)));
    setBusy(false);
    if ('problem' in answer) {
      tell(problemWords(answer.problem), { bad: true });
      return;
    }
    tell(words.ask.done);
    await draft.clear();
    go(`/swaps/of/${answer.ok.entity}`, { replace: true });
  };
  const whom = { whom: words.ask.pickWhom, many: words.ask.tooMany(MOST), take: undefined };
  return (
    <form ref={form} class="page stack" onSubmit={send}>
      <Heading title={words.ask.title} up="/shifts" />
      {draft.restored && (
        <Banner action={<Button onClick={draft.clear}>{words.ask.clear}</Button>}>{words.ask.restored}</Banner>
      )}
      <p class="ask-shift">
        <Icon name="calendar" />
        <span class="grow">
          <strong class="number">{shiftWords(give, now, duty.zone)}</strong>
          <Said class="soft block" text={desk.names.get(give.post) ?? ''} />
        </span>
      </p>
      {going && (
        <Banner
          action={
            <Link to={`/swaps/of/${going.id}`} class="button">
              {words.open}
            </Link>
          }
        >
          {words.ask.going(stateWords(going, desk.names, who.person))}
        </Banner>
      )}
      <Standing found={found} names={desk.names} />
      <div class="stack tight">
        <Chips
          label={words.ask.how}
          options={MODES.map((mode) => [mode, words.mode[mode]] as const)}
          value={entry.mode}
          onPick={(mode) => change({ mode, people: mode === 'give_away' ? entry.people : entry.people.slice(-1) })}
        />
        <p class="soft small">{words.modeHint[entry.mode]}</p>
      </div>
      <People
        people={people}
        fits={found.partners?.people}
        chosen={asked}
        single={single}
        all={!single && entry.all}
        onAll={() => change({ all: !entry.all, people: [] })}
        onPick={(person) => change(toggled(entry, person))}
        problem={wrong && whom[wrong]}
      />
      {single && one && (
        <Takes
          label={(entry.mode === 'repay' ? words.ask.repay : words.ask.which)(nameOf(desk.names, one, who.person))}
          empty={words.ask.noTake(nameOf(desk.names, one, who.person))}
          takes={takes}
          fits={found.partners?.takes[one]}
          desk={desk}
          give={give}
          picked={take?.id}
          onPick={(id) => change({ take: id })}
          problem={wrong === 'take' ? words.ask.pickTake : undefined}
        />
      )}
      {debt && one && (
        <label class="chip whole">
          <input type="checkbox" checked={!entry.apart} onChange={() => change({ apart: !entry.apart })} />
          <Said
            text={rules.repay.as(
              nameOf(desk.names, who.person, who.person),
              owed ? dayWords(owed.start, now, duty.zone) : '',
            )}
          />
        </label>
      )}
      <TextField
        label={words.ask.reason}
        value={entry.reason}
        onInput={(reason) => change({ reason })}
        max={LONGEST}
        hint={words.ask.reasonHint}
        enter="next"
      />
      <TextField
        label={rules.handover}
        value={entry.handover}
        onInput={(handover) => change({ handover })}
        max={LONGEST}
        hint={rules.handoverHint}
        enter="done"
      />
      {one && (!single || take) && (
        <section class="card">
          <h2>{words.ask.after}</h2>
          <Legs legs={legs} names={desk.names} />
        </section>
      )}
      <SaveBar disabled={busy || (found.partners?.refused !== undefined && !found.old)}>{words.ask.send}</SaveBar>
    </form>
  );
}
