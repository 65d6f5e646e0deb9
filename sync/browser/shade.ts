/** Hold and shade: what devices keep of a record, and for how long (PROTOCOL 10.5, P25). Pure. */

import type { Json } from './api.ts';
import type { Body } from './apply.ts';
import { hex, hmacSha256 } from './canon.ts';
import { DAY, entityKind, type Field, own } from './entities.ts';

const DROPPED = /[ \-·\u3000\u00a0]/g;
const COMPOUND_SURNAMES = new Set(
  '欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 歐陽 司馬 諸葛 東方 尉遲 公孫'.split(' '),
);

/** When the entity was closed, UTC ms; null while it is open or of a kind that never closes. */
export function closedAt(body: Body): number | null {
  const { closed_by } = entityKind(body.kind);
  const value = closed_by === undefined ? undefined : body.f[closed_by];
  return typeof value === 'number' ? value : null;
}

/** The UTC day number on which devices drop the entity; 0 while it is open. */
export function expiryDay(body: Body): number {
  const closed = closedAt(body);
  return closed === null ? 0 : Math.floor((closed + (entityKind(body.kind).keep_ms ?? 0)) / DAY);
}

/** The entity as a device may hold it at `now`: itself, its shade, or null past keeping. No key, no hashes. */
export function shade(body: Body, key: Uint8Array | null, now: number): Body | null {
  const closed = closedAt(body);
  if (closed === null) return body;
  const entity = entityKind(body.kind);
  if (now >= expiryDay(body) * DAY) return null;
  if (now < closed + (entity.full_ms ?? 0) || body.sh) return body;
  const f: Record<string, Json> = {};
  const h: Record<string, string> = {};
  for (const [name, value] of Object.entries(body.f)) {
    const field = own(entity.fields, name);
    if (field !== undefined && !field.private) f[name] = value;
    if (field === undefined || !field.private || typeof value !== 'string') continue;
    if (field.mask !== undefined) f[name] = masked(field, value);
    if (field.hashed && key !== null) h[name] = keyedHash(key, name, value);
  }
  return { ...body, f, sh: true, ...(Object.keys(h).length > 0 ? { h } : {}) };
}

/** A private text as the shade shows it: the surname, or the last three characters. */
export function masked(field: Field, value: string): string {
  const points = [...value];
  if (field.mask === 'surname') {
    const first = points.slice(0, 2).join('');
    const surname = COMPOUND_SURNAMES.has(first) && points.length > 2 ? points.slice(0, 2) : points.slice(0, 1);
    return surname.join('') + '*'.repeat(Math.min(2, points.length - surname.length));
  }
  if (points.length <= 3) return '*'.repeat(points.length);
  return '*'.repeat(Math.min(3, points.length - 3)) + points.slice(-3).join('');
}

/** The text as search compares it: NFC, without spaces, hyphens and middle dots, ASCII letters upper-case. */
export function fold(value: string): string {
  return value
    .normalize('NFC')
    .replace(DROPPED, '')
    .replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

/** 16 hex digits that find a value again without telling it to whoever lacks the site's key. */
export function keyedHash(key: Uint8Array, name: string, value: string): string {
  return hex(hmacSha256(key, `${name}:${fold(value)}`)).slice(0, 16);
}
