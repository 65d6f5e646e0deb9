import type { Problem } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { LOCALES, type Locale, locale, say } from '../messages/index.ts';
import { sayRobots } from '../messages/robots/index.ts';
import { KEYWORDS } from '../messages/robots/keywords.ts';
import { Button } from '../ui/button.tsx';
import { useApp } from '../ui/context.ts';
import { Chips, TextField } from '../ui/field.tsx';
import { Checks, SelectField, TimeField } from '../ui/fields.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { visible } from '../ui/said.tsx';
import { tell } from '../ui/toast.tsx';
import { PLATFORMS, type Platform, type Robot, saveRobot, TELLS, type Tell, type Wanted } from './actions.ts';
import { hhmm, minuteOf } from './hours.ts';
import type { Place } from './page.tsx';

const PACES = [10, 30, 60];
const NIGHT = ['22:00', '07:00'] as const;

interface FormProps {
  /** Undefined: a new one. */
  robot: Robot | undefined;
  places: readonly Place[];
  onDone: () => void;
}

export function RobotForm({ robot, places, onDone }: FormProps) {
  const { engine, duty } = useApp();
  const words = sayRobots();
  const [platform, setPlatform] = useState<Platform>(robot?.platform ?? 'wecom');
  const [name, setName] = useState(robot?.name ?? '');
  const [url, setUrl] = useState('');
  const [secret, setSecret] = useState('');
  const [shown, setShown] = useState(false);
  const [tells, setTells] = useState<readonly Tell[]>(robot?.tells ?? TELLS);
  const [where, setWhere] = useState(robot?.team ?? robot?.site ?? '');
  const [every, setEvery] = useState(String(robot?.every ?? PACES[0]));
  const [quiet, setQuiet] = useState(Boolean(robot?.quiet));
  const [from, setFrom] = useState(robot?.quiet ? hhmm(robot.quiet[0]) : NIGHT[0]);
  const [to, setTo] = useState(robot?.quiet ? hhmm(robot.quiet[1]) : NIGHT[1]);
  const [language, setLanguage] = useState<Locale>(robot?.language ?? locale.value);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const kept = robot?.platform === platform ? robot : undefined;
  const hours = quietOf(quiet, from, to);
  const ready = name.trim() !== '' && tells.length > 0 && hours !== undefined && (kept || url.trim() !== '');
  const paces = [...new Set([...PACES, robot?.every ?? 10])].sort((a, b) => a - b);
  const save = async (event: Event) => {
    event.preventDefault();
    if (busy || !ready) return;
    setBusy(true);
    setProblem(undefined);
    const place = places.find(({ id }) => id === where);
    const wanted: Wanted = {
      platform,
      name: name.trim(),
      tells,
      zone: robot?.zone ?? duty.zone,
      language,
      every: Number(every),
      link: location.origin,
      ...(place ? { [place.kind]: place.id } : {}),
      ...(hours ? { quiet: hours } : {}),
      ...(url.trim() ? { url: url.trim() } : {}),
      // Of another platform, or another group, the secret is another one too.
      ...(secret.trim() || url.trim() ? { secret: platform === 'wecom' ? '' : secret.trim() } : {}),
    };
    const answer = await answered(saveRobot(engine, robot?.id, wanted));
    setBusy(false);
    if ('problem' in answer) setProblem(answer.problem);
    else {
      tell(words.saved);
      onDone();
    }
  };
  return (
    <form class="stack" onSubmit={save}>
      <Chips
        label={words.platform}
        options={PLATFORMS.map((one) => [one, words.platforms[one] ?? one] as const)}
        value={platform}
        onPick={setPlatform}
      />
      <TextField label={words.name} value={name} onInput={setName} hint={words.nameHint} max={40} required />
      <TextField
        label={words.url}
        value={url}
        onInput={setUrl}
        hint={kept ? words.urlKept(kept.tail) : words.urlHint}
        problem={problem?.code === 'robot_address' ? words.problem['robot_address'] : undefined}
        max={400}
        required={!kept}
      />
      {platform !== 'wecom' && (
        <>
          <TextField
            label={words.secret}
            value={secret}
            onInput={setSecret}
            type={shown ? 'text' : 'password'}
            hint={kept?.signed && !url.trim() ? words.secretKept : words.secretHint}
            max={200}
          >
            <Button
              pressed={shown}
              label={shown ? say().sign.hide : say().sign.show}
              onClick={() => setShown(!shown)}
              icon="eye"
            />
          </TextField>
          <p class="soft small">{words.keyword(KEYWORDS[language])}</p>
        </>
      )}
      <Checks
        label={words.tells}
        options={TELLS.map((one) => [one, words.tell[one] ?? one] as const)}
        values={tells}
        onChange={setTells}
        problem={tells.length === 0 ? words.needsTell : undefined}
      />
      <SelectField
        label={words.where}
        options={[
          ['', words.everywhere],
          ...places.map(({ id, kind, name: called }) => [id, visible(words[kind](called))] as const),
        ]}
        value={where}
        onPick={setWhere}
      />
      <Chips
        label={words.every}
        options={paces.map((pace) => [String(pace), words.minutes(pace)] as const)}
        value={every}
        onPick={setEvery}
      />
      <Chips
        label={words.quiet}
        options={[
          ['no', words.noQuiet],
          ['yes', words.setQuiet],
        ]}
        value={quiet ? 'yes' : 'no'}
        onPick={(next) => setQuiet(next === 'yes')}
      />
      {quiet && (
        <>
          <div class="times">
            <TimeField label={words.from} value={from} onInput={setFrom} />
            <TimeField label={words.to} value={to} onInput={setTo} />
          </div>
          <p class={hours === undefined ? 'wrong' : 'soft small'}>
            {hours === undefined ? words.quietWrong : words.quietHint(from, to)}
          </p>
        </>
      )}
      <Chips
        label={words.language}
        options={(Object.keys(LOCALES) as Locale[]).map((one) => [one, LOCALES[one]] as const)}
        value={language}
        onPick={setLanguage}
      />
      {problem && problem.code !== 'robot_address' && (
        <p class="wrong" role="alert">
          {words.problem[problem.code] ?? problemWords(problem)}
        </p>
      )}
      <Button submit look="primary" big disabled={busy || !ready}>
        {busy ? words.saving : words.save}
      </Button>
    </form>
  );
}

/** The quiet hours, null for none, undefined while they are none that could be. */
function quietOf(quiet: boolean, from: string, to: string): readonly [number, number] | null | undefined {
  if (!quiet) return null;
  const [start, end] = [minuteOf(from), minuteOf(to)];
  return start === undefined || end === undefined || start === end ? undefined : [start, end];
}
