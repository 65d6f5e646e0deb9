// The inbox and its address.

import { lazy } from '../ui/lazy.tsx';

const InboxList = lazy(async () => (await import('./list.tsx')).InboxList);

export const inboxScreens = [{ path: '/inbox', draw: () => <InboxList /> }];
