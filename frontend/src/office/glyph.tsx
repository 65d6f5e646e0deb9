// Icons of the office alone, drawn like those of `ui/icons.tsx`: they come with its screens.

const PATHS = {
  sites: 'M12 21s-7-6.2-7-11a7 7 0 0 1 14 0c0 4.8-7 11-7 11zM12 12.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  buildings:
    'M4 20.500V8l7-4v16.500M11 9.500h9v11M3 20.500h18M7.500 10.500v.1M7.500 15v.1M15.500 13.500v.1M15.500 17v.1',
  teams:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.6a3.5 3.5 0 0 1 0 6M18 14.500a6.5 6.5 0 0 1 3.5 5.500',
  people: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.500a7.5 7.5 0 0 1 15 0',
  devices: 'M5 3.500h14v17H5zM10.500 17.500h3',
  templates: 'M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.500V12l3 2.500',
  regulations: 'M12 4v16M6 7l6-2 6 2M6 7l-3 7h6zM18 7l-3 7h6zM8 20h8',
  holidays:
    'M4 6h16v14H4zM4 10.500h16M8 3.500v4M16 3.500v4M12 13l.8 1.600 1.800.3-1.300 1.200.3 1.800-1.600-.8-1.600.8.3-1.800-1.300-1.200 1.800-.3z',
  vehicles: 'M4 16v-4l2-6h12l2 6v4zM4 12h16M4 16v2.500M20 16v2.500M7.500 14h.1M16.500 14h.1',
  import: 'M5 3.500h9l5 5v12H5zM13.500 3.500V9H19M8.500 13h7M8.500 16.500h7',
  robots: 'M5 9h14v10H5zM12 9V5M9 13.500v1M15 13.500v1M2.500 12.500v3M21.500 12.500v3',
  handset: 'M8 3h8v18H8zM11 18h2',
  up: 'M12 19V5M6 11l6-6 6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
} as const;

export type GlyphName = keyof typeof PATHS;

export function Glyph({ name }: { name: GlyphName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
