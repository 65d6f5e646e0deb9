import type { View } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayCodes } from '../messages/codes/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useNow, useRows } from '../ui/context.ts';
import { Chips, TextField } from '../ui/field.tsx';
import { MakeCode } from '../ui/make-code.tsx';
import { visible } from '../ui/said.tsx';
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
  const [typed, type] = useState('');
  const [person, pick] = useState<string>();
  const found = matching(reach(rows, who.person, standing, now), typed);
  const chosen = found.find(({ id }) => id === person);
  return (
    <div class="stack">
      <TextField
        label={words.find}
        value={typed}
        onInput={(next) => {
          type(next);
          pick(undefined);
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
          onPick={pick}
        />
      )}
      {found.length > FEW && <p class="soft">{words.more(found.length - FEW)}</p>}
      <MakeCode key={chosen?.id ?? ''} person={chosen} />
    </div>
  );
}
