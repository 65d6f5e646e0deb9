import type { Engine, Kiosk as Post } from '@gatehouse/sync/api';
import type { ComponentChildren } from 'preact';

interface KioskProps {
  engine: Engine;
  kiosk: Post;
  onSignIn: () => void;
  children: ComponentChildren;
}

export function Kiosk(_: KioskProps) {
  return null;
}
