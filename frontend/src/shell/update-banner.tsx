import { say } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { Banner } from '../ui/panel.tsx';
import { applyUpdate, update } from './update.ts';

export function UpdateBanner() {
  const words = say().update;
  if (update.value === 'none') return null;
  const ready = update.value === 'ready';
  return (
    <Banner action={<Button onClick={applyUpdate}>{ready ? words.apply : words.reload}</Button>}>
      {ready ? words.ready : words.others}
    </Banner>
  );
}
