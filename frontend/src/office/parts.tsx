// What the screens of the office have in common.

import type { ComponentChildren } from 'preact';
import { sayOffice } from '../messages/office/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useNow, useWatch } from '../ui/context.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Heading } from '../ui/panel.tsx';
import { wide } from '../ui/wide.ts';

/** Whether the estate can be changed now: only with the server in reach, so that nobody builds on what may be refused. */
export function useOnline(): boolean {
  const { engine } = useApp();
  return useWatch(engine.status)?.network === 'online';
}

/** The time as of this drawing, drawn again as it goes on: what ended a moment ago is over at once. */
export function useClock(): number {
  const { engine } = useApp();
  useNow(engine);
  return engine.now();
}

/** One line that says why nothing can be changed. */
export function OfflineLine() {
  return useOnline() ? null : (
    <p class="row wrap office-offline" role="status">
      <Icon name="offline" />
      <span class="grow">{sayOffice().offline}</span>
    </p>
  );
}

interface SectionProps {
  title: string;
  /** Where the way back leads; the office's own list unless said. Beside that list there is no way back to it. */
  up?: string;
  /** What can be done here, at the right of the heading. */
  action?: ComponentChildren;
  children: ComponentChildren;
}

/** A section of the office, or a record in one. */
export function Section({ title, up = HOME, action, children }: SectionProps) {
  return (
    <section class="page stack">
      <Heading title={title} {...(wide.value && up === HOME ? {} : { up })}>
        {action}
      </Heading>
      <OfflineLine />
      {children}
    </section>
  );
}

export const HOME = '/office';

interface ChangeProps {
  children?: ComponentChildren;
  icon?: IconName;
  label?: string;
  look?: 'plain' | 'primary' | 'quiet' | 'danger';
  big?: boolean;
  disabled?: boolean;
  onClick: () => void;
}

/** A button that leads to a change: not to be pressed while the server is out of reach. */
export function ChangeButton({ disabled, ...props }: ChangeProps) {
  const online = useOnline();
  return <Button {...props} disabled={!online || disabled === true} />;
}

/** A line of a list that leads on. */
export function Way({
  to,
  title,
  current,
  icon,
  children,
}: {
  to: string;
  title: ComponentChildren;
  current?: boolean;
  icon?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <Link to={to} class={`office-way${current ? ' current' : ''}`} current={current}>
      {icon}
      <span class="grow stack tight">
        <span class="strong">{title}</span>
        {children && <span class="soft small">{children}</span>}
      </span>
      <Icon name="next" />
    </Link>
  );
}

/** Something that went wrong, where it was asked for. */
export function Wrong({ said }: { said: string }) {
  return said ? (
    <p class="row wrong" role="alert">
      <Icon name="needs_you" />
      <span class="grow">{said}</span>
    </p>
  ) : null;
}
