import type { Json, Row } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { numberOf, textOf, useApp } from '../ui/context.ts';
import { Chips, Counter, TextField } from '../ui/field.tsx';
import { visible } from '../ui/said.tsx';
import { change } from './acts.ts';
import { FormSheet } from './form.tsx';

/** Characters and people (entities.json). */
const LONGEST = { name: 40, skill: 24 };
const MOST = 99;

/** What a post is called, and what it asks for: people, round the clock or not, a skill. */
export function PostForm({ row, onClose }: { row: Row; onClose: () => void }) {
  const { engine } = useApp();
  const words = sayOffice();
  const before = {
    name: textOf(row, 'name'),
    least: numberOf(row, 'cover_min') ?? 0,
    always: row.f['round_clock'] === true,
    skill: textOf(row, 'skill'),
  };
  const [now, set] = useState(before);
  const [tried, setTried] = useState(false);
  const [name, skill] = [now.name.trim(), now.skill.trim()];
  const values: Record<string, Json> = {
    ...(name === before.name ? {} : { name }),
    ...(now.least === before.least ? {} : { cover_min: now.least || null }),
    ...(now.always === before.always ? {} : { round_clock: now.always || null }),
    ...(skill === before.skill ? {} : { skill: skill || null }),
  };
  const save = () => {
    setTried(true);
    return name === '' ? undefined : change(engine, { kind: 'post.amend', entity: row.id, values });
  };
  return (
    <FormSheet
      title={words.rename}
      onClose={onClose}
      save={save}
      saved={words.saved(visible(name))}
      disabled={Object.keys(values).length === 0}
    >
      <TextField
        label={words.name}
        value={now.name}
        onInput={(text) => set({ ...now, name: text })}
        max={LONGEST.name}
        enter="next"
        problem={tried && name === '' ? words.needed : undefined}
      />
      <Counter
        label={words.posts.least}
        value={now.least}
        max={MOST}
        onChange={(least) => set({ ...now, least: Math.max(0, Math.min(MOST, least)) })}
      />
      <p class="soft small">{words.posts.leastHint}</p>
      <Chips
        label={words.posts.clock}
        options={[
          ['no', words.no],
          ['yes', words.yes],
        ]}
        value={now.always ? 'yes' : 'no'}
        onPick={(answer) => set({ ...now, always: answer === 'yes' })}
      />
      <TextField
        label={words.posts.skill}
        value={now.skill}
        onInput={(text) => set({ ...now, skill: text })}
        max={LONGEST.skill}
        enter="done"
        hint={words.posts.skillHint}
      />
    </FormSheet>
  );
}
