import { lazy } from '../ui/lazy.tsx';

/** Somebody's own shifts, for the calendar of their phone. */
export const CalendarCard = lazy(async () => (await import('./card.tsx')).CalendarCard);
