// The icons, as paths on a 24 × 24 grid drawn with a 2-unit stroke. They decorate words and are hidden from readers.

const PATHS = {
  home: 'M4 11 12 4l8 7v9h-5v-6H9v6H4z',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.6a3.5 3.5 0 0 1 0 6M18 14.5a6.5 6.5 0 0 1 3.5 5.5',
  add: 'M12 5v14M5 12h14',
  less: 'M5 12h14',
  inbox: 'M4 13 6.5 5h11L20 13v6H4zM4 13h4.5l1.5 3h4l1.5-3H20',
  me: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20.5 20.5',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  close: 'M6 6l12 12M18 6 6 18',
  down: 'M5 9l7 7 7-7',
  out: 'M14 4H5v16h9M10 12h10M16.5 8l4 4-4 4',
  in: 'M10 4h9v16h-9M4 12h10M10.500 8l4 4-4 4',
  pencil: 'M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19z',
  clock: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3 2.5',
  post: 'M12 21s-7-6.2-7-11a7 7 0 0 1 14 0c0 4.8-7 11-7 11zM12 12.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 14.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  erase: 'M9 6h12v12H9l-6-6zM12.5 9.500l5 5M17.5 9.500l-5 5',
  keyboard: 'M3 6.500h18v11H3zM6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M8 14h8',
  calendar: 'M4 6h16v14H4zM4 10.500h16M8 3.500v4M16 3.500v4',
  stamp: 'M9.5 4h5v5l2 4.500H7.5l2-4.500zM4.5 16.500h15v3.500h-15z',
  board: 'M4 4.500h16v15H4zM4 9.500h16M10 9.500v10',
  swap: 'M7 20V6M3.5 9.500 7 6l3.500 3.500M17 4v14M13.500 14.500 17 18l3.500-3.500',
  tablet: 'M5 3.500h14v17H5zM10.500 17.500h3',
  // States: each has a shape of its own, so that colour is never needed to tell them apart.
  draft: 'M5 5h3M11 5h3M17 5h2v2M19 11v3M19 17v2h-2M14 19h-3M8 19H5v-2M5 14v-3M5 8V7',
  waiting: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16z',
  sending: 'M12 20V5M6 11l6-6 6 6',
  delivered: 'M4.5 12.500l5 5L19.5 7',
  needs_you: 'M12 4 2.5 20h19zM12 10v4.500M12 17.300v.1',
  returned: 'M9 5 4.5 9.5 9 14M5 9.500h9a5 5 0 0 1 0 10h-4',
  held: 'M8.5 5v14M15.5 5v14',
  online: 'M5 18h.01M9.5 18v-4M14 18v-8M18.5 18V5',
  offline: 'M5 18h.01M9.5 18v-4M14 18v-4M18.5 18v-7M4 4l16 16',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
