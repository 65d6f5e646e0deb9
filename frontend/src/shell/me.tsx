import { CalendarCard } from '../calendar/view.tsx';
import { SetUp } from '../clock/view.tsx';
import { CUES, chooseCues, cues, available as cuesAvailable } from '../device/cue.ts';
import { say } from '../messages/index.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useRows } from '../ui/context.ts';
import { Chips } from '../ui/field.tsx';
import { lazy } from '../ui/lazy.tsx';
import { Link } from '../ui/link.tsx';
import { Said } from '../ui/said.tsx';
import { readNames } from '../ui/values.ts';
import { InstallCard } from './install-card.tsx';
import { LanguageSwitch } from './language.tsx';
import { LOOKS } from './look.ts';
import { SignOut } from './sign-out.tsx';
import { chooseLook, look } from './theme.ts';

const GiveCode = lazy(async () => (await import('./codes.ts')).GiveCode);

export function Me({ onChangeDuty }: { onChangeDuty: () => void }) {
  const { engine, who, duty, standing } = useApp();
  const words = saySignedIn().me;
  const names = useRows(engine, who.person, ['person'], readNames);
  return (
    <div class="page stack">
      <h1>{words.title}</h1>
      <section class="card">
        <p class="strong">
          <Said text={names?.get(who.person) ?? say().you} />
        </p>
        <p class="soft">
          {saySignedIn().home.at} <Said text={`${duty.siteName} ${duty.postName}`} />
        </p>
        <div class="row wrap">
          <Button icon="post" onClick={onChangeDuty}>
            {saySignedIn().duty.change}
          </Button>
          <SignOut engine={engine} />
        </div>
        <Link to="/leave" class="button">
          {words.leave}
        </Link>
      </section>
      <section class="card">
        <Chips
          label={words.look}
          options={LOOKS.map((name) => [name, words[name]] as const)}
          value={look.value}
          onPick={chooseLook}
        />
        {cuesAvailable() && (
          <Chips
            label={words.cues}
            options={CUES.map((name) => [name, words.cue[name]] as const)}
            value={cues.value}
            onPick={chooseCues}
          />
        )}
        <LanguageSwitch />
      </section>
      <section class="card">
        <Link to="/month" class="button">
          {saySignedIn().home.month}
        </Link>
      </section>
      {(standing.roles.has('admin') || standing.leads.length > 0) && <GiveCode />}
      {standing.roles.has('admin') && <SetUp />}
      <CalendarCard />
      <InstallCard always />
    </div>
  );
}
