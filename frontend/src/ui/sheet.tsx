import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { say } from '../messages/index.ts';
import { Button } from './button.tsx';

/** A dialog: from the bottom on a phone, in the middle on a tablet. The browser keeps the focus in it and Esc closes it. */
export function Sheet({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  const gone = useRef(false);
  useEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => {
      gone.current = true;
      dialog?.close();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc is the keyboard's way out of a modal dialog, and the browser gives it
    <dialog
      ref={box}
      class="sheet"
      aria-labelledby={id}
      // The event comes a task after `close()`: by then its place may belong to the next sheet.
      onClose={() => gone.current || onClose()}
      onClick={(event) => {
        if (event.target === box.current) onClose();
      }}
    >
      <div class="sheet-body">
        <div class="bar">
          <h2 id={id} class="grow">
            {title}
          </h2>
          <Button look="quiet" icon="close" label={say().close} onClick={onClose} />
        </div>
        {children}
      </div>
    </dialog>
  );
}
