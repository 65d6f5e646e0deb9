import type { Problem } from '@gatehouse/sync/api';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { copy, available as copyAvailable } from '../device/copy.ts';
import { sayCalendar } from '../messages/calendar/index.ts';
import { locale } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useNow, useWatch } from '../ui/context.ts';
import { Banner, Loading } from '../ui/panel.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { Sheet } from '../ui/sheet.tsx';
import { moment } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import { endCalendar, makeCalendar, readCalendar, type State } from './actions.ts';
import './calendar.css';

/** The way to one's shifts in another program. */
export function CalendarCard() {
  const words = sayCalendar();
  const [open, setOpen] = useState(false);
  return (
    <section class="card">
      <h2>{words.title}</h2>
      <p class="soft">{words.lead}</p>
      <div class="row wrap">
        <Button icon="calendar" onClick={() => setOpen(true)}>
          {words.open}
        </Button>
      </div>
      {open && (
        <Sheet title={words.title} onClose={() => setOpen(false)}>
          <Address />
        </Sheet>
      )}
    </section>
  );
}

function Address() {
  const { engine } = useApp();
  const words = sayCalendar();
  const offline = useWatch(engine.status)?.network === 'offline';
  const [state, setState] = useState<State>();
  const [path, setPath] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const load = useCallback(async () => {
    setProblem(undefined);
    const answer = await answered(readCalendar(engine));
    if ('ok' in answer) setState(answer.ok);
    else setProblem(answer.problem);
  }, [engine]);
  useEffect(() => {
    if (!offline) load().catch(console.error);
  }, [load, offline]);
  const make = async () => {
    setBusy(true);
    setProblem(undefined);
    const answer = await answered(makeCalendar(engine, locale.value));
    setBusy(false);
    if ('ok' in answer) setPath(answer.ok.path);
    else setProblem(answer.problem);
  };
  const end = async () => {
    setBusy(true);
    setProblem(undefined);
    const answer = await answered(endCalendar(engine));
    setBusy(false);
    if ('problem' in answer) setProblem(answer.problem);
    else {
      setPath(undefined);
      setState(answer.ok);
      tell(words.ended);
    }
  };
  const has = path !== undefined || (state?.made ?? null) !== null;
  return (
    <div class="stack">
      {offline && <Banner>{words.offline}</Banner>}
      {!offline && problem && (
        <Banner action={state === undefined && <Button onClick={load}>{words.again}</Button>}>
          {problemWords(problem)}
        </Banner>
      )}
      {!offline && !problem && state === undefined && <Loading />}
      {state && path === undefined && <Before made={state.made} />}
      {path !== undefined && <Shown path={path} />}
      <p class="soft small">{words.span}</p>
      {state && (
        <div class="row wrap">
          <Button look={path === undefined ? 'primary' : 'plain'} disabled={busy || offline} onClick={make}>
            {busy ? words.busy : has ? words.remake : words.make}
          </Button>
          {has && (
            <Button look="danger" disabled={busy || offline} onClick={end}>
              {words.end}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function Before({ made }: State) {
  const { engine, duty } = useApp();
  const words = sayCalendar();
  const now = useNow(engine);
  return <p>{made === null ? words.none : words.has(moment(made, now, duty.zone))}</p>;
}

/** The address, this once. */
function Shown({ path }: { path: string }) {
  const words = sayCalendar();
  const address = `${location.origin}${path}`;
  const take = async () => {
    const taken = await copy(address);
    tell(taken ? words.copied : words.notCopied, { bad: !taken });
  };
  return (
    <div class="stack" role="status">
      <p class="strong">{words.address}</p>
      <p class="calendar-address">{address}</p>
      <div class="row wrap">
        {copyAvailable() && (
          <Button look="primary" onClick={take}>
            {words.copy}
          </Button>
        )}
        <a class="button" href={address.replace(/^https?:/, 'webcal:')}>
          {words.subscribe}
        </a>
      </div>
      <Banner>{words.secret}</Banner>
      <p>{words.slow}</p>
    </div>
  );
}
