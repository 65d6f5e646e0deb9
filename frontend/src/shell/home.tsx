import type { ComponentChildren } from 'preact';
import { say } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { useApp, useRows, useWatch } from '../ui/context.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Said } from '../ui/said.tsx';
import { readNames } from '../ui/values.ts';
import { InstallCard } from './install-card.tsx';

interface HomeProps {
  /** What is going on at the gate, drawn by the feature that knows. */
  children: ComponentChildren;
  /** How many are inside, counted by the feature that knows. */
  inside: number | undefined;
  onChangeDuty: () => void;
}

/** Who and where, then the things a guard does, each big enough for a glove. */
export function Home({ inside, onChangeDuty, children }: HomeProps) {
  const { engine, who, duty } = useApp();
  const words = say().home;
  const names = useRows(engine, who.person, ['person'], readNames);
  const todo = useWatch(engine.status)?.needsYou ?? 0;
  return (
    <div class="page stack home">
      <header class="row wrap">
        <div class="grow">
          <h1>
            <Said text={duty.postName} />
          </h1>
          <p class="soft">
            <Said text={duty.siteName} /> · <Said text={names?.get(who.person) ?? say().you} />
          </p>
        </div>
        <Button icon="post" onClick={onChangeDuty}>
          {say().duty.change}
        </Button>
      </header>
      {children}
      <nav class="tiles" aria-label={say().app}>
        <Tile to="/visitors/new" icon="add" title={words.arrive} hint={words.arriveHint} main />
        <Tile
          to="/visitors"
          icon="people"
          title={words.inside}
          hint={inside === undefined ? '' : words.people(inside)}
        />
        <Tile to="/visitors/search" icon="search" title={words.search} hint={words.searchHint} />
        <Tile
          to="/inbox"
          icon="inbox"
          title={words.inbox}
          hint={todo > 0 ? words.todo(todo) : words.clear}
          loud={todo > 0}
        />
      </nav>
      <InstallCard />
    </div>
  );
}

interface TileProps {
  to: string;
  icon: IconName;
  title: string;
  hint: string;
  main?: boolean;
  loud?: boolean;
}

function Tile({ to, icon, title, hint, main, loud }: TileProps) {
  return (
    <Link to={to} class={`tile${main ? ' main' : ''}${loud ? ' loud' : ''}`}>
      <Icon name={icon} />
      <span class="strong">{title}</span>
      <span class="hint">{hint}</span>
    </Link>
  );
}
