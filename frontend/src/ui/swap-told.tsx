// What a rule about swaps says, in a sentence with its facts.

import { saySwapRules } from '../messages/swap-rules/index.ts';
import { useApp, useNow } from './context.ts';
import { Said } from './said.tsx';
import { dayWords, span } from './time.ts';
import { type Names, nameOf } from './values.ts';

export type Told = Readonly<Record<string, string | number>>;
const MINUTE = 60_000;

/** Which facts a sentence names, in its order. */
const FACTS: Readonly<Record<string, readonly string[]>> = {
  swap_notice: ['notice_min'],
  swap_holiday: ['date'],
  swap_night: ['date'],
  swap_consecutive: ['who', 'other', 'date'],
  swap_passed_on: ['date'],
  swap_cap: ['month', 'nth', 'cap'],
  swap_skill: ['who', 'skill'],
  swap_grade: ['who', 'grade', 'needs'],
  back_to_back: ['who', 'rest_min', 'hours'],
  on_leave: ['who', 'date'],
  reason_needed: ['post', 'after', 'least'],
  over_cap: ['nth', 'cap'],
  over_cap_points: ['nth', 'cap', 'points'],
  rest_short: ['who', 'rest_min', 'hours'],
  skill_missing: ['who', 'skill'],
  skill_unknown: ['who'],
  cover_low: ['post', 'after', 'least'],
};

/** One code can have two sentences, by what it tells. */
function keyOf(code: string, told: Told): string {
  if (code === 'swap_skill' && 'grade' in told) return 'swap_grade';
  return code === 'over_cap' && told['points'] !== 0 ? 'over_cap_points' : code;
}

/** A fact of a decision or a warning in words. */
function factOf(name: string, told: Told, names: Names, self: string, now: number): string {
  const fact = String(told[name] ?? '');
  if (name === 'who') return nameOf(names, fact, self);
  if (name === 'post') return names.get(fact) ?? '';
  if (name === 'rest_min') return span(Number(fact) * MINUTE);
  return name === 'date' || name === 'other' ? dayWords(Date.parse(fact), now, 'UTC') : fact;
}

interface Props {
  code: string;
  told: Told;
  names: Names;
  /** Said when this version knows no sentence for it. */
  otherwise?: string;
  of?: 'refused' | 'against';
}

export function SwapTold({ code, told, names, otherwise = '', of = 'refused' }: Props) {
  const { engine, who } = useApp();
  const now = useNow(engine);
  const key = keyOf(code, told);
  const sentences: Readonly<Record<string, (...facts: string[]) => string>> = saySwapRules()[of];
  const facts = (FACTS[key] ?? []).map((name) => factOf(name, told, names, who.person, now));
  return <Said text={sentences[key]?.(...facts) ?? otherwise} />;
}
