/** Which streams carry an entity (P23). They follow from its own attributes; a transfer changes grants, not history. */

import type { Body } from './apply.ts';

/** The scopes of an entity of `org`. */
export function scopesOf(body: Body, org: string): string[] {
  const { f } = body;
  switch (body.kind) {
    case 'visit':
    case 'post':
    case 'gate':
    case 'building':
    case 'unit':
    case 'vehicle':
    case 'outage':
    case 'silence':
      return [`site:${f['site']}`];
    case 'site':
      return [`site:${body.id}`];
    case 'org':
    case 'person':
    case 'team':
    case 'template':
    case 'policy':
    case 'override':
    case 'holiday':
      return [`org:${org}`];
    case 'role':
      return [`person:${f['person']}`, `office:${org}`];
    case 'deputy':
      return [`person:${f['absent']}`, `person:${f['deputy']}`, `office:${org}`];
    case 'notice':
      return [`person:${f['person']}`];
    case 'outcome':
    case 'kiosk':
      return [`device:${f['device']}`];
    case 'device':
      return [`office:${org}`];
    case 'leave':
    case 'outing':
    case 'correction':
      return ofARequest(body);
    case 'month':
      return [`person:${f['person']}`, ...(f['teams'] as string[]).map((team) => `lead:${team}`)];
    case 'penalty':
      return [`person:${f['owner']}`, `lead:${f['team']}`];
    default:
      return ofATeam(body);
  }
}

/** Scopes of what a team's people do: theirs, their colleagues', their supervisors', the post's tablet's. */
function ofATeam({ kind, by, f }: Body): string[] {
  switch (kind) {
    case 'shift':
      return [`person:${f['person']}`, `team:${f['team']}`, `post:${f['post']}`];
    case 'punch':
    case 'receipt':
      return [`person:${by}`, ...(f['team'] === undefined ? [] : [`lead:${f['team']}`])];
    case 'swap': {
      const asked = f['asked'] as string[];
      const told = asked.length > 0 ? asked.map((one) => `person:${one}`) : [`team:${f['team']}`];
      return [`person:${by}`, `lead:${f['team']}`, ...told];
    }
    case 'badge':
      return [`post:${f['post']}`];
    case 'roster':
    case 'publication':
    case 'period':
      return [`team:${f['team']}`];
    default:
      return [];
  }
}

/** Scopes of what superiors decide: the person's, who handed it in, the team's supervisors', who decides or did. */
function ofARequest({ by, f }: Body): string[] {
  const some = (name: string) => (f[name] ?? []) as string[];
  const people = new Set([by, f['person'] as string, ...some('deciders'), ...some('approved')]);
  if (f['decided_by'] !== undefined) people.add(f['decided_by'] as string);
  const told = [...people].sort().map((one) => `person:${one}`);
  return f['team'] === undefined ? told : [...told, `lead:${f['team']}`];
}
