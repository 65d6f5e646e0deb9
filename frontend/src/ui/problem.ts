import type { Answer, Problem } from '@gatehouse/sync/api';
import { say } from '../messages/index.ts';

/** A problem in words: ours where the code is known, else the sentence it came with. */
export function problemWords({ code, detail, retryAfter }: Problem): string {
  const words = say().problem as Record<string, unknown>;
  const known = words[code];
  const sentence = typeof known === 'string' ? known : (detail ?? say().problem.other(code));
  return retryAfter === undefined ? sentence : `${sentence} ${say().problem.wait(Math.ceil(retryAfter))}`;
}

/** The answer of an act, also when the engine threw: a tap is always answered. */
export async function answered<T>(act: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await act;
  } catch (error) {
    console.error(error);
    return { problem: { code: 'fault' } };
  }
}
