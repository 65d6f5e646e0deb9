import type { Row } from '@gatehouse/sync/api';
import { useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { Button } from '../ui/button.tsx';
import { isClosed } from '../ui/closed.ts';
import { textOf, useApp } from '../ui/context.ts';
import { Empty } from '../ui/panel.tsx';
import { Said, visible } from '../ui/said.tsx';
import { changeAll } from './acts.ts';
import { Glyph } from './glyph.tsx';
import { CloseForm, NameForm } from './named.tsx';
import { moves, next } from './order.ts';
import { ChangeButton, useOnline, Wrong } from './parts.tsx';
import { PostForm } from './post-form.tsx';

/** Characters (entities.json). */
const LONGEST = 40;

type Shown = { readonly row: Row; readonly what: 'name' | 'close' } | 'add' | undefined;

/** The posts of a site in the order in which everybody sees them. */
export function Posts({ site, posts }: { site: Row; posts: readonly Row[] }) {
  const { engine } = useApp();
  const words = sayOffice();
  const [shown, show] = useState<Shown>();
  const [folded, fold] = useState(true);
  const [said, say] = useState('');
  const [busy, setBusy] = useState(false);
  const used = posts.filter((post) => !isClosed(post));
  const closed = posts.filter(isClosed);
  const close = () => show(undefined);
  const move = async (from: number, to: number) => {
    if (busy) return;
    setBusy(true);
    say((await changeAll(engine, moves(used, from, to), () => undefined)).said);
    setBusy(false);
  };
  const line = (row: Row, index: number) => (
    <li key={row.id} class="row wrap office-line">
      <Said class="grow strong" text={textOf(row, 'name')} />
      <span class="row wrap">
        {!isClosed(row) && (
          <>
            <MoveButton up row={row} disabled={busy || index === 0} onClick={() => move(index, index - 1)} />
            <MoveButton row={row} disabled={busy || index === used.length - 1} onClick={() => move(index, index + 1)} />
          </>
        )}
        <ChangeButton
          icon="pencil"
          label={words.renameName(visible(textOf(row, 'name')))}
          onClick={() => show({ row, what: 'name' })}
        />
        <ChangeButton
          label={isClosed(row) ? words.reopenName(textOf(row, 'name')) : words.closeName(textOf(row, 'name'))}
          onClick={() => show({ row, what: 'close' })}
        >
          {isClosed(row) ? words.reopen : words.close}
        </ChangeButton>
      </span>
    </li>
  );
  return (
    <section class="card">
      <div class="bar">
        <h2 class="grow">{words.posts.title}</h2>
        <ChangeButton icon="add" disabled={isClosed(site)} onClick={() => show('add')}>
          {words.posts.add}
        </ChangeButton>
      </div>
      <Wrong said={said} />
      {used.length === 0 && <Empty icon="post" title={words.posts.none} />}
      <ol class="office-lines" aria-label={words.posts.title}>
        {used.map(line)}
      </ol>
      {closed.length > 0 && (
        <Button icon={folded ? 'add' : 'less'} expanded={!folded} onClick={() => fold(!folded)}>
          {words.closedOnes(closed.length)}
        </Button>
      )}
      {!folded && (
        <ol class="office-lines" aria-label={words.closed}>
          {closed.map(line)}
        </ol>
      )}
      {shown === 'add' && (
        <NameForm
          kind="post"
          values={{ site: site.id, order: next(posts) }}
          max={LONGEST}
          title={words.posts.add}
          hint={words.posts.hint}
          onClose={close}
        />
      )}
      {shown && shown !== 'add' && shown.what === 'name' && <PostForm row={shown.row} onClose={close} />}
      {shown && shown !== 'add' && shown.what === 'close' && <CloseForm kind="post" row={shown.row} onClose={close} />}
    </section>
  );
}

function MoveButton({
  up,
  row,
  disabled,
  onClick,
}: {
  up?: boolean;
  row: Row;
  disabled: boolean;
  onClick: () => void;
}) {
  const words = sayOffice().posts;
  const online = useOnline();
  const name = visible(textOf(row, 'name'));
  return (
    <button
      type="button"
      class="button square"
      aria-label={up ? words.up(name) : words.down(name)}
      disabled={disabled || !online}
      onClick={onClick}
    >
      <Glyph name={up ? 'up' : 'down'} />
    </button>
  );
}
