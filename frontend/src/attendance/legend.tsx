import { sayAttendance } from '../messages/attendance/index.ts';
import type { Mark } from './fields.ts';
import { Sign } from './sign.tsx';

const SHOWN: readonly Mark[] = [
  ...(['present', 'late', 'early', 'missing', 'absent', 'leave'] as const),
  ...(['part_leave', 'rest', 'on_duty', 'waiting'] as const),
];

/** What each sign means; open on demand, and always on paper. */
export function Legend() {
  const words = sayAttendance();
  return (
    <details class="att-legend">
      <summary>{words.legend}</summary>
      <ul class="att-signs">
        {SHOWN.map((mark) => (
          <li key={mark} class="row">
            <Sign field={{ mark, open: mark === 'waiting' || mark === 'on_duty', days: [] }} />
            <span class="small">{words.mark[mark]}</span>
          </li>
        ))}
      </ul>
      <p class="soft small">{words.openHint}</p>
      <p class="soft small">{words.absentHint}</p>
    </details>
  );
}
