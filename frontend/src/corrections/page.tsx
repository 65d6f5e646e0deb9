import { sayRequests } from '../messages/requests/index.ts';
import { useApp } from '../ui/context.ts';
import type { FieldWords } from '../ui/history.tsx';
import { RequestPage } from '../ui/request-page.tsx';
import { Said } from '../ui/said.tsx';
import { nameOf } from '../ui/values.ts';
import { CorrectionCard } from './card.tsx';
import { Line } from './list.tsx';
import { DESK } from './queries.ts';

const ofCorrections: FieldWords = {
  field: (name) => ({ reason: sayRequests().because, note: sayRequests().note })[name] ?? '',
  value: (_name, value) => (typeof value === 'string' ? value : ''),
};

/** One correction: how it stands, what can be decided about it, and its whole history. */
export function CorrectionPage({ id }: { id: string }) {
  const { who } = useApp();
  const title = () => sayRequests().correction;
  return (
    <RequestPage id={id} source={DESK} list="/corrections" title={title} fields={ofCorrections}>
      {(request, desk, decide) => (
        <>
          {request.person !== who.person && (
            <Said class="strong" text={nameOf(desk.names, request.person, who.person)} />
          )}
          {decide ? (
            <CorrectionCard request={request} desk={desk} />
          ) : (
            <ul class="list">
              <Line request={request} desk={desk} />
            </ul>
          )}
        </>
      )}
    </RequestPage>
  );
}
