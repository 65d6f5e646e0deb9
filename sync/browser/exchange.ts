/**
 * All that talks to the server, what tidies up behind it, and what only an app just updated needs. A chunk of its own:
 * recording and showing acts, which is what a cold start with no network needs, comes first.
 */

import './office.ts';

export { makeCode, setPassword } from './codes.ts';
export { effects } from './effects.ts';
export { file } from './files.ts';
export { history } from './history.ts';
export { keepHouse } from './housekeeping.ts';
export { Loop } from './loop.ts';
export { online } from './online.ts';
export { signIn, signOut } from './session.ts';
export { upcast } from './upcast.ts';
