// What follows a swap: the shift that is to come back, and what the two hand over to each other.

import type { Row } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { saySwapRules } from '../messages/swap-rules/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useNow } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Said } from '../ui/said.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { isOpen, swapOf } from '../ui/swaps.ts';
import { moment } from '../ui/time.ts';
import { type Names, nameOf } from '../ui/values.ts';
import { brief, letGo } from './actions.ts';
import { LONGEST } from './asking.ts';
import { settle } from './settle.ts';
import { handoverOf, repayOf } from './weighed.ts';

export function After({ row, names }: { row: Row; names: Names }) {
  const { engine, duty, who, standing } = useApp();
  const words = saySwapRules();
  const now = useNow(engine);
  const [writing, write] = useState(false);
  const swap = swapOf(row);
  if (!swap) return null;
  const repay = repayOf(row);
  const notes = handoverOf(row);
  const party = swap.by === who.person || swap.acceptedBy === who.person;
  const live = isOpen(swap) || swap.state === 'approved';
  const lets = swap.acceptedBy === who.person || (swap.by !== who.person && standing.leads.includes(swap.team));
  return (
    <>
      {repay && (
        <section class="card">
          <p class={`row${repay === 'open' ? ' late' : ''}`}>
            <Icon name={repay === 'open' ? 'clock' : 'delivered'} />
            <Said
              class="grow"
              text={repay === 'open' ? words.repay.open(nameOf(names, swap.by, who.person)) : words.repay[repay]}
            />
          </p>
          {repay === 'open' && lets && (
            <Button onClick={() => settle(letGo(engine, swap.id), words.repay.settleDone)}>{words.repay.settle}</Button>
          )}
        </section>
      )}
      {(notes.length > 0 || (party && live)) && (
        <section class="card">
          <h2>{words.handed}</h2>
          {notes.length > 0 && (
            <ul class="stack tight">
              {notes.map(({ who: by, at, text }) => (
                <li key={`${by} ${at} ${text}`}>
                  <Said class="strong block" text={text} />
                  <Said class="soft small" text={`${nameOf(names, by, who.person)} ${moment(at, now, duty.zone)}`} />
                </li>
              ))}
            </ul>
          )}
          {party && live && <Button onClick={() => write(true)}>{words.brief}</Button>}
        </section>
      )}
      {writing && <BriefSheet swap={swap.id} onClose={() => write(false)} />}
    </>
  );
}

function BriefSheet({ swap, onClose }: { swap: string; onClose: () => void }) {
  const { engine } = useApp();
  const words = saySwapRules();
  const [text, type] = useState('');
  const note = text.normalize('NFC').replace(/\s+/g, ' ').trim();
  return (
    <Sheet title={words.brief} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (note === '') return;
          onClose();
          settle(brief(engine, swap, note), words.briefDone).catch(console.error);
        }}
      >
        <TextField
          label={words.handed}
          value={text}
          onInput={type}
          max={LONGEST}
          enter="done"
          hint={words.handoverHint}
        />
        <Button submit big look="primary" disabled={note === ''}>
          {words.brief}
        </Button>
      </form>
    </Sheet>
  );
}
