import { sayRequests } from '../messages/requests/index.ts';
import { StateBadge } from '../ui/badge.tsx';
import { inCharge, useApp, useNow, useRows } from '../ui/context.ts';
import { type FieldWords, History } from '../ui/history.tsx';

import { Empty, Heading, Loading } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import { nameOf } from '../ui/values.ts';
import { CorrectionCard } from './card.tsx';
import { Line } from './list.tsx';
import { KINDS, readDesk, toDecide } from './queries.ts';

const ofCorrections: FieldWords = {
  field: (name) => ({ reason: sayRequests().because, note: sayRequests().note })[name] ?? '',
  value: (_name, value) => (typeof value === 'string' ? value : ''),
};

/** One correction: how it stands, what can be decided about it, and its whole history. */
export function CorrectionPage({ id }: { id: string }) {
  const { engine, who, standing } = useApp();
  const words = sayRequests();
  const now = useNow(engine);
  const desk = useRows(engine, who.person, KINDS, readDesk);
  if (desk === undefined) return <Loading />;
  const request = desk.requests.find((one) => one.id === id);
  const up = inCharge(standing) ? '/swaps' : '/corrections';
  if (request === undefined) {
    return (
      <section class="page stack">
        <Heading title={words.correction} up={up} />
        <Empty icon="search" title={words.gone} />
      </section>
    );
  }
  const state = desk.states.get(id);
  const decide = toDecide(desk, who.person, now).some((one) => one.id === id);
  return (
    <section class="page stack">
      <Heading title={words.correction} up={up}>
        {state && <StateBadge state={state} />}
      </Heading>
      {request.person !== who.person && <Said class="strong" text={nameOf(desk.names, request.person, who.person)} />}
      {decide ? (
        <CorrectionCard request={request} desk={desk} />
      ) : (
        <ul class="list">
          <Line request={request} desk={desk} />
        </ul>
      )}
      <History id={id} words={ofCorrections} />
    </section>
  );
}
