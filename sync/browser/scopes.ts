/** Which streams carry an entity (P23). They follow from its own attributes; a transfer changes grants, not history. */

import type { Body } from './apply.ts';

/** The scopes of an entity of `org`. */
export function scopesOf(body: Body, org: string): string[] {
  const { f } = body;
  switch (body.kind) {
    case 'visit':
    case 'post':
    case 'gate':
      return [`site:${f['site']}`];
    case 'site':
      return [`site:${body.id}`];
    case 'org':
    case 'person':
    case 'team':
      return [`org:${org}`];
    case 'role':
    case 'notice':
      return [`person:${f['person']}`];
    case 'outcome':
      return [`device:${f['device']}`];
    default:
      return [];
  }
}
