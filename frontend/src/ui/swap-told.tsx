// What a rule about swaps says, in a sentence with its facts.

import { saySwapRules } from '../messages/swap-rules/index.ts';
import type { Facts } from '../messages/swap-rules/zh-CN.ts';
import { useApp, useNow } from './context.ts';
import { Said } from './said.tsx';
import { dayWords, span } from './time.ts';
import { type Names, nameOf } from './values.ts';

export type Told = Readonly<Record<string, string | number>>;
const MINUTE = 60_000;

/** The facts of a decision or a warning in words. */
function factsOf(told: Told, names: Names, self: string, now: number): Facts {
  const text = (name: string) => String(told[name] ?? '');
  const day = (name: string) => (text(name) === '' ? '' : dayWords(Date.parse(text(name)), now, 'UTC'));
  return {
    text,
    who: nameOf(names, text('who'), self),
    date: day('date'),
    other: day('other'),
    rest: span(Number(told['rest_min'] ?? 0) * MINUTE),
    post: names.get(text('post')) ?? '',
  };
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
  const sentence = saySwapRules()[of][code];
  return <Said text={sentence ? sentence(factsOf(told, names, who.person, now)) : otherwise} />;
}
