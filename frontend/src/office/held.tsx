import type { Answer } from '@gatehouse/sync/api';
import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { sayStaff } from '../messages/staff/index.ts';
import { reason } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { Empty, Loading } from '../ui/panel.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { Said } from '../ui/said.tsx';
import { moment } from '../ui/time.ts';
import { fieldWords, type Names, nameOf, readNames, valueWords } from '../ui/values.ts';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';
import { type HeldAct, heldActs } from './held-acts.ts';
import { ChangeButton, Section } from './parts.tsx';
import { DEVICES } from './staff-words.ts';

/** Characters (entities.json). */
const LONGEST = 200;

/** What the server holds until somebody answers for it: let go, or sent back with a word. */
export function Held() {
  const { engine, who } = useApp();
  const words = sayStaff().held;
  const names = useRows(engine, `names ${who.person}`, ['person', 'post', 'site', 'team'], readNames);
  const [answer, see] = useState<Answer<readonly HeldAct[]>>();
  const ask = () => {
    answered(heldActs(engine)).then(see).catch(console.error);
  };
  useEffect(ask, [engine]);
  return (
    <Section title={words.title} up={DEVICES}>
      <p class="soft">{words.lead}</p>
      {(!answer || !names) && <Loading />}
      {answer && 'problem' in answer && (
        <>
          <p class="wrong" role="alert">
            {answer.problem.code === 'unreachable' ? words.offline : problemWords(answer.problem)}
          </p>
          <Button onClick={ask}>{words.again}</Button>
        </>
      )}
      {answer && 'ok' in answer && answer.ok.length === 0 && <Empty icon="held" title={words.none} />}
      {answer && names && 'ok' in answer && answer.ok.length > 0 && (
        <ul class="stack" aria-label={words.title}>
          {answer.ok.map((act) => (
            <li key={act.op} class="card">
              <Act act={act} names={names} onDone={ask} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Act({ act, names, onDone }: { act: HeldAct; names: Names; onDone: () => void }) {
  const { engine, who, duty } = useApp();
  const words = sayStaff().held;
  const now = useNow(engine);
  const [sheet, show] = useState<'release' | 'return'>();
  const close = () => show(undefined);
  // One's own is for somebody else to answer for, and an unknown kind is read by a newer server alone.
  const mine = act.actor === who.person;
  const may = !mine && act.code !== 'unknown_kind';
  return (
    <>
      <p class="strong">
        <Said text={nameOf(names, act.actor, who.person)} /> {saySignedIn().act[act.kind] ?? saySignedIn().otherAct}
      </p>
      <p class="soft small">
        <Said text={words.made(moment(act.at, now, duty.zone), act.label)} />{' '}
        {words.came(moment(act.received, now, duty.zone))}
      </p>
      <Values act={act} names={names} now={now} />
      <p>{reason(act.code)}</p>
      {may ? (
        <div class="row wrap">
          <ChangeButton look="primary" onClick={() => show('release')}>
            {words.release}
          </ChangeButton>
          <ChangeButton onClick={() => show('return')}>{words.sendBack}</ChangeButton>
        </div>
      ) : (
        <p class="soft">{mine ? words.own : words.later}</p>
      )}
      {sheet === 'release' && <Release act={act} onClose={close} onDone={onDone} />}
      {sheet === 'return' && <Return act={act} onClose={close} onDone={onDone} />}
    </>
  );
}

function Values({ act, names, now }: { act: HeldAct; names: Names; now: number }) {
  const { duty } = useApp();
  const told = Object.entries({ ...act.private, ...act.values }).flatMap(([field, value]) => {
    const text = act.kind.startsWith('visit.') ? valueWords(field, value, names, now, duty.zone) : '';
    return text ? [[fieldWords(field), text] as const] : [];
  });
  if (told.length === 0) return null;
  return (
    <dl class="facts">
      {told.map(([field, text]) => (
        <Fragment key={field}>
          <dt>{field}</dt>
          <dd>
            <Said text={text} />
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}

interface AnswerProps {
  act: HeldAct;
  onClose: () => void;
  onDone: () => void;
}

function Release({ act, onClose, onDone }: AnswerProps) {
  const { engine } = useApp();
  const words = sayStaff().held;
  const save = () => change(engine, { kind: 'op.release', values: { op: act.op } });
  return (
    <FormSheet
      title={words.release}
      onClose={onClose}
      save={save}
      onSaved={onDone}
      saved={words.released}
      label={words.release}
    >
      <p>{words.releaseLead}</p>
    </FormSheet>
  );
}

function Return({ act, onClose, onDone }: AnswerProps) {
  const { engine } = useApp();
  const words = sayStaff().held;
  const [why, setWhy] = useState('');
  const [tried, setTried] = useState(false);
  const save = () => {
    setTried(true);
    const given = why.trim();
    return given ? change(engine, { kind: 'op.return', values: { op: act.op, reason: given } }) : undefined;
  };
  return (
    <FormSheet
      title={words.sendBack}
      onClose={onClose}
      save={save}
      onSaved={onDone}
      saved={words.sentBack}
      label={words.sendBack}
      look="danger"
    >
      <p>{words.sendBackLead}</p>
      <TextField
        label={words.why}
        value={why}
        onInput={setWhy}
        max={LONGEST}
        lines
        problem={tried && !why.trim() ? words.needWhy : undefined}
      />
    </FormSheet>
  );
}
