import type { Problem, SignInCode, View } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { copy, available as copyAvailable } from '../device/copy.ts';
import { sayCodes } from '../messages/codes/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useNow, useRows, useWatch } from '../ui/context.ts';
import { Chips, TextField } from '../ui/field.tsx';
import { answered } from '../ui/problem.ts';
import { Said, visible } from '../ui/said.tsx';
import { moment } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import { codeProblem } from './code-form.tsx';
import { matching, reach } from './reach.ts';

const FEW = 6;
const readPeople = (view: View) => view.all('person');

/** Somebody in charge makes a one-time code and tells it to a colleague. */
export function GiveCode() {
  const words = sayCodes().give;
  const [open, setOpen] = useState(false);
  return (
    <section class="card">
      <h2>{words.title}</h2>
      <p class="soft">{words.lead}</p>
      <Button icon={open ? 'less' : 'add'} expanded={open} onClick={() => setOpen(!open)}>
        {open ? words.done : words.make}
      </Button>
      {open && <Give />}
    </section>
  );
}

function Give() {
  const { engine, who, standing } = useApp();
  const words = sayCodes().give;
  const now = useNow(engine);
  const rows = useRows(engine, who.person, ['person'], readPeople) ?? [];
  const online = useWatch(engine.status)?.network !== 'offline';
  const [typed, type] = useState('');
  const [person, pick] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<SignInCode & { name: string }>();
  const [problem, setProblem] = useState<Problem>();
  const found = matching(reach(rows, who.person, standing, now), typed);
  const chosen = found.find(({ id }) => id === person);
  const choose = (next: string | undefined) => {
    pick(next);
    setMade(undefined);
    setProblem(undefined);
  };
  const make = async (event: Event) => {
    event.preventDefault();
    if (busy || !chosen || !online) return;
    setBusy(true);
    setProblem(undefined);
    const answer = await answered(engine.makeCode(chosen.id));
    setBusy(false);
    if ('ok' in answer) setMade({ ...answer.ok, name: chosen.name });
    else setProblem(answer.problem);
  };
  return (
    <form class="stack" onSubmit={make}>
      <TextField
        label={words.find}
        value={typed}
        onInput={(next) => {
          type(next);
          choose(undefined);
        }}
        type="search"
        enter="search"
        max={80}
      />
      {found.length === 0 && <p class="soft">{words.nobody}</p>}
      {found.length > 0 && (
        <Chips
          label={words.who}
          options={found.slice(0, FEW).map(({ id, name, staffNo }) => [id, visible(`${name} ${staffNo}`)] as const)}
          value={person}
          onPick={choose}
        />
      )}
      {found.length > FEW && <p class="soft">{words.more(found.length - FEW)}</p>}
      {!online && <p class="wrong">{words.offline}</p>}
      {problem && (
        <p class="wrong" role="alert">
          <Said text={codeProblem(problem)} />
        </p>
      )}
      {made ? (
        <Told made={made} />
      ) : (
        <>
          <p class="soft small">{words.again}</p>
          <Button submit look="primary" big disabled={busy || !chosen || !online}>
            {busy ? words.busy : words.make}
          </Button>
        </>
      )}
    </form>
  );
}

function Told({ made: { code, expires, name } }: { made: SignInCode & { name: string } }) {
  const { engine, duty } = useApp();
  const words = sayCodes().give;
  const now = useNow(engine);
  const take = async () => {
    const taken = await copy(code);
    tell(taken ? words.copied : words.notCopied, { bad: !taken });
  };
  return (
    <div class="stack" role="status">
      <p class="strong">
        <Said text={words.for(name)} />
      </p>
      <p class="told-code">{code}</p>
      <p>{words.until(moment(expires, now, duty.zone))}</p>
      {copyAvailable() && <Button onClick={take}>{words.copy}</Button>}
    </div>
  );
}
