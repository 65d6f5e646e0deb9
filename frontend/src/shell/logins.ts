// Staff numbers of people who signed in here before, so that a tap on a name fills one in. A phone number is personal
// and a tablet is shared, so those are not kept.

const KEPT = 'gatehouse.logins';

function read(): Record<string, string> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '{}');
    return typeof found === 'object' && found !== null ? (found as Record<string, string>) : {};
  } catch {
    return {};
  }
}

export function loginOf(person: string): string | undefined {
  const login = read()[person];
  return typeof login === 'string' ? login : undefined;
}

export function keepLogin(person: string, login: string): void {
  if (/^\+?[\d\s-]{9,}$/.test(login)) return;
  localStorage.setItem(KEPT, JSON.stringify({ ...read(), [person]: login }));
}

/** A device that becomes a shared tablet keeps nobody's. */
export function forgetLogins(): void {
  localStorage.removeItem(KEPT);
}
