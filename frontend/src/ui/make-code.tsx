import type { Problem, SignInCode } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { copy, available as copyAvailable } from '../device/copy.ts';
import { sayCodes } from '../messages/codes/index.ts';
import { Button } from './button.tsx';
import { useApp, useNow, useWatch } from './context.ts';
import { answered, problemWords } from './problem.ts';
import { Said } from './said.tsx';
import { moment } from './time.ts';
import { tell } from './toast.tsx';

/** Makes a one-time code for a colleague, and shows it to be told. Drawn with the person as its key. */
export function MakeCode({ person }: { person: { readonly id: string; readonly name: string } | undefined }) {
  const { engine } = useApp();
  const words = sayCodes().give;
  const online = useWatch(engine.status)?.network !== 'offline';
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<SignInCode>();
  const [problem, setProblem] = useState<Problem>();
  const make = async (event: Event) => {
    event.preventDefault();
    if (busy || !person || !online) return;
    setBusy(true);
    setProblem(undefined);
    const answer = await answered(engine.makeCode(person.id));
    setBusy(false);
    if ('ok' in answer) setMade(answer.ok);
    else setProblem(answer.problem);
  };
  return (
    <form class="stack" onSubmit={make}>
      {!online && <p class="wrong">{words.offline}</p>}
      {problem && (
        <p class="wrong" role="alert">
          <Said text={codeProblem(problem)} />
        </p>
      )}
      {made && person ? (
        <Told made={made} name={person.name} />
      ) : (
        <>
          <p class="soft small">{words.again}</p>
          <Button submit look="primary" big disabled={busy || !person || !online}>
            {busy ? words.busy : words.make}
          </Button>
        </>
      )}
    </form>
  );
}

function Told({ made: { code, expires }, name }: { made: SignInCode; name: string }) {
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

/** A problem in the words about codes where they have some. */
export function codeProblem(problem: Problem): string {
  return sayCodes().problem[problem.code] ?? problemWords(problem);
}
