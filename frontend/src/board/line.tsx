import { say } from '../messages/index.ts';
import { Icon } from '../ui/icons.tsx';
import { Said } from '../ui/said.tsx';
import { hoursWords } from '../ui/shifts.ts';
import type { Line } from './queries.ts';
import { heedWords, markOf, stateWords } from './words.ts';

interface LineProps {
  line: Line;
  name: string | undefined;
  now: number;
  zone: string;
  onOpen: () => void;
}

/** One person's shift: who, when, and what is known of it. */
export function PersonLine({ line, name, now, zone, onOpen }: LineProps) {
  const { icon, look } = markOf(line);
  const [state = '', ...more] = stateWords(line, now, zone);
  const below = [...more, ...(line.shown ? heedWords(line.shown) : [])];
  return (
    <li>
      <button type="button" class="board-line" onClick={onOpen}>
        <span class={`board-mark ${look}`}>
          <Icon name={icon} />
        </span>
        <span class="board-who">
          <span class="row wrap">
            <Said class="strong board-name" text={name || say().unknownPerson} />
            <span class="soft small number">{hoursWords(line.shift, zone)}</span>
          </span>
          <Said class={`board-state number ${look}`} text={state} />
          {below.map((text) => (
            <Said key={text} class="soft small number" text={text} />
          ))}
        </span>
        <Icon name="next" />
      </button>
    </li>
  );
}
