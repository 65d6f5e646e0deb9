// Spreadsheets in and out, and their address.

import { lazy } from '../ui/lazy.tsx';
import type { Screen } from '../ui/screen.ts';

const screen = () => import('./sheets.tsx');
// Opened here: its chunk comes while the device's storage opens.
if (location.pathname === '/office/import') screen().catch(() => undefined);
const Sheets = lazy(async () => (await screen()).Sheets);

export const sheetScreens: readonly Screen[] = [{ path: '/office/import', draw: () => <Sheets /> }];
