import type { ComponentChildren } from 'preact';
import { sayOffice } from '../messages/office/index.ts';
import { useApp, useRows } from '../ui/context.ts';
import { Link } from '../ui/link.tsx';
import { Empty } from '../ui/panel.tsx';
import { wide } from '../ui/wide.ts';
import { Glyph } from './glyph.tsx';
import { OfflineLine, Way } from './parts.tsx';
import { COUNTED_KINDS, type Counts, type GuestName, readCounts, type SectionName, sections } from './sections.ts';

/** The office: its sections, and with room enough the chosen one beside them. */
export function OfficeFrame({
  at,
  children,
}: {
  at?: SectionName | GuestName | undefined;
  children?: ComponentChildren;
}) {
  const { engine, who, standing } = useApp();
  const counts = useRows(engine, `office ${who.person}`, COUNTED_KINDS, (view) => readCounts(view, engine.now()));
  if (!standing.office) return <Empty icon="needs_you" title={sayOffice().notYours} />;
  if (!wide.value) return <>{children ?? <Home counts={counts} />}</>;
  return (
    <div class="office">
      <Sections counts={counts} at={at} />
      <div class="office-main">{children}</div>
    </div>
  );
}

function Home({ counts }: { counts: Counts | undefined }) {
  const words = sayOffice();
  return (
    <section class="page stack">
      <h1>{words.title}</h1>
      <OfflineLine />
      <ul class="list office-list">
        {sections().map(({ name, path }) => (
          <li key={name}>
            <Way to={path} title={words.section[name].title} icon={<Glyph name={name} />}>
              {[words.section[name].lead, counted(counts?.[name])].filter(Boolean).join(' · ')}
            </Way>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** On a tablet: the way from section to section. */
function Sections({ counts, at }: { counts: Counts | undefined; at: SectionName | GuestName | undefined }) {
  const words = sayOffice();
  return (
    <nav class="office-side" aria-label={words.title}>
      <h1>{words.title}</h1>
      <ul>
        {sections().map(({ name, path }) => (
          <li key={name}>
            <Link to={path} class="office-tab" current={name === at}>
              <Glyph name={name} />
              <span class="grow">{words.section[name].title}</span>
              {counts?.[name] !== undefined && <span class="soft number">{counts[name]}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function counted(count: number | undefined): string {
  return count === undefined ? '' : sayOffice().count(count);
}
