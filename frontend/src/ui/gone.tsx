import type { IconName } from './icons.tsx';
import { Empty, Heading } from './panel.tsx';

interface GoneProps {
  title: string;
  up: string;
  icon?: IconName;
  /** What is to be said of it. */
  children: string;
}

/** A whole screen whose record is not on this device, or that has nothing to offer. */
export function Gone({ title, up, icon = 'search', children }: GoneProps) {
  return (
    <section class="page stack">
      <Heading title={title} up={up} />
      <Empty icon={icon} title={children} />
    </section>
  );
}
