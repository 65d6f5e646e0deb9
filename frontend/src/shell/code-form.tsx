import type { Engine, Problem } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayCodes } from '../messages/codes/index.ts';
import { say } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { codeProblem } from '../ui/make-code.tsx';
import { answered } from '../ui/problem.ts';
import { Said } from '../ui/said.tsx';
import { keepLogin } from './logins.ts';

interface CodeFormProps {
  engine: Engine;
  /** On a post's tablet, which remembers nobody's login. */
  shared: boolean;
  onBack: () => void;
}

/** Somebody who was told a one-time code sets a password and is signed in with it. */
export function CodeForm({ engine, shared, onBack }: CodeFormProps) {
  const words = sayCodes();
  const [login, setLogin] = useState('');
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  /** The org of the password that is set: the code is spent, and only the sign-in is left to do. */
  const [org, setOrg] = useState<string>();

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    const bad = await enter();
    setBusy(false);
    setProblem(bad);
  };
  const enter = async (): Promise<Problem | undefined> => {
    let where = org;
    if (where === undefined) {
      const set = await answered(engine.setPassword({ login: login.trim(), code: code.trim(), password }));
      if ('problem' in set) return set.problem;
      where = set.ok.org;
      setOrg(where);
    }
    const signed = await answered(engine.signIn(login.trim(), password, where));
    if ('problem' in signed) return signed.problem;
    if (!shared) keepLogin(signed.ok.person, login.trim());
    return undefined;
  };
  return (
    <form class="stack" onSubmit={submit}>
      <p class="soft">{words.lead}</p>
      <TextField
        label={say().sign.login}
        value={login}
        onInput={setLogin}
        auto="username"
        enter="next"
        max={40}
        required
      />
      <TextField
        label={words.code}
        value={code}
        onInput={setCode}
        auto="one-time-code"
        enter="next"
        max={40}
        required
      />
      <TextField
        label={words.password}
        value={password}
        onInput={setPassword}
        type={shown ? 'text' : 'password'}
        auto="new-password"
        hint={words.hint}
        enter="go"
        max={200}
        required
      >
        <Button
          pressed={shown}
          label={shown ? say().sign.hide : say().sign.show}
          onClick={() => setShown(!shown)}
          icon="eye"
        />
      </TextField>
      {problem && (
        <p class="wrong" role="alert">
          <Said text={[org !== undefined && words.set, codeProblem(problem)].filter(Boolean).join(' ')} />
        </p>
      )}
      <Button submit look="primary" big disabled={busy || !login.trim() || !code.trim() || !password}>
        {busy ? say().sign.busy : words.go}
      </Button>
      <Button look="quiet" onClick={onBack}>
        {words.back}
      </Button>
    </form>
  );
}
