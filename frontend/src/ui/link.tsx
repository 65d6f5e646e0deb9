import type { ComponentChildren } from 'preact';
import { go } from './route.ts';

interface LinkProps {
  to: string;
  class?: string;
  label?: string | undefined;
  current?: boolean | undefined;
  children: ComponentChildren;
}

/** A link within the app: a real address, followed without loading the page again. */
export function Link({ to, class: name, label, current, children }: LinkProps) {
  return (
    <a
      href={to}
      class={name}
      aria-label={label}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
