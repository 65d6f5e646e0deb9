import type { ComponentChildren } from 'preact';
import { sayInstall } from '../messages/install/index.ts';
import { type Facts, lines, type System } from './trust.ts';

const FILE = 'gatehouse-ca.crt';
const DOWNLOAD = { android: `/${FILE}`, ios: '/gatehouse-ca.mobileconfig', windows: `/${FILE}` };
const CHECK = `certutil -hashfile "%USERPROFILE%\\Downloads\\${FILE}" SHA256`;

/** What is to be done on one system, in order; a device that trusts already has only the last step left. */
export function Steps({ kind, facts, trusted }: { kind: System; facts: Facts; trusted: boolean }) {
  const words = sayInstall();
  return (
    <ol class="stack steps">
      {!trusted && (
        <>
          <Step title={words.get.title}>
            <p>{words.get[kind]}</p>
            <a class="button primary" href={DOWNLOAD[kind]}>
              {words.get.go}
            </a>
          </Step>
          <Step title={words.check.title}>
            <p>{words.check.lead}</p>
            <p class="fingerprint">
              {lines(facts.fingerprint).map((line) => (
                <code key={line}>{line}</code>
              ))}
            </p>
            {kind === 'windows' && (
              <>
                <p class="soft small">{words.check.windows}</p>
                <code class="small">{CHECK}</code>
              </>
            )}
          </Step>
          <Step title={words.trust.title}>
            <ul class="todo">
              {words.trust[kind].map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </Step>
          <Step title={words.start.title}>
            <p>{words.start.lead}</p>
          </Step>
        </>
      )}
      <Step title={words.home.title}>
        <p>{words.home[kind]}</p>
      </Step>
    </ol>
  );
}

function Step({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <li class="card step">
      <h2>{title}</h2>
      {children}
    </li>
  );
}
