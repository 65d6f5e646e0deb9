import type { words as simplified } from './zh-CN.ts';

export const words: typeof simplified = {
  title: 'Nothing can be recorded at this address',
  why: 'It begins with http://. Browsers allow offline storage and device keys only at https:// addresses, or on the server’s own computer. So that no record gets lost, none is taken here.',
  guide: 'Follow the install page once, about three minutes:',
  go: 'Open the install page',
  admin:
    'Tell an administrator: the server must be started with gatehouse serve --lan, or stand behind an https:// address. See docs/deploy.md.',
};
