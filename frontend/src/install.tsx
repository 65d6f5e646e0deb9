// The composition root of the install page, which a listener of its own serves (backend/gatehouse/lan).

import { render } from 'preact';
import { InstallPage } from './install/page.tsx';
import { startLanguage } from './messages/index.ts';
import { LanguageSwitch } from './shell/language.tsx';
import { startTheme } from './shell/theme.ts';
import './ui/style.css';
import './install/install.css';

startTheme();
await startLanguage();
const place = document.getElementById('app');
if (place) {
  render(
    <InstallPage>
      <LanguageSwitch />
    </InstallPage>,
    place,
  );
}
