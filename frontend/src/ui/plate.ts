// Number plates: which keys the keypad offers, and what a typed plate is.

/** Provinces in the order guards look for them: by region, as on every plate keypad. */
export const PROVINCES = [...'京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新使'];
/** I and O are not used on plates: they look like 1 and 0. */
export const SIGNS = [...'1234567890QWERTYUPASDFGHJKLZXCVBNM'];
/** Last places of police, learner, trailer, embassy, Hong Kong and Macau plates. */
export const ENDINGS = [...'学警挂领港澳'];

export const LONGEST = 12;

export type PlateShape = 'empty' | 'partial' | 'plain' | 'green' | 'other';

/** What the text is as a mainland plate; `other` is kept as typed (foreign, temporary, military plates). */
export function shape(plate: string): PlateShape {
  if (plate === '') return 'empty';
  if (!PROVINCES.includes(plate.charAt(0))) return 'other';
  const rest = plate.slice(1);
  if (!/^(?:[A-HJ-NP-Z](?:[A-HJ-NP-Z0-9]*[学警挂领港澳]?))?$/.test(rest)) return 'other';
  if (rest.length < 6) return 'partial';
  if (rest.length === 6) return 'plain';
  return rest.length === 7 && !ENDINGS.includes(rest.at(-1) ?? '') ? 'green' : 'other';
}

/**
 * A typed or pasted plate as it is kept: no spaces, hyphens or dots, capitals. Of two provinces the second counts: the
 * first is the one that the keypad offered.
 */
export function clean(typed: string): string {
  const signs = [
    ...typed
      .normalize('NFC')
      .replace(/[\s\-·.]/g, '')
      .toUpperCase(),
  ];
  const doubled = PROVINCES.includes(signs[0] ?? '') && PROVINCES.includes(signs[1] ?? '');
  return signs
    .slice(doubled ? 1 : 0)
    .slice(0, LONGEST)
    .join('');
}

/** The plate after a key. A province key replaces the province; other keys add, up to eight places. */
export function press(plate: string, key: string): string {
  if (PROVINCES.includes(key)) return key + (PROVINCES.includes(plate.charAt(0)) ? plate.slice(1) : plate);
  return [...plate].length < 8 ? plate + key : plate;
}

export function erase(plate: string): string {
  return [...plate].slice(0, -1).join('');
}

/** Whether the key can come next: the second place is a letter, endings only close a plate. */
export function fits(plate: string, key: string): boolean {
  if (plate.length === 1 && PROVINCES.includes(plate)) return /[A-Z]/.test(key);
  if (ENDINGS.includes(key)) return plate.length >= 5 && plate.length <= 6;
  return plate.length > 0 && plate.length < 8;
}
