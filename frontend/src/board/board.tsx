import { useState } from 'preact/hooks';
import { sayBoard } from '../messages/board/index.ts';
import { textOf, useApp, useNow, useRows, useWatch } from '../ui/context.ts';
import { Chips } from '../ui/field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Empty, Heading, Loading } from '../ui/panel.tsx';
import { Said, visible } from '../ui/said.tsx';
import { moment } from '../ui/time.ts';
import type { Names } from '../ui/values.ts';
import { Counts } from './counts.tsx';
import { PersonLine } from './line.tsx';
import { boardOf, type Count, type Found, type Group, narrowed, readBoard, tally } from './queries.ts';
import { ShiftSheet } from './shift-sheet.tsx';

/** Who is there and who is due, by post, with the reach of the data that says so. */
export function Board() {
  const { engine, who, standing } = useApp();
  const words = sayBoard();
  const found = useRows(engine, who.person, ['shift', 'punch', 'gate', 'post', 'site', 'person'], (view) =>
    readBoard(view, engine.now()),
  );
  return (
    <section class="page roomy stack board">
      <Heading title={words.title}>
        <Age />
      </Heading>
      {standing.leads.length === 0 ? (
        <Empty icon="people" title={words.noTeam}>
          {words.noTeamHint}
        </Empty>
      ) : found ? (
        <Present found={found} />
      ) : (
        <Loading />
      )}
    </section>
  );
}

/** Until when this device itself has heard the others. */
function Age() {
  const { engine, duty } = useApp();
  const words = sayBoard();
  const now = useNow(engine);
  const status = useWatch(engine.status);
  if (!status) return null;
  const offline = status.network === 'offline';
  const at = status.syncedAt === null ? '' : moment(status.syncedAt, now, duty.zone);
  return (
    <p class={offline ? 'board-age warn row' : 'board-age soft row'}>
      {offline && <Icon name="offline" />}
      {at ? (offline ? words.offline(at) : words.age(at)) : words.never}
    </p>
  );
}

function Present({ found }: { found: Found }) {
  const { engine, standing, duty } = useApp();
  const words = sayBoard();
  const now = useNow(engine);
  const [place, setPlace] = useState({ site: '', post: '' });
  const [count, setCount] = useState<Count | ''>('');
  const [open, setOpen] = useState('');

  const groups = boardOf(found, standing.leads, now);
  if (groups.length === 0) {
    return (
      <Empty icon="calendar" title={words.nobody}>
        {words.nobodyHint}
      </Empty>
    );
  }
  const sites = [...new Set(groups.map((group) => group.site))];
  // What was chosen may have left the board since: then everything is shown, never nothing without a way back.
  const site = sites.includes(place.site) ? place.site : '';
  const post = groups.some((group) => group.site === site && group.post === place.post) ? place.post : '';
  const here = narrowed(groups, site, post, '');
  const shown = narrowed(here, '', '', count);
  const lines = groups.flatMap((group) => group.lines.map((line) => ({ group, line })));
  const picked = lines.find(({ line }) => line.shift.id === open);
  const zone = (group: Group) => textOf(found.sites.get(group.site), 'zone') || duty.zone;
  return (
    <>
      {sites.length > 1 && (
        <Places groups={groups} sites={sites} names={found.names} site={site} post={post} onPick={setPlace} />
      )}
      <Counts numbers={tally(here.flatMap((group) => group.lines))} value={count} onPick={setCount} />
      {shown.length === 0 && <Empty icon="people" title={words.noMatch} />}
      <div class="board-posts">
        {shown.map((group) => (
          <section key={group.post} class="board-post">
            <h2 class="row wrap">
              <Said class="grow" text={found.names.get(group.post) || words.otherPost} />
              <span class="soft small">
                {sites.length > 1 && <Said text={`${found.names.get(group.site) ?? ''} · `} />}
                {words.people(group.lines.length)}
              </span>
            </h2>
            <ul class="board-list">
              {group.lines.map((line) => (
                <PersonLine
                  key={line.shift.id}
                  line={line}
                  name={found.names.get(line.shift.person)}
                  now={now}
                  zone={zone(group)}
                  onOpen={() => setOpen(line.shift.id)}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {picked && (
        <ShiftSheet line={picked.line} found={found} now={now} zone={zone(picked.group)} onClose={() => setOpen('')} />
      )}
    </>
  );
}

interface PlacesProps {
  groups: readonly Group[];
  sites: readonly string[];
  names: Names;
  site: string;
  post: string;
  onPick: (place: { site: string; post: string }) => void;
}

/** Sites to choose from, then the posts of the one chosen. */
function Places({ groups, sites, names, site, post, onPick }: PlacesProps) {
  const words = sayBoard();
  const posts = groups.filter((group) => group.site === site).map((group) => group.post);
  const option = (id: string): [string, string] => [id, visible(names.get(id) || words.otherPost)];
  const all: [string, string] = ['', words.all];
  return (
    <>
      <Chips
        label={words.site}
        hideLabel
        options={[all, ...sites.map(option)]}
        value={site}
        onPick={(next) => onPick({ site: next, post: '' })}
      />
      {posts.length > 1 && (
        <Chips
          label={words.post}
          hideLabel
          options={[all, ...posts.map(option)]}
          value={post}
          onPick={(next) => onPick({ site, post: next })}
        />
      )}
    </>
  );
}
