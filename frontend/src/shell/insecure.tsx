import { say } from '../messages/index.ts';
import { Empty } from '../ui/panel.tsx';

/** Plain HTTP on a LAN: the browser gives no storage worth the name there, so nothing is recorded at all. */
export function Insecure() {
  const words = say().insecure;
  return (
    <main class="sign-in">
      <Empty icon="needs_you" title={words.title}>
        {words.lead}
      </Empty>
    </main>
  );
}
