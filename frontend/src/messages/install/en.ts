import type { words as simplified } from './zh-CN.ts';

export const words: typeof simplified = {
  title: 'Set up Gatehouse on this device',
  lead: 'To record without a network, this device must first trust your organisation’s server. Once only, about three minutes.',
  asking: 'Looking whether this device trusts the certificate…',
  trusted: 'This device trusts the certificate. You can open Gatehouse.',
  notYet: 'This device does not trust the certificate yet. Please follow the steps below.',
  silent:
    'The server’s secure address does not answer. Check the firewall of the server’s computer, and that this device is on the same Wi-Fi (a guest network will not do).',
  broken: 'Could not read from the server. Check that this device is still on the same Wi-Fi.',
  again: 'Check again',
  open: 'Open Gatehouse',
  inApp:
    'This page is open inside a chat app, which cannot download the certificate. In the menu at the top right choose “Open in browser”.',
  system: 'This device is',
  systems: { android: 'Android', ios: 'iPhone or iPad', windows: 'a Windows PC' },
  get: {
    title: 'Download the certificate',
    android: 'Use Chrome or Edge for this page, and for Gatehouse afterwards. Do not open the file yet.',
    ios: 'Use Safari for this page. Asked whether to allow a configuration profile, tap Allow.',
    windows: 'Use Edge or Chrome for this page. Asked whether to keep the file, choose Keep.',
    go: 'Download certificate',
  },
  check: {
    title: 'Compare the fingerprint',
    lead: 'The server’s computer shows this fingerprint (SHA-256) when it starts. Go on only if both are the same; if not, stop and tell an administrator.',
    windows: 'To check the downloaded file, run at a command prompt:',
  },
  trust: {
    title: 'Trust the certificate',
    android: [
      'Open the phone’s Settings, search for “certificate”, and choose “CA certificate” under “Install a certificate”. Some phones call it “Install from storage”, under more security settings.',
      'At the warning tap “Install anyway” and enter your screen lock. Without a screen lock the phone asks you to set one first.',
      'Choose gatehouse-ca.crt in Downloads.',
    ],
    ios: [
      'Open Settings, tap “Profile Downloaded” at the top, tap Install, enter your passcode.',
      'In Settings go to General, then About, scroll to the end, tap “Certificate Trust Settings”.',
      'Switch on the Gatehouse entry and tap Continue.',
    ],
    windows: [
      'Double-click gatehouse-ca.crt, choose “Install Certificate”, then “Current User”.',
      'Choose “Place all certificates in the following store” and browse to “Trusted Root Certification Authorities”.',
      'Finish, and answer Yes when asked whether to install. Then close all browser windows and open them again.',
    ],
  },
  start: {
    title: 'Come back here and open Gatehouse',
    lead: 'Afterwards the line at the top says that this device trusts the certificate. If the browser still warns “not secure”, do not choose to proceed: nothing would work offline.',
  },
  home: {
    title: 'Put it on the home screen',
    android: 'Once Gatehouse is open: in the browser’s menu choose “Install app” or “Add to Home screen”.',
    ios: 'Once Gatehouse is open: tap Share and choose “Add to Home Screen”. From then on open it by its icon.',
    windows:
      'Once Gatehouse is open: click the install icon at the right of the address bar; or “Install this site as an app” under Apps in the menu.',
  },
  pass: {
    title: 'For the next device',
    lead: 'Put it on the same Wi-Fi and scan this code, or type:',
    code: 'QR code of this page’s address',
  },
  gone: 'When you no longer use Gatehouse, remove the certificate where you installed it.',
};
