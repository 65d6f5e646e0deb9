// The two forms that every named thing of the estate has: its name, and whether it is in use.

import type { Json, Row } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { isClosed } from '../ui/closed.ts';
import { textOf, useApp } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { visible } from '../ui/said.tsx';
import { change, type Settled } from './acts.ts';
import { FormSheet } from './form.tsx';

type Kind = 'site' | 'post' | 'building' | 'unit' | 'team' | 'template';

interface NameProps {
  kind: Kind;
  /** Given: it gets another name. Else a new one is made with `values` beside its name. */
  row?: Row;
  values?: Readonly<Record<string, Json>>;
  max: number;
  title: string;
  hint?: string;
  onSaved?: (settled: Settled) => void;
  onClose: () => void;
}

/** A name, of a new thing or of one that is there. */
export function NameForm({ kind, row, values = {}, max, title, hint, onSaved, onClose }: NameProps) {
  const { engine } = useApp();
  const words = sayOffice();
  const [name, setName] = useState(textOf(row, 'name'));
  const [tried, setTried] = useState(false);
  const given = name.trim();
  const save = () => {
    setTried(true);
    if (given === '') return undefined;
    return row
      ? change(engine, { kind: `${kind}.amend`, entity: row.id, values: { name: given } })
      : change(engine, { kind: `${kind}.create`, values: { ...values, name: given } });
  };
  return (
    <FormSheet
      title={title}
      onClose={onClose}
      save={save}
      saved={words.saved(visible(given))}
      {...(onSaved ? { onSaved } : {})}
      disabled={row !== undefined && given === textOf(row, 'name')}
    >
      <TextField
        label={words.name}
        value={name}
        onInput={setName}
        max={max}
        enter="done"
        hint={hint}
        problem={tried && given === '' ? words.needed : undefined}
      />
    </FormSheet>
  );
}

/** Takes a thing out of use, or back into it. */
export function CloseForm({ kind, row, onClose }: { kind: Kind; row: Row; onClose: () => void }) {
  const { engine } = useApp();
  const words = sayOffice();
  const closed = isClosed(row);
  const name = visible(textOf(row, 'name'));
  const save = () =>
    change(engine, { kind: `${kind}.amend`, entity: row.id, values: { closed: closed ? null : engine.now() } });
  return (
    <FormSheet
      title={closed ? words.reopenName(name) : words.closeName(name)}
      onClose={onClose}
      save={save}
      saved={closed ? words.reopened(name) : words.closedName(name)}
      label={closed ? words.reopen : words.close}
      look={closed ? 'primary' : 'danger'}
    >
      <p>{closed ? words.reopenLead : words.closeLead[kind]}</p>
    </FormSheet>
  );
}
