import { clauseText } from '../messages/clauses/index.ts';

/** The clause that something rests on: its number and regulation, and what it says in short. Drawn lazily. */
export function Clause({ id, pack }: { id: string; pack?: string | undefined }) {
  const { title, sentence } = clauseText(id, pack);
  return (
    <p class="clause">
      <span class="small strong">{[id, title].filter(Boolean).join(' · ')}</span>
      {sentence && <span class="block">{sentence}</span>}
    </p>
  );
}
