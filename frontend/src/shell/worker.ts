/** The part of Trusted Types we use; browsers without it take the plain string. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

const WORKER = '/sw.js';

/**
 * Registers the service worker; undefined where there is none (in-app browsers, plain HTTP on a LAN).
 * The policy's name is the one that the server's Content-Security-Policy allows, and it lets one address through.
 */
export async function registerWorker(): Promise<ServiceWorkerRegistration | undefined> {
  if (!('serviceWorker' in navigator)) return undefined;
  return navigator.serviceWorker.register(trusted(WORKER), { updateViaCache: 'none' });
}

function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy('gatehouse', {
    createScriptURL(asked) {
      if (asked !== WORKER) throw new TypeError(`${asked} is not a script of ours`);
      return asked;
    },
  });
  return policy ? policy.createScriptURL(url) : url;
}
