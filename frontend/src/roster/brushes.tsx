import { useId } from 'preact/hooks';
import { sayRoster } from '../messages/roster/index.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import type { Template } from './cover.ts';
import type { Post } from './queries.ts';

interface Props {
  templates: ReadonlyMap<string, Template>;
  posts: readonly Post[];
  picked: string;
  post: string;
  painting: boolean;
  onPick: (id: string) => void;
  onPost: (id: string) => void;
  onPaint: (on: boolean) => void;
}

/** What a tap on a cell sets: a shift at a post, rest, or what stood there before. */
export function Brushes({ templates, posts, picked, post, painting, onPick, onPost, onPaint }: Props) {
  const words = sayRoster();
  const id = useId();
  const choices = [
    ...[...templates.values()].map((one, i) => [one.id, one.label, one.name, `hue${i % 6}`] as const),
    ['rest', words.rest, words.restWords, 'off'] as const,
    ['revert', '↺', words.revert, 'off'] as const,
  ];
  return (
    <div class="row wrap brushes">
      <div role="radiogroup" aria-label={words.brush} class="chips">
        {choices.map(([key, label, name, look]) => (
          <label key={key} class="chip">
            <input type="radio" name={id} checked={key === picked} onChange={() => onPick(key)} />
            <span>
              <b class={`mark ${look}`}>{label}</b> {name}
            </span>
          </label>
        ))}
      </div>
      <label class="row">
        <span class="label">{words.post}</span>
        <select class="input" value={post} onChange={(event) => onPost(event.currentTarget.value)}>
          {posts.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <Button pressed={painting} label={`${words.paint}。${words.paintHint}`} onClick={() => onPaint(!painting)}>
        <Icon name="pencil" />
        {words.paint}
      </Button>
    </div>
  );
}
