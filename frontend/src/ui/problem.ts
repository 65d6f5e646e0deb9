import type { Problem } from '@gatehouse/sync/api';
import { say } from '../messages/index.ts';

/** A problem in words: ours where the code is known, else the sentence it came with. */
export function problemWords({ code, detail, retryAfter }: Problem): string {
  const words = say().problem as Record<string, unknown>;
  const known = words[code];
  const sentence = typeof known === 'string' ? known : (detail ?? say().problem.other(code));
  return retryAfter === undefined ? sentence : `${sentence} ${say().problem.wait(Math.ceil(retryAfter))}`;
}
