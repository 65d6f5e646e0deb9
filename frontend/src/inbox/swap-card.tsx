import { saySignedIn } from '../messages/signed-in/index.ts';
import { saySwaps } from '../messages/swaps/index.ts';
import { reason } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useApp, useNow } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Said } from '../ui/said.tsx';
import { shiftWords } from '../ui/shifts.ts';
import { isSuperseded, swapOf } from '../ui/swaps.ts';
import { moment } from '../ui/time.ts';
import { nameOf } from '../ui/values.ts';
import { dismiss, repeat } from './actions.ts';
import { Clause, packOf, SwapTold } from './clause.ts';
import { canRepeat, giveOf, type Inbox, type Notice, worthAsking } from './queries.ts';
import { settle } from './settle.ts';

/** An act on a swap that had no effect: who did what before, and what can be done now. */
export function SwapNotice({ notice, inbox }: { notice: Notice; inbox: Inbox }) {
  const { engine, duty } = useApp();
  const common = saySignedIn().inbox;
  const words = saySwaps().inbox;
  const now = useNow(engine);
  const shift = inbox.shifts.get(giveOf(notice));
  const again = canRepeat(notice);
  const stale = notice.code === 'shift_changed' || notice.code === 'shift_started';
  return (
    <article class="card">
      <header class="stack">
        <h2 class="row">
          <Icon name={notice.outcome === 'returned' ? 'returned' : 'needs_you'} />
          {words.notDone[notice.kind] ?? words.noneDone}
        </h2>
        <Said
          class="soft"
          text={common.act(saySignedIn().act[notice.kind] ?? saySignedIn().otherAct, moment(notice.at, now, duty.zone))}
        />
      </header>
      {shift && (
        <p class="number">
          {shiftWords(shift, now, duty.zone)}
          {inbox.names.has(shift.post) && <Said class="soft block" text={inbox.names.get(shift.post) ?? ''} />}
        </p>
      )}
      {notice.code && (
        <p>
          {notice.told ? (
            <SwapTold code={notice.code} told={notice.told} names={inbox.names} otherwise={reason(notice.code)} />
          ) : (
            reason(notice.code)
          )}
        </p>
      )}
      {notice.clause && <Clause id={notice.clause} pack={packOf(notice)} />}
      <Because notice={notice} inbox={inbox} />
      {notice.why && (
        <p>
          {common.reason}: <Said class="strong" text={notice.why} />
        </p>
      )}
      {worthAsking(notice) && <Superior inbox={inbox} />}
      <div class="row wrap">
        {again && (
          <Button look="primary" onClick={() => settle(repeat(engine, notice), common.resend)}>
            {common.again}
          </Button>
        )}
        {stale && notice.kind === 'swap.request' && (
          <Link to="/shifts" class="button primary">
            {words.lookAgain}
          </Link>
        )}
        <Button onClick={() => settle(dismiss(engine, notice))}>{common.dismiss}</Button>
        {notice.record && (
          <Link to={`/swaps/of/${notice.about}`} class="button">
            {words.see}
          </Link>
        )}
      </div>
    </article>
  );
}

/** Who was first, with what, when. */
function Because({ notice: { because, record }, inbox }: { notice: Notice; inbox: Inbox }) {
  const { engine, duty, who } = useApp();
  const words = saySwaps().inbox;
  const now = useNow(engine);
  if (because === undefined) return null;
  const swap = swapOf(record);
  const state = because.state === 'declined' && swap && isSuperseded(swap) ? 'superseded' : because.state;
  const did = (words.did as Record<string, string>)[state] ?? state;
  const time = moment(because.at, now, duty.zone);
  const name = nameOf(inbox.names, because.person, who.person);
  return (
    <p>
      <Said
        class="strong"
        text={state === 'expired' ? words.becauseAlone(time, did) : words.because(name, time, did)}
      />
    </p>
  );
}

/** The person's supervisor, to be called where the device knows the number. */
function Superior({ inbox: { superior } }: { inbox: Inbox }) {
  const words = saySwaps().inbox;
  if (!superior?.name) return null;
  const number = superior.phone.replace(/[^\d+]/g, '');
  if (number === '') return <Said class="soft" text={words.superior(superior.name)} />;
  return (
    <a class="button" href={`tel:${number}`}>
      <Said text={words.ask(superior.name)} />
    </a>
  );
}
