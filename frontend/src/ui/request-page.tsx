// A request's own screen, and the cards of those that wait: the same for every kind that superiors decide.

import type { ComponentChildren } from 'preact';
import { sayRequests } from '../messages/requests/index.ts';
import { StateBadge } from './badge.tsx';
import { inCharge, useApp, useNow, useRows } from './context.ts';
import { Gone } from './gone.tsx';
import { type FieldWords, History } from './history.tsx';
import { Heading, Loading } from './panel.tsx';
import { byDeadline, type Desk, type Request, type Source, toDecide } from './requests.ts';

interface PageProps<D extends Desk> {
  id: string;
  source: Source<D>;
  /** The list that a person's own are in. */
  list: string;
  /** What it is called, once it is here and while it is not. */
  title: (request: Request | undefined) => string;
  fields: FieldWords;
  /** How it stands, and what can be done; `decide` when this person's word is waited for. */
  children: (request: Request, desk: D, decide: boolean) => ComponentChildren;
}

/** One request: how it stands, what can be done about it, and its whole history. */
export function RequestPage<D extends Desk>({ id, source, list, title, fields, children }: PageProps<D>) {
  const { engine, who, standing } = useApp();
  const now = useNow(engine);
  const desk = useRows(engine, who.person, source.kinds, source.read);
  if (desk === undefined) return <Loading />;
  const request = desk.requests.find((one) => one.id === id);
  const up = inCharge(standing) ? '/swaps' : list;
  if (request === undefined) {
    return (
      <Gone title={title(request)} up={up}>
        {sayRequests().gone}
      </Gone>
    );
  }
  const state = desk.states.get(id);
  const decide = toDecide(desk, who.person, now).some((one) => one.id === id);
  return (
    <section class="page stack">
      <Heading title={title(request)} up={up}>
        {state && <StateBadge state={state} />}
      </Heading>
      {children(request, desk, decide)}
      <History id={id} words={fields} />
    </section>
  );
}

interface CardsProps<D extends Desk> {
  source: Source<D>;
  card: (request: Request, desk: D) => ComponentChildren;
}

/** Those that wait for this person, the most urgent first, for the one list of what waits. */
export function WaitingCards<D extends Desk>({ source, card }: CardsProps<D>) {
  const { engine, who } = useApp();
  const now = useNow(engine);
  const desk = useRows(engine, who.person, source.kinds, source.read);
  const waiting = desk ? byDeadline(toDecide(desk, who.person, now)) : [];
  if (desk === undefined || waiting.length === 0) return null;
  return (
    <ul class="cards">
      {waiting.map((request) => (
        <li key={request.id}>{card(request, desk)}</li>
      ))}
    </ul>
  );
}
