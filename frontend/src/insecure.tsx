// The composition root of the page at an address where the app cannot work.

import { render } from 'preact';
import { secure } from './device/browser.ts';
import { Insecure } from './install/insecure.tsx';
import { startLanguage } from './messages/index.ts';
import { LanguageSwitch } from './shell/language.tsx';
import { startTheme } from './shell/theme.ts';
import './ui/style.css';
import './install/install.css';

// Kept as a bookmark, and opened where all is well.
if (secure()) location.replace('/');
startTheme();
await startLanguage();
const place = document.getElementById('app');
if (place) {
  render(
    <Insecure>
      <LanguageSwitch />
    </Insecure>,
    place,
  );
}
