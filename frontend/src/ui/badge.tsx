import type { RecordState } from '@gatehouse/sync/api';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Icon } from './icons.tsx';

/** How one's own acts on a record stand, as a shape and a word; a held act is delivered, and says that it is held. */
export function StateBadge({ state }: { state: RecordState }) {
  const words = saySignedIn().state;
  const held = state.state === 'delivered' && state.code !== undefined;
  const name = held ? 'held' : state.state;
  return (
    <span class={`badge ${name}`}>
      <Icon name={name} />
      {words[name]}
    </span>
  );
}

/** The sentence for a decision's code: why it was refused or is held. */
export function reason(code: string): string {
  return saySignedIn().code[code] ?? saySignedIn().otherCode(code);
}
