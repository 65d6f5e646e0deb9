import type { Json } from '@gatehouse/sync/api';
import { say } from '../messages/index.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { reason } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { textOf, useApp, useNow } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Said } from '../ui/said.tsx';
import { moment } from '../ui/time.ts';
import { fieldWords, type Names, valueWords } from '../ui/values.ts';
import { dismiss, repeat, resolve } from './actions.ts';
import { Clause, packOf } from './clause.ts';
import { canChoose, canRepeat, type Notice, type Side } from './queries.ts';
import { settle } from './settle.ts';

/** One matter: what happened, why, and the two or three things one can do. */
export function NoticeCard({ notice, names }: { notice: Notice; names: Names }) {
  const { engine, duty } = useApp();
  const words = saySignedIn().inbox;
  const now = useNow(engine);
  const act = saySignedIn().act[notice.kind] ?? saySignedIn().otherAct;
  const who = textOf(notice.record, 'name') || textOf(notice.record, 'plate') || textOf(notice.record, 'unit');
  const choose = notice.outcome === 'merged' && !notice.erased && notice.sides.some(canChoose);
  return (
    <article class="card">
      <header class="stack">
        <h2 class="row">
          <Icon name={notice.outcome === 'returned' ? 'returned' : 'needs_you'} />
          {words[notice.outcome]}
        </h2>
        <Said
          class="soft"
          text={words.act([act, who].filter(Boolean).join(' · '), moment(notice.at, now, duty.zone))}
        />
      </header>
      {notice.code && <p>{reason(notice.code)}</p>}
      {notice.clause && <Clause id={notice.clause} pack={packOf(notice)} />}
      {notice.why && (
        <p>
          {words.reason}: <Said class="strong" text={notice.why} />
        </p>
      )}
      {notice.erased && <p class="soft">{words.erased}</p>}
      {!notice.erased && notice.sides.map((side) => <Sides key={side.field} side={side} names={names} />)}
      {choose && (
        <div class="pair">
          <Button look="primary" onClick={() => settle(resolve(engine, notice, 'mine'))}>
            {words.keepMine}
          </Button>
          <Button look="primary" onClick={() => settle(resolve(engine, notice, 'theirs'))}>
            {words.keepTheirs}
          </Button>
        </div>
      )}
      <div class="row wrap">
        {canRepeat(notice) && (
          <Button look="primary" onClick={() => settle(repeat(engine, notice), words.resend)}>
            {words.again}
          </Button>
        )}
        {!choose && <Button onClick={() => settle(dismiss(engine, notice))}>{words.dismiss}</Button>}
        {notice.record?.kind === 'visit' && (
          <Link to={`/visitors/of/${notice.about}`} class="button">
            {words.record}
          </Link>
        )}
      </div>
    </article>
  );
}

function Sides({ side, names }: { side: Side; names: Names }) {
  const { engine, duty } = useApp();
  const words = saySignedIn().inbox;
  const now = useNow(engine);
  const show = (value: Json) => valueWords(side.field, value, names, now, duty.zone) || words.blank;
  return (
    <section class="stack" aria-label={fieldWords(side.field)}>
      <h3 class="small soft">{fieldWords(side.field)}</h3>
      <div class="pair sides">
        <div class="side">
          <span class="small soft">{words.mine}</span>
          <Said class="strong lines" text={show(side.mine)} />
        </div>
        <div class="side">
          <span class="small soft">
            {words.theirs} · <Said text={names.get(side.by) ?? say().unknownPerson} /> {moment(side.at, now, duty.zone)}
          </span>
          <Said class="strong lines" text={show(side.theirs)} />
        </div>
      </div>
    </section>
  );
}
