import { sayBoard } from '../messages/board/index.ts';
import { say } from '../messages/index.ts';
import { Icon } from '../ui/icons.tsx';
import { Said, visible } from '../ui/said.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { shiftWords } from '../ui/shifts.ts';
import { moment } from '../ui/time.ts';
import type { Found, Line } from './queries.ts';
import { labelOf, markOf, punchWords, reachWords, stateWords } from './words.ts';

interface SheetProps {
  line: Line;
  found: Found;
  now: number;
  zone: string;
  onClose: () => void;
}

/** One person's shift in full: every punch with how sure it is, the devices that could hold another, and the phone. */
export function ShiftSheet({ line, found, now, zone, onClose }: SheetProps) {
  const words = sayBoard();
  const { shift, punches, devices, state } = line;
  const { names } = found;
  const phone = found.phones.get(shift.person);
  const { icon, look } = markOf(line);
  const [first = '', ...more] = stateWords(line, now, zone);
  return (
    <Sheet title={visible(names.get(shift.person) || say().unknownPerson)} onClose={onClose}>
      <div>
        <p class="soft number">
          <Said text={names.get(shift.post) || words.otherPost} /> · {shiftWords(shift, now, zone)}
        </p>
        <p class={`row strong number ${look}`}>
          <Icon name={icon} />
          <Said text={first} />
        </p>
        {more.map((text) => (
          <Said key={text} class="soft small board-block" text={text} />
        ))}
      </div>
      {phone && (
        <a class="button primary" href={`tel:${phone.replace(/[^\d+*#,;]/g, '')}`}>
          <Said text={words.sheet.call(phone)} />
        </a>
      )}
      <section class="stack">
        <h3 class="small soft">{words.sheet.punches}</h3>
        {punches.length === 0 && <p>{words.sheet.none}</p>}
        <ul class="stack">
          {punches.map((punch) => (
            <li key={punch.id}>
              <p class="row">
                <Icon name={punch.direction} />
                <time class="strong">{moment(punch.at, now, zone)}</time>
                <span class="strong">{words.sheet[punch.direction]}</span>
              </p>
              {punchWords(punch, shift.post, names.get(punch.post) || words.otherPost, now, zone).map((text) => (
                <Said key={text} class="soft small number board-block" text={text} />
              ))}
            </li>
          ))}
        </ul>
      </section>
      <section class="stack">
        <h3 class="small soft">{words.sheet.devices}</h3>
        {devices.length === 0 && <p>{words.sheet.noDevices}</p>}
        <ul class="stack">
          {devices.map((device) => (
            <li key={device.id} class="row">
              <Icon name="tablet" />
              <span>
                <Said class="board-block" text={labelOf(device)} />
                <span class="soft small number">{reachWords(device, now, zone)}</span>
              </span>
            </li>
          ))}
        </ul>
        {(state.kind === 'waiting' || state.kind === 'unknown') && <p class="soft small">{words.sheet.why}</p>}
      </section>
    </Sheet>
  );
}
