import type { Engine, Kiosk as Place } from '@gatehouse/sync/api';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useIdle } from '../ui/idle.ts';
import { lazy } from '../ui/lazy.tsx';
import { forgetLogins } from './logins.ts';
import { SyncChip } from './sync-chip.tsx';
import { TroubleBanner } from './trouble.tsx';
import { applyUpdate, update } from './update.ts';

const Kiosk = lazy<{ engine: Engine; kiosk: Place; onSignIn: () => void; children: ComponentChildren }>(
  async () => (await import('../clock/screens.tsx')).Kiosk,
);

/** Nobody stands at the tablet: half a form cannot be lost, and nobody may ever come to tap an update's button. */
const LEFT_ALONE = 5 * 60_000;

/** A post's tablet with nobody signed in, and what surrounds its screen. */
export function SharedTablet({ engine, kiosk, onSignIn }: { engine: Engine; kiosk: Place; onSignIn: () => void }) {
  useIdle(LEFT_ALONE, update.value, () => {
    if (update.value !== 'none') applyUpdate();
  });
  useEffect(forgetLogins, []);
  // Moved to another post, it begins anew: nobody's buttons stay from the post before.
  return (
    <Kiosk key={kiosk.post} engine={engine} kiosk={kiosk} onSignIn={onSignIn}>
      <SyncChip engine={engine} />
      <TroubleBanner engine={engine} />
    </Kiosk>
  );
}
