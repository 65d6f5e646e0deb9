import type { View } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayClock } from '../messages/clock/index.ts';
import { Button } from '../ui/button.tsx';
import { isClosed } from '../ui/closed.ts';
import { numberOf, textOf, useApp, useRows, useWatch } from '../ui/context.ts';
import { Chips, TextField } from '../ui/field.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { go } from '../ui/route.ts';
import { Said } from '../ui/said.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { tell } from '../ui/toast.tsx';
import { setUp } from './actions.ts';

/** An admin makes the device at hand a post's shared tablet, or a personal one again. */
export function SetUp() {
  const { engine } = useApp();
  const words = sayClock().setUp;
  const kiosk = useWatch(engine.kiosk);
  const [open, setOpen] = useState(false);
  return (
    <section class="card">
      <h2>{words.title}</h2>
      {kiosk && (
        <p>
          <Said text={words.isKiosk(kiosk.name)} />
        </p>
      )}
      <div class="row wrap">
        <Button icon="tablet" onClick={() => setOpen(true)}>
          {words.make}
        </Button>
        {kiosk && <Stop label={kiosk.label} />}
      </div>
      {open && <Form onClose={() => setOpen(false)} />}
    </section>
  );
}

function Stop({ label }: { label: string }) {
  const { engine, who } = useApp();
  const words = sayClock().setUp;
  const [asking, ask] = useState(false);
  const stop = async () => {
    ask(false);
    const answer = await answered(setUp(engine, who.device, undefined, label));
    const bad = 'problem' in answer;
    tell(bad ? problemWords(answer.problem) : words.done, { bad });
  };
  return (
    <>
      <Button onClick={() => ask(true)}>{words.stop}</Button>
      {asking && (
        <Sheet title={words.stop} onClose={() => ask(false)}>
          <p>{words.stopLead}</p>
          <Button big look="primary" onClick={stop}>
            {words.stop}
          </Button>
        </Sheet>
      )}
    </>
  );
}

interface Place {
  readonly id: string;
  readonly name: string;
  /** The site's name, where there are several. */
  readonly site: string;
}

async function readPosts(view: View): Promise<Place[]> {
  const [sites, posts] = await Promise.all([view.all('site'), view.all('post')]);
  const names = new Map(sites.map((site) => [site.id, textOf(site, 'name')]));
  return posts
    .filter((row) => !isClosed(row))
    .sort((a, b) => (numberOf(a, 'order') ?? 0) - (numberOf(b, 'order') ?? 0))
    .map((row) => ({
      id: row.id,
      name: textOf(row, 'name'),
      site: sites.length > 1 ? (names.get(textOf(row, 'site')) ?? '') : '',
    }));
}

function Form({ onClose }: { onClose: () => void }) {
  const { engine, who, duty } = useApp();
  const words = sayClock().setUp;
  const posts = useRows(engine, who.person, ['post', 'site'], readPosts) ?? [];
  const [post, pick] = useState(duty.post);
  const [label, name] = useState(words.labelOf(duty.postName));
  const choose = (next: string) => {
    pick(next);
    name(words.labelOf(posts.find(({ id }) => id === next)?.name ?? ''));
  };
  const online = useWatch(engine.status)?.network !== 'offline';
  const save = async () => {
    const answer = await answered(setUp(engine, who.device, post, label.trim()));
    if ('problem' in answer) {
      tell(problemWords(answer.problem), { bad: true });
      return;
    }
    // A shared tablet's storage matters more than anyone's: what it holds is many people's pay.
    await engine.persist().catch(() => false);
    go('/', { replace: true });
    await engine.signOut();
  };
  return (
    <Sheet title={words.make} onClose={onClose}>
      <p class="soft">{words.lead}</p>
      <Chips
        label={words.post}
        options={posts.map(({ id, site, name: called }) => [id, `${site} ${called}`.trim()] as const)}
        value={post}
        onPick={choose}
      />
      <TextField label={words.label} value={label} onInput={name} max={40} enter="done" />
      {!online && <p class="wrong">{words.offline}</p>}
      <Button big look="primary" disabled={!online || label.trim() === ''} onClick={save}>
        {words.go}
      </Button>
    </Sheet>
  );
}
