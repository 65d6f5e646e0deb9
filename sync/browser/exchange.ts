/**
 * All that talks to the server, and what tidies up behind it. A chunk of its own: recording and showing acts, which is
 * what a cold start with no network needs, comes first.
 */

import './office.ts';

export { makeCode, setPassword } from './codes.ts';
export { history } from './history.ts';
export { keepHouse } from './housekeeping.ts';
export { Loop } from './loop.ts';
export { signIn, signOut } from './session.ts';
