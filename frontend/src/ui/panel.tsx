// The states that a screen can be in besides showing its data.

import type { ComponentChildren } from 'preact';
import { say } from '../messages/index.ts';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icons.tsx';
import { back } from './route.ts';

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="strong">{title}</p>
      {children && <p class="soft">{children}</p>}
    </div>
  );
}

export function Loading() {
  return (
    <p class="empty soft" aria-busy="true">
      {say().loading}
    </p>
  );
}

/** A line that stays until its cause is gone: `bad` is for what may lose work. */
export function Banner({
  bad,
  children,
  action,
}: {
  bad?: boolean;
  children: ComponentChildren;
  action?: ComponentChildren;
}) {
  return (
    <div class={`banner${bad ? ' bad' : ''}`} role={bad ? 'alert' : undefined}>
      <Icon name="needs_you" />
      <p class="grow">{children}</p>
      {action}
    </div>
  );
}

/** A screen's heading with the way back. */
export function Heading({ title, up, children }: { title: string; up?: string; children?: ComponentChildren }) {
  return (
    <header class="bar">
      {up && <Button look="quiet" icon="back" label={say().back} onClick={() => back(up)} />}
      <h1 class="grow">{title}</h1>
      {children}
    </header>
  );
}
