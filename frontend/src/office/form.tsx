import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { say } from '../messages/index.ts';
import { sayOffice } from '../messages/office/index.ts';
import { Button } from '../ui/button.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { tell } from '../ui/toast.tsx';
import type { Settled } from './acts.ts';
import { OfflineLine, useOnline, Wrong } from './parts.tsx';

interface FormProps {
  title: string;
  onClose: () => void;
  /** Makes the change; undefined when a field is missing or wrong, which the field itself then says. */
  save: () => Promise<Settled> | undefined;
  /** After it was applied, before the sheet closes. */
  onSaved?: (settled: Settled) => void;
  /** Said once it was applied. */
  saved: string;
  /** On the button; "save" unless said. */
  label?: string;
  look?: 'primary' | 'danger';
  disabled?: boolean;
  children?: ComponentChildren;
}

/**
 * The form of every change in the office: its fields, save and cancel. It stays open until the server has decided; what
 * was refused is said in it, with everything that was typed still there.
 */
export function FormSheet(props: FormProps) {
  const { title, onClose, save, onSaved, saved, label, look = 'primary', disabled, children } = props;
  const words = sayOffice();
  const online = useOnline();
  const [busy, setBusy] = useState(false);
  const [settled, settle] = useState<Settled>();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy || !online || disabled) return;
    const saving = save();
    if (!saving) return;
    settle(undefined);
    setBusy(true);
    const result = await saving;
    setBusy(false);
    settle(result);
    if (result.d !== 'applied') return;
    tell(saved);
    onSaved?.(result);
    onClose();
  };
  // Recorded, and the decision is not here: to send it again would make it twice.
  const onItsWay = settled?.d === 'waiting';
  return (
    <Sheet title={title} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <OfflineLine />
        {children}
        {settled && <Wrong said={settled.said} />}
        <div class="row wrap office-buttons">
          <Button onClick={onClose}>{onItsWay ? say().close : words.cancel}</Button>
          {!onItsWay && (
            <Button submit look={look} disabled={busy || !online || disabled === true}>
              {busy ? words.saving : (label ?? words.save)}
            </Button>
          )}
        </div>
      </form>
    </Sheet>
  );
}
