import type { words as simplified } from './zh-CN.ts';

export const words: typeof simplified = {
  title: 'Shifts in a calendar',
  lead: 'See your own shifts in the calendar of your phone or computer.',
  open: 'Subscribe to my shifts',
  offline: 'Subscribing needs the network. Connect and try again.',
  none: 'There is no address yet.',
  has: (time: string) =>
    `An address was made ${time}. It is shown once only; if you lost it, make a new one, and the old one stops working.`,
  make: 'Make an address',
  remake: 'Make a new one',
  end: 'Stop the address',
  ended: 'Stopped; the old address answers no more',
  address: 'Your address',
  copy: 'Copy address',
  copied: 'Copied',
  notCopied: 'Could not copy; hold the address and copy it by hand.',
  subscribe: 'Subscribe in this device’s calendar',
  secret:
    'Whoever has this address sees when you are at which post. Keep it out of group chats; if it got out, stop it or make a new one.',
  slow: 'Calendars decide how often they look: Apple about every hour, Google every 8 to 24 hours, Outlook within 24 hours. For late changes this app is right.',
  span: 'It holds shifts from 7 days back to 42 days ahead.',
  again: 'Try again',
  busy: 'One moment',
};
