import type { ComponentChildren } from 'preact';
import type { Bound } from '../clock/bind.ts';
import { say } from '../messages/index.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from '../ui/button.tsx';
import { inCharge, keepsAttendance, useApp, useRows } from '../ui/context.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Said } from '../ui/said.tsx';
import { hoursWords } from '../ui/shifts.ts';
import { readNames } from '../ui/values.ts';
import { InstallCard } from './install-card.tsx';

interface HomeProps {
  /** What is going on at the gate, drawn by the feature that knows. */
  children: ComponentChildren;
  /** How many are inside, counted by the feature that knows. */
  inside: number | undefined;
  /** The shift that a punch would go to now. */
  bound: Bound | undefined;
  /** How many matters wait for the person. */
  waiting: number;
  onChangeDuty: () => void;
}

/** Who and where, then the things a guard does, each big enough for a glove. */
export function Home({ inside, bound, waiting, onChangeDuty, children }: HomeProps) {
  const { engine, who, duty, standing } = useApp();
  const words = saySignedIn().home;
  const names = useRows(engine, who.person, ['person'], readNames);
  const shift = bound === undefined ? '' : bound.shift ? hoursWords(bound.shift, duty.zone) : words.noShift;
  const visitors = (
    <Tile to="/visitors" icon="people" title={words.inside} hint={inside === undefined ? '' : words.people(inside)} />
  );
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
          {saySignedIn().duty.change}
        </Button>
      </header>
      {children}
      <nav class="tiles" aria-label={say().app}>
        {inCharge(standing) ? (
          <>
            <Tile
              to="/swaps"
              icon="stamp"
              title={words.waiting}
              hint={waiting > 0 ? words.decide(waiting) : saySignedIn().inbox.empty}
              loud={waiting > 0}
              main
            />
            <Tile to="/board" icon="board" title={words.board} hint={words.boardHint} />
            {standing.leads.length > 0 && (
              <Tile to="/roster" icon="calendar" title={words.roster} hint={words.rosterHint} />
            )}
            <Tile to="/clock" icon="clock" title={words.clock} hint={shift} />
            {visitors}
          </>
        ) : (
          <>
            <Tile to="/clock" icon="clock" title={words.clock} hint={shift} />
            <Tile to="/visitors/new" icon="add" title={words.arrive} hint={words.arriveHint} main />
            {visitors}
            <Tile
              to="/shifts"
              icon="calendar"
              title={words.shifts}
              hint={waiting > 0 ? words.asked(waiting) : words.swap}
              loud={waiting > 0}
            />
          </>
        )}
      </nav>
      <nav class="home-more" aria-label={words.month}>
        <Link to="/month" class="button">
          <Icon name="calendar" />
          {words.month}
        </Link>
        {keepsAttendance(standing) && (
          <Link to="/attendance" class="button">
            <Icon name="board" />
            {words.sheet}
          </Link>
        )}
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
