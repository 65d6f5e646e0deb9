// Whether this device already takes the server's certificate, found out by trying.

/** What the server tells: two origins, and its authority's SHA-256 as hexadecimal pairs with colons. */
export interface Facts {
  app: string;
  install: string;
  fingerprint: string;
}

/** `silent`: nobody answered, as when a firewall throws the packets away; a certificate is refused at once. */
export type Trust = 'trusted' | 'notYet' | 'silent';

const PATIENCE = 6_000;

/** Null when this server has no install page. */
export async function readFacts(): Promise<Facts | null> {
  const answer = await fetch('/api/install', { cache: 'no-store' });
  const facts = (await answer.json()) as Facts | { app: null };
  return facts.app === null ? null : facts;
}

/** Asks the app's secure origin for anything: an answer, whatever it says, means that the browser took the certificate. */
export async function askTrust(app: string, patience = PATIENCE): Promise<Trust> {
  try {
    await fetch(`${app}/manifest.webmanifest`, {
      mode: 'no-cors',
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(patience),
    });
    return 'trusted';
  } catch (error) {
    return error instanceof DOMException && error.name === 'TimeoutError' ? 'silent' : 'notYet';
  }
}

export type System = 'android' | 'ios' | 'windows';

/** The system whose steps are shown first; iPads say that they are Macs. */
export function system(agent: string, touchPoints: number): System {
  if (/iPhone|iPad/.test(agent) || (/Macintosh/.test(agent) && touchPoints > 1)) return 'ios';
  return /Windows/.test(agent) ? 'windows' : 'android';
}

/** A fingerprint in lines of eight pairs, as the server prints it. */
export function lines(fingerprint: string): string[] {
  return fingerprint.match(/(?:[^:]+:?){1,8}/g)?.map((line) => line.replace(/:$/, '')) ?? [];
}
