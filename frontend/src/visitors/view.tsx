// The visitor screens and their addresses. On a tablet a list stays beside the record that was opened from it.

import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { lazy } from '../ui/lazy.tsx';
import { Empty } from '../ui/panel.tsx';
import { wide } from '../ui/wide.ts';

const screens = () => import('./screens.tsx');
// Opened at one of them: their chunk comes while the device's storage opens.
if (location.pathname.startsWith('/visitors')) screens().catch(() => undefined);
const Arrive = lazy(async () => (await screens()).Arrive);
const InsideList = lazy(async () => (await screens()).InsideList);
export const Latest = lazy(async () => (await screens()).Latest);
const Amend = lazy(async () => (await screens()).Amend);
const Exit = lazy(async () => (await screens()).Exit);
const History = lazy(async () => (await screens()).History);
const Search = lazy(async () => (await screens()).Search);
const VisitPage = lazy(async () => (await screens()).VisitPage);

const lists = { inside: InsideList, search: Search, history: History };

/** The list that was looked at last: it stays beside what is opened from it. */
const beside = signal<keyof typeof lists>('inside');

function Pair({ list, detail }: { list: ComponentChildren; detail?: ComponentChildren }) {
  if (!wide.value) return <>{detail ?? list}</>;
  return (
    <div class="split">
      <div class="pane">{list}</div>
      <div class="pane">{detail ?? <Empty icon="people" title={saySignedIn().page.pick} />}</div>
    </div>
  );
}

function list(name: keyof typeof lists) {
  return () => {
    beside.value = name;
    const List = lists[name];
    return <Pair list={<List />} />;
  };
}

function detail(draw: (id: string) => ComponentChildren) {
  return (id: string) => {
    const List = lists[beside.value];
    return <Pair list={<List current={id} />} detail={draw(id)} />;
  };
}

export const visitorScreens = [
  { path: '/visitors', draw: list('inside') },
  { path: '/visitors/search', draw: list('search') },
  { path: '/visitors/history', draw: list('history') },
  { path: '/visitors/new', draw: () => <Pair list={<InsideList />} detail={<Arrive />} /> },
  { path: '/visitors/exit', draw: () => <Pair list={<InsideList />} detail={<Exit />} /> },
  { path: '/visitors/of/:id', draw: detail((id) => <VisitPage key={id} id={id} />) },
  { path: '/visitors/amend/:id', draw: detail((id) => <Amend key={id} id={id} />) },
];
