import { Component, type ComponentChildren } from 'preact';
import { say } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/panel.tsx';

interface GuardedProps {
  /** The screen's address: another screen is drawn anew. */
  at: string;
  children: ComponentChildren;
}

/** A screen that cannot be drawn takes no other with it: the bar, the sync line and whatever is recorded stay. */
export class Guarded extends Component<GuardedProps, { brokenAt?: string }> {
  override componentDidCatch(error: unknown): void {
    reportError(error);
    this.setState({ brokenAt: this.props.at });
  }

  override render({ at, children }: GuardedProps) {
    if (this.state.brokenAt !== at) return children;
    return (
      <div class="page stack" role="alert">
        <Empty icon="needs_you" title={say().problem.other('screen')}>
          {say().sync.safe}
        </Empty>
        <Button big onClick={() => location.reload()}>
          {say().update.reload}
        </Button>
      </div>
    );
  }
}
