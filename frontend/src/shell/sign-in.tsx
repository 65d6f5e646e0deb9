import type { Engine, Problem } from '@gatehouse/sync/api';
import { useRef, useState } from 'preact/hooks';
import { insideAnotherApp } from '../device/browser.ts';
import { say } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { useWatch } from '../ui/context.ts';
import { Chips, TextField } from '../ui/field.tsx';
import { NEVER, useIdle } from '../ui/idle.ts';
import { lazy } from '../ui/lazy.tsx';
import { Banner } from '../ui/panel.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { Said } from '../ui/said.tsx';
import { LanguageSwitch } from './language.tsx';
import { keepLogin, loginOf } from './logins.ts';
import { TroubleBanner } from './trouble.tsx';
import { UpdateBanner } from './update-banner.tsx';

const CodeForm = lazy<{ engine: Engine; shared: boolean; onBack: () => void }>(
  async () => (await import('./codes.ts')).CodeForm,
);

/** `onBack` is there on a post's tablet, whose own screen lies behind this one. */
export function SignIn({ engine, onBack }: { engine: Engine; onBack?: (() => void) | undefined }) {
  const words = say().sign;
  const status = useWatch(engine.status);
  const [coded, setCoded] = useState(false);
  // Walked away from, a shared tablet turns back to its own screen.
  useIdle(onBack ? LEFT_ALONE : NEVER, String(onBack !== undefined), () => onBack?.());
  return (
    <main class="sign-in">
      <header class="stack">
        {onBack && (
          <div>
            <Button icon="back" onClick={onBack}>
              {say().back}
            </Button>
          </div>
        )}
        <h1 class="brand">{say().app}</h1>
        <p class="soft">{words.lead}</p>
      </header>
      {insideAnotherApp() && <Banner>{say().inApp}</Banner>}
      <UpdateBanner />
      <TroubleBanner engine={engine} />
      {status?.network === 'offline' && <Banner>{words.needsNetwork}</Banner>}
      {(status?.waiting ?? 0) > 0 && (
        <p class="soft">{`${say().sync.waiting(status?.waiting ?? 0)} · ${say().sync.safe}`}</p>
      )}
      {coded ? (
        <CodeForm engine={engine} shared={onBack !== undefined} onBack={() => setCoded(false)} />
      ) : (
        <>
          <SignInForm engine={engine} shared={onBack !== undefined} />
          <Button look="quiet" onClick={() => setCoded(true)}>
            {words.code}
          </Button>
        </>
      )}
      <LanguageSwitch />
    </main>
  );
}

const LEFT_ALONE = 60_000;

/** Nobody is told on a shared tablet who else has worked there, and no staff number stays. */
function SignInForm({ engine, shared }: { engine: Engine; shared: boolean }) {
  const words = say().sign;
  const everybody = useWatch(engine.known) ?? [];
  const known = shared ? [] : everybody;
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [org, setOrg] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const form = useRef<HTMLFormElement>(null);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const answer = await answered(engine.signIn(login.trim(), password, org));
    setBusy(false);
    if ('ok' in answer) {
      if (!shared) keepLogin(answer.ok.person, login.trim());
    } else setProblem(answer.problem);
  };
  const orgs = problem?.orgs ?? [];
  return (
    <form ref={form} class="stack" onSubmit={submit}>
      {known.length > 0 && (
        <Chips
          label={words.known}
          options={known.map(({ person, name }) => [person, name] as const)}
          value={known.find(({ person }) => loginOf(person) === login)?.person}
          onPick={(person) => {
            setLogin(loginOf(person) ?? '');
            form.current
              ?.querySelector<HTMLInputElement>(loginOf(person) ? '[type=password]' : 'input[autocomplete=username]')
              ?.focus();
          }}
        />
      )}
      <TextField label={words.login} value={login} onInput={setLogin} auto="username" enter="next" max={40} required />
      <TextField
        label={words.password}
        value={password}
        onInput={setPassword}
        type={shown ? 'text' : 'password'}
        auto="current-password"
        enter="go"
        max={200}
        required
      >
        <Button pressed={shown} label={shown ? words.hide : words.show} onClick={() => setShown(!shown)} icon="eye" />
      </TextField>
      {orgs.length > 0 && (
        <Chips
          label={words.org}
          options={orgs.map(({ id, name }) => [id, name] as const)}
          value={org}
          onPick={setOrg}
        />
      )}
      {problem && (
        <p class="wrong" role="alert">
          <Said text={problemWords(problem)} />
        </p>
      )}
      <Button submit look="primary" big disabled={busy || login.trim() === '' || password === ''}>
        {busy ? words.busy : words.go}
      </Button>
    </form>
  );
}
