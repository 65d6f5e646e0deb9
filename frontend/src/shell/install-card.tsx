import { useState } from 'preact/hooks';
import { available, install } from '../device/install.ts';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from '../ui/button.tsx';

const LATER = 'gatehouse.install-later';
const WEEK = 7 * 86_400_000;

/** Teaches how to put the app on the home screen; put off, it asks again after a week. */
export function InstallCard({ always }: { always?: boolean }) {
  const words = saySignedIn().install;
  const [put, putOff] = useState(() => Number(localStorage.getItem(LATER) ?? 0));
  const way = available();
  if (!way || (!always && Date.now() - put < WEEK)) return null;
  return (
    <section class="card">
      <h2>{words.title}</h2>
      <p class="soft">{words.lead}</p>
      {way !== 'prompt' && <p>{words[way]}</p>}
      <div class="row wrap">
        {way === 'prompt' && (
          <Button
            look="primary"
            onClick={() => {
              install().catch(console.error);
            }}
          >
            {words.go}
          </Button>
        )}
        {!always && (
          <Button
            onClick={() => {
              localStorage.setItem(LATER, String(Date.now()));
              putOff(Date.now());
            }}
          >
            {words.later}
          </Button>
        )}
      </div>
    </section>
  );
}
